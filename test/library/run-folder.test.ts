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
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { problem } from '../../fixtures/server/message.ts'
import type { Alteration } from '../../fixtures/server/reference-server.ts'
import { run } from '../../library/index.ts'
import { stateFolder } from '../../library/run-folder.ts'
import { ledgerOf, ownFolder, start, startInShell } from '../process/command-line.ts'
import { isDeletionOfFile } from '../process/holding-back.ts'
import { startServer } from './running.ts'

const SHORT = ['--runs', '5', '--only', 'deleted/status', '--timeout', '60s']

describe('the ledger of a run without --out', () => {
  it.each([
    ['XDG_STATE_HOME', (home: string) => join(home, 'state'), 'state'],
    ['~/.local/state where that is not set', () => '', '.local/state'],
    ['~/.local/state where that is relative', () => 'state', '.local/state'],
  ])('lies in %s', async (_, variable, place) => {
    const { url } = await startServer({ alterations: [refusesToDelete] })
    const home = ownFolder()
    const XDG_STATE_HOME = variable(home)
    const ending = await start(home, ['run', '-t', url, ...SHORT], { XDG_STATE_HOME }).ended
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
    const ending = await start(ownFolder(), ['run', '-t', url, ...SHORT, ...words], {
      STAGING_TOKEN: 'secret-token',
    }).ended
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
    const ending = await start(home, ['run', '-t', server.url, ...SHORT]).ended
    expect(ending).toMatchObject({
      code: 2,
      stdout: '',
      stderr: `delete-conformance: ledger folder ${folder}: ${reason}; --out FOLDER puts the ledger there instead\n`,
    })
    expect(requests).toEqual([])
    const { mode, uid } = lstatSync(folder)
    expect({ mode, uid }).toEqual({ mode: before.mode, uid: before.uid })
  })

  it.each(bad)(
    'is no obstacle to --out where it is %s: the ledger lies there',
    async (_, spoil) => {
      const { home } = spoiled(spoil)
      const { url } = await startServer({ alterations: [refusesToDelete] })
      const ending = await start(home, ['run', '-t', url, ...SHORT, '--out', 'kept']).ended
      expect(ledgerOf(ending)).toBe('kept/ledger.ndjson')
      expect(modeOf(join(home, 'kept/ledger.ndjson'))).toBe('600')
    },
  )

  it('is no obstacle to a plan, which needs none', async () => {
    const { home } = spoiled((folder) => writeFileSync(folder, ''))
    expect(await start(home, ['run', '--plan', ...SHORT]).ended).toMatchObject({ code: 0 })
  })

  it('is refused by the library, which names its own option', async () => {
    const { home } = spoiled((folder) => writeFileSync(folder, ''))
    vi.stubEnv('XDG_STATE_HOME', join(home, '.local', 'state'))
    onTestFinished(() => void vi.unstubAllEnvs())
    await expect(run()).rejects.toThrow('is no folder; out FOLDER puts the ledger there instead')
  })

  it('is not looked into for ledgers of earlier runs', async () => {
    const { home } = spoiled((folder) => {
      mkdirSync(folder)
      writeFileSync(join(folder, 'planted.ledger'), '')
      chmodSync(folder, 0o777)
    })
    const { code, stderr } = await start(home, ['cleanup']).ended
    expect(code).toBe(2)
    expect(stderr).toContain('no ledger given; no earlier run left one')
    expect(stderr).not.toContain('planted')
  })
})

describe('where there is no home', () => {
  it('a run is refused without --out, and says so', async () => {
    expect(await start(ownFolder(), ['run', ...SHORT], { HOME: '' }).ended).toMatchObject({
      code: 2,
      stdout: '',
      stderr:
        'delete-conformance: ledger: found no home folder for it; --out FOLDER puts the ledger there instead\n',
    })
  })

  it('a run is refused whose home cannot be written', async () => {
    const HOME = '/dev/null/home'
    const { code, stderr } = await start(ownFolder(), ['run', ...SHORT], { HOME }).ended
    expect(code).toBe(2)
    expect(stderr).toMatch(/cannot be made \(ENOTDIR\); --out FOLDER puts the ledger there/)
  })

  it('a run keeps its ledger in the folder of --out', async () => {
    const words = ['run', ...SHORT, '--out', 'kept']
    const ending = await start(ownFolder(), words, { HOME: '' }).ended
    expect(ending.code).toBe(0)
    expect(ledgerOf(ending)).toBe('kept/ledger.ndjson')
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
