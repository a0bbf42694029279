import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { problem } from '../../fixtures/server/message.ts'
import type { Alteration } from '../../fixtures/server/reference-server.ts'
import { run } from '../../library/index.ts'
import { stateFolder } from '../../library/run-folder.ts'
import { type Invocation, invoke } from '../cli/invoke.ts'
import { withoutProxy } from '../cli/stub-server.ts'
import { ledgerOf, ownFolder, startInShell } from '../process/command-line.ts'
import { isDeletionOfFile } from '../process/holding-back.ts'
import { startServer } from './running.ts'

const SHORT = ['--runs', '5', '--only', 'deleted/status', '--timeout', '60s']

beforeEach(withoutProxy)
afterEach(() => void vi.unstubAllEnvs())

/** Runs the command line for the user of a home. */
function runAt(
  HOME: string,
  words: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Invocation> {
  const all = { XDG_STATE_HOME: undefined, HOME, ...env }
  for (const [name, value] of Object.entries(all)) vi.stubEnv(name, value)
  return invoke(...words)
}

describe('the ledger of a run without --out', () => {
  it.each([
    ['XDG_STATE_HOME', (home: string) => join(home, 'state'), 'state'],
    ['~/.local/state where that is not set', () => '', '.local/state'],
    ['~/.local/state where that is relative', () => 'state', '.local/state'],
  ])('lies in %s', async (_, variable, place) => {
    const { url } = await startServer({ alterations: [refusesToDelete] })
    const home = ownFolder()
    const XDG_STATE_HOME = variable(home)
    const ending = await runAt(home, ['run', '-t', url, ...SHORT], { XDG_STATE_HOME })
    expect(dirname(ledgerOf(ending))).toBe(join(home, place, 'delete-conformance'))
    expect(existsSync(ledgerOf(ending))).toBe(true)
  })

  it.skipIf(process.platform === 'win32')(
    'can be read by its user alone, and so can the folders that are made for it',
    async () => {
      const { url } = await startServer({ alterations: [refusesToDelete] })
      const home = ownFolder()
      const words = ['run', '-t', url, ...SHORT]
      const ledger = ledgerOf(await startInShell(home, 'umask 0; "$@"', words).ended)
      const modes = ['.local', '.local/state', '.local/state/delete-conformance'].map((name) =>
        modeOf(join(home, name)),
      )
      expect(modes).toEqual(['700', '700', '700'])
      expect(modeOf(ledger)).toBe('600')
    },
  )

  it('lies in the folder of local data on Windows', () => {
    const LOCALAPPDATA = 'C:\\Users\\me\\AppData\\Local'
    expect(stateFolder('win32', { LOCALAPPDATA, XDG_STATE_HOME: '/state' })).toBe(
      'C:\\Users\\me\\AppData\\Local\\delete-conformance',
    )
    expect(stateFolder('win32', { XDG_STATE_HOME: '/state' })).toBeUndefined()
  })

  it('names its target, the credentials of its files without any of them, and the path of each', async () => {
    const belowApi: Alteration = (handle, store) => (request) => {
      const inner = { ...request, target: request.target.replace(/^\/api/, '') }
      return refusesToDelete(handle, store)(inner)
    }
    const server = await startServer({ alterations: [belowApi] })
    const { store } = server
    const url = `${server.url}/api`
    const words = ['--token-env', 'STAGING_TOKEN', '-H', 'X-Key: secret-key']
    const ending = await runAt(ownFolder(), ['run', '-t', url, ...SHORT, ...words], {
      STAGING_TOKEN: 'secret-token',
    })
    const text = readFileSync(ledgerOf(ending), 'utf8')
    const [header, ...entries] = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(header).toMatchObject({ target: url, credentials: ['STAGING_TOKEN', 'x-key'] })
    expect(text).not.toMatch(/secret-/)
    const owned = entries.filter(({ event }) => event === 'owned')
    expect(store.size).toBeGreaterThan(0)
    expect(owned.length).toBeGreaterThanOrEqual(store.size)
    for (const { id, path } of owned) expect(path).toBe(`/api/v1/files/${id}`)
  })
})

describe('a folder for ledgers that another user could have made', () => {
  const isRoot = process.getuid?.() === 0
  const bad: readonly (readonly [string, (folder: string) => void, string])[] = [
    [
      'a link',
      (folder) => {
        mkdirSync(`${folder}.elsewhere`, { mode: 0o700 })
        symlinkSync(`${folder}.elsewhere`, folder)
      },
      'is a link',
    ],
    [
      'a link that leads nowhere',
      (folder) => symlinkSync(`${folder}.elsewhere`, folder),
      'is a link',
    ],
    ['a file', (folder) => writeFileSync(folder, ''), 'is no folder'],
    [
      'writable for the group',
      (folder) => {
        mkdirSync(folder)
        chmodSync(folder, 0o770)
      },
      'can be written by others (mode 770)',
    ],
    [
      'writable for everybody',
      (folder) => {
        mkdirSync(folder)
        chmodSync(folder, 0o1777)
      },
      'can be written by others (mode 777)',
    ],
    ...(isRoot
      ? [
          [
            'another user’s',
            (folder: string) => {
              mkdirSync(folder, { mode: 0o700 })
              chownSync(folder, 12345, 12345)
            },
            'belongs to user 12345, and this is user 0',
          ] as const,
        ]
      : []),
  ]

  it.each(bad)('is refused where it is %s, and nothing is sent', async (_, spoil, reason) => {
    const { home, folder } = spoiled(spoil)
    const before = lstatSync(folder)
    const requests: string[] = []
    const server = await startServer({
      alterations: [
        (handle) => (request) => {
          requests.push(request.target)
          return handle(request)
        },
      ],
    })
    const ending = await runAt(home, ['run', '-t', server.url, ...SHORT])
    expect(ending).toMatchObject({
      code: 2,
      stdout: '',
      stderr: `ledger folder ${folder}: ${reason}; --out FOLDER puts the ledger there instead\n`,
    })
    expect(requests).toEqual([])
    const { mode, uid } = lstatSync(folder)
    expect({ mode, uid }).toEqual({ mode: before.mode, uid: before.uid })
  })

  it.each(bad)(
    'is no obstacle to --out where it is %s: the ledger lies there',
    async (_, spoil) => {
      const { home } = spoiled(spoil)
      const out = join(home, 'kept')
      const { url } = await startServer({ alterations: [refusesToDelete] })
      const ending = await runAt(home, ['run', '-t', url, ...SHORT, '--out', out])
      expect(ledgerOf(ending)).toBe(join(out, 'ledger.ndjson'))
      expect(modeOf(join(out, 'ledger.ndjson'))).toBe('600')
    },
  )

  it('is no obstacle to a plan, which needs none', async () => {
    const { home } = spoiled((folder) => writeFileSync(folder, ''))
    expect(await runAt(home, ['run', '--plan', ...SHORT])).toMatchObject({ code: 0 })
  })

  it('is refused by the library, which names its own option', async () => {
    const { home } = spoiled((folder) => writeFileSync(folder, ''))
    vi.stubEnv('XDG_STATE_HOME', join(home, '.local', 'state'))
    await expect(run()).rejects.toThrow('is no folder; out FOLDER puts the ledger there instead')
  })

  it('is not looked into for ledgers of earlier runs', async () => {
    const { home } = spoiled((folder) => {
      mkdirSync(folder)
      writeFileSync(join(folder, 'planted.ledger'), '')
      chmodSync(folder, 0o777)
    })
    const { code, stderr } = await runAt(home, ['cleanup'])
    expect(code).toBe(2)
    expect(stderr).toContain('no ledger given; no earlier run left one')
    expect(stderr).not.toContain('planted')
  })
})

describe('where there is no home', () => {
  it('a run is refused without --out, and says so', async () => {
    expect(await runAt('', ['run', ...SHORT])).toMatchObject({
      code: 2,
      stdout: '',
      stderr: 'ledger: found no home folder for it; --out FOLDER puts the ledger there instead\n',
    })
  })

  it('a run is refused whose home cannot be written', async () => {
    const { code, stderr } = await runAt('/dev/null/home', ['run', ...SHORT])
    expect(code).toBe(2)
    expect(stderr).toMatch(/cannot be made \(ENOTDIR\); --out FOLDER puts the ledger there/)
  })

  it('a run keeps its ledger in the folder of --out', async () => {
    const out = join(ownFolder(), 'kept')
    const ending = await runAt('', ['run', ...SHORT, '--out', out])
    expect(ending.code).toBe(0)
    expect(ledgerOf(ending)).toBe(join(out, 'ledger.ndjson'))
  })
})

const refusesToDelete: Alteration = (handle, store) => async (request) =>
  isDeletionOfFile(request, store) ? problem(403, 'Not you.') : handle(request)

/** Makes a home, and spoils its folder for ledgers. */
function spoiled(spoil: (folder: string) => void) {
  const home = ownFolder()
  const state = join(home, '.local', 'state')
  mkdirSync(state, { recursive: true })
  const folder = join(state, 'delete-conformance')
  spoil(folder)
  return { home, folder }
}

function modeOf(path: string): string {
  return (lstatSync(path).mode & 0o777).toString(8)
}
