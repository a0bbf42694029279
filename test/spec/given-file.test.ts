import { constants } from 'node:buffer'
import { execFileSync, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type Invocation, invoke } from '../cli/invoke.ts'
import { withoutProxy } from '../cli/stub-server.ts'

const folder = mkdtempSync(join(tmpdir(), 'given-file-'))
afterAll(() => rmSync(folder, { recursive: true }))

beforeEach(() => {
  withoutProxy()
  vi.stubEnv('CONFORMANCE_TOKEN', undefined)
})
afterEach(() => {
  vi.unstubAllEnvs()
})

/** Enough of a bundle to be asked for a key. */
const bundle = join(folder, 'bundle')
mkdirSync(bundle)
writeFileSync(join(bundle, 'report.json'), '{}')

const directory = join(folder, 'directory')
mkdirSync(directory)

/** Windows has neither pipes in folders nor devices, and would fill its disk with the large file. */
const isWindows = process.platform === 'win32'

const large = join(folder, 'large')
writeFileSync(large, '')
if (!isWindows) truncateSync(large, 50_000_000_000)

let pipes = 0
/** A pipe to which nobody writes. */
function pipe(): string {
  pipes += 1
  const path = join(folder, `pipe-${pipes}`)
  execFileSync('mkfifo', [path])
  return path
}

const KINDS = [
  '/dev/zero',
  'a pipe without a writer',
  'a folder',
  'a file that is too large',
] as const
type Kind = (typeof KINDS)[number]

const PATH_OF: Readonly<Record<Kind, () => string>> = {
  '/dev/zero': () => '/dev/zero',
  'a pipe without a writer': pipe,
  'a folder': () => directory,
  'a file that is too large': () => large,
}

/** What is said of each kind, wherever it is given. */
const FOUND: Readonly<Record<Kind, string>> = {
  '/dev/zero': 'found no regular file',
  'a pipe without a writer': 'the pipe did not end within 30 s',
  'a folder': 'found a folder',
  'a file that is too large': 'found 50000000000 octets',
}

/** A command that reads a file, the octets that it reads of it at most, and what else it finds. */
type Input = readonly [
  name: string,
  words: (path: string) => readonly string[],
  most: number,
  otherwise: Partial<Record<Kind, string>>,
]

const RUN = ['run', '-t', 'http://127.0.0.1:1']
const IN_A_FOLDER = { 'a folder': 'no such file' }
const INPUTS: readonly Input[] = [
  ['the document', (path) => ['requirements', '--spec', path], 8_388_608, {}],
  ['the config file', (path) => ['requirements', '--config', path], 65_536, {}],
  ['the ids', (path) => [...RUN, '--files', `ids:${path}`], 16_777_216, {}],
  ['the waivers', (path) => [...RUN, '--waivers', path], 1_048_576, {}],
  ['the baseline', (path) => [...RUN, '--baseline', path], 16_777_216, IN_A_FOLDER],
  ['the CA', (path) => [...RUN, '--ca', path], 4_194_304, {}],
  ['the signing key', (path) => [...RUN, '--out', folder, '--sign', path], 65_536, {}],
  ['the public key', (path) => ['verify', bundle, '--public-key', path], 65_536, {}],
  ['an earlier report', (path) => ['compare', path, bundle], 16_777_216, IN_A_FOLDER],
  [
    'the waivers of a merge',
    (path) => ['merge', '--out', folder, '--waivers', path],
    1_048_576,
    {},
  ],
]

/** Runs a command; a pipe that nobody writes to is given up without the time that it takes. */
async function invoked(words: readonly string[]): Promise<Invocation> {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  try {
    let ended = false
    const invocation = invoke(...words).finally(() => {
      ended = true
    })
    while (!ended) {
      if (vi.getTimerCount() > 0) await vi.advanceTimersByTimeAsync(30_000)
      await new Promise((resolve) => setImmediate(resolve))
    }
    return await invocation
  } finally {
    vi.useRealTimers()
  }
}

describe.skipIf(isWindows).each(INPUTS)('%s', (_, words, most, otherwise) => {
  test.each(KINDS)(
    'is refused in one line, with its name and bound, where it is %s',
    async (kind) => {
      // There is a word of its own for a folder without a ledger.
      if (kind === 'a folder' && words('')[0] === 'cleanup') return
      const path = PATH_OF[kind]()
      const { code, stdout, stderr } = await invoked(words(path))
      expect(stderr).toMatch(/^[^\n]+\n$/)
      expect(stderr).toContain(`${path}: ${otherwise[kind] ?? FOUND[kind]}; `)
      expect(stderr).toContain(`of at most ${most} octets`)
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    },
  )
})

const OWN = 'accepted is a file of your own that nobody else can write to'

test.skipIf(isWindows).each([
  ['a device', () => '/dev/zero', 'ledger', `is no file, ${OWN}`],
  ['a pipe', pipe, 'ledger', `is no file, ${OWN}`],
  [
    'too large',
    () => large,
    'ledger',
    `holds 50000000000 octets, accepted are ${constants.MAX_STRING_LENGTH}`,
  ],
  [
    'a folder',
    () => directory,
    'cleanup',
    'found a folder without ledger.ndjson, accepted is a ledger or the folder',
  ],
])('a ledger is refused in one line and at once where it is %s', async (_, place, word, found) => {
  const path = place()
  const { code, stderr } = await invoke('cleanup', path)
  expect(stderr).toMatch(/^[^\n]+\n$/)
  expect(stderr).toContain(`${word} ${path}: ${found}`)
  expect(code).toBe(2)
})

describe.skipIf(isWindows)('a pipe that a command writes to', () => {
  test.each([
    ['waivers', '- requirement: nope\n', ['--waivers'], 'entry 1 (nope): found no reason'],
    ['ids', 'one\none\n', ['--files'], '"one"'],
    ['a config file', 'nope: 1\n', ['--config'], 'unknown setting'],
  ])('is read as a file is: %s', async (_, text, [flag = ''], found) => {
    const path = pipe()
    spawn('sh', ['-c', `printf %s '${text}' > '${path}'`])
    const { code, stderr } = await invoke(...RUN, flag, flag === '--files' ? `ids:${path}` : path)
    expect(stderr).toContain(found)
    expect(code).toBe(2)
  })
})

describe('text', () => {
  const latin1 = join(folder, 'latin1')
  writeFileSync(latin1, Buffer.from('file-\xe4\n', 'latin1'))

  test.each([
    ['ids', ['--files', `ids:${latin1}`]],
    ['waivers', ['--waivers', latin1]],
    ['a baseline', ['--baseline', latin1]],
    ['a config file', ['--config', latin1]],
  ])('that is no UTF-8 is refused, and not read as other text: %s', async (_, words) => {
    const { code, stderr } = await invoke(...RUN, ...words)
    expect(stderr).toContain(`${latin1}: found no UTF-8; accepted is `)
    expect(code).toBe(2)
  })

  test('may begin with a byte order mark, which belongs to no id', async () => {
    const ids = join(folder, 'ids')
    writeFileSync(ids, '\uFEFFone\none\n')
    const { stderr } = await invoke(...RUN, '--files', `ids:${ids}`)
    expect(stderr).toMatch(/"one".* twice/)
  })
})
