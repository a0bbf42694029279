import { execFileSync } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { startReferenceServer } from '../../fixtures/server/reference-server.ts'
import { BUNDLE, checksums } from '../../harness/evidence/bundle.ts'
import { invoke } from '../cli/invoke.ts'
import { faultyBundle, folderFor } from './faulty-bundle.ts'
import { copyOf, linesIn, putLines } from './tampering.ts'

const original = await faultyBundle()
const root = folderFor('verify')

describe('verify', () => {
  test('confirms the violations of a faulty server, without that server', async () => {
    const { code, stdout, stderr } = await invoke('verify', original)
    expect(stderr).toBe('')
    expect(stdout).toContain('3 files as SHA256SUMS lists')
    expect(stdout).toMatch(/\d+ lines derived again from seed 7, \d+ requirements judged again/)
    expect(stdout).toContain('none: the run is not attested')
    expect(stdout).toMatch(/verified: non-conforming: 1 MUST is violated/)
    expect(code).toBe(0)
  })

  test('says of what it cannot tell, and why', async () => {
    const { stdout } = await invoke('verify', original)
    expect(stdout).toContain('verified')
    const folder = join(root, 'no-token')
    const server = await startReferenceServer()
    await invoke('run', '-t', server.url, '--only', 'security/token-needed', '--out', folder)
    await server.close()
    const found = await invoke('verify', folder)
    expect(found.stdout).toContain('cannot judge security/token-needed: needs auth: no token')
    expect(found.code).toBe(0)
  })

  test.each([
    ['no folder is given', [], 'no folder given'],
    ['the folder is not there', [join(root, 'nowhere')], 'no folder'],
    ['the folder is a file', ['package.json'], 'no folder package.json'],
    ['the folder is none of a run', [root], 'holds no report.json'],
    ['the key is none', [original, '--public-key', join(original, BUNDLE.report)], '--public-key'],
  ])('is refused where %s', async (_, words, message) => {
    const { code, stderr } = await invoke('verify', ...words)
    expect(stderr).toContain(message)
    expect(code).toBe(2)
  })

  test('notices that the attestation which a key is for is missing', async () => {
    const key = join(root, 'key.pem')
    const { publicKey } = generateKeyPairSync('ed25519')
    writeFileSync(key, publicKey.export({ type: 'spki', format: 'pem' }))
    const { code, stdout } = await invoke('verify', original, '--public-key', key)
    expect(stdout).toContain('expected  an attestation')
    expect(code).toBe(1)
  })
})

describe('files that do not fit their digests are noticed', () => {
  test.each([BUNDLE.report, BUNDLE.evidence, BUNDLE.document, BUNDLE.checksums])(
    'an octet of %s is another one',
    async (name) => {
      const octets = readFileSync(join(original, name))
      for (const at of [0, 0.3, 0.5, 0.8, 0.99].map((part) => Math.floor(part * octets.length))) {
        const folder = copyOf(original)
        const changed = Buffer.from(octets)
        changed[at] = (changed[at] as number) ^ 1
        writeFileSync(join(folder, name), changed)
        const { code, stdout } = await invoke('verify', folder)
        expect([at, code]).toEqual([at, 1])
        expect(stdout).toMatch(/^not verified: \d+ differences?$/m)
      }
    },
  )

  test.each([BUNDLE.evidence, BUNDLE.document, BUNDLE.checksums])('%s is missing', async (name) => {
    const folder = copyOf(original)
    rmSync(join(folder, name))
    const { code, stdout } = await invoke('verify', folder)
    expect(stdout).toContain(name)
    expect(code).toBe(1)
  })

  test('a file is there that is not listed', async () => {
    const folder = copyOf(original)
    writeFileSync(join(folder, 'report.html'), '<h1>conforming</h1>')
    const { code, stdout } = await invoke('verify', folder)
    expect(stdout).toContain('SHA256SUMS, report.html')
    expect(code).toBe(1)
  })

  test.each([
    ['a folder', (path: string) => mkdirSync(path)],
    ['a link', (path: string) => symlinkSync('report.json', path)],
    ['a pipe', (path: string) => execFileSync('mkfifo', [path])],
  ])('%s is there, which is no file', async (_, make) => {
    const folder = copyOf(original)
    make(join(folder, 'index.html'))
    const { code, stdout } = await invoke('verify', folder)
    expect(stdout).toMatch(/^index\.html\n {2}expected {2}a plain file/m)
    expect(code).toBe(1)
  })

  test('a digest is not listed, or twice', async () => {
    const sums = readFileSync(join(original, BUNDLE.checksums), 'utf8')
    for (const text of [sums.replace(/^.*document\.yaml\n/m, ''), sums + sums]) {
      const folder = copyOf(original)
      writeFileSync(join(folder, BUNDLE.checksums), text)
      expect((await invoke('verify', folder)).code).toBe(1)
    }
  })
})

describe('reports of other formats', () => {
  test('are made again and compared, whatever the digests say', async () => {
    const folder = await faultyBundle(
      '--report',
      'html',
      '--report',
      'badge',
      '--report',
      'har-all',
    )
    const found = await invoke('verify', folder)
    expect(found.stdout).toContain('report.html, all-exchanges.har, badge.svg made again: the same')
    expect(found.code).toBe(0)
    const page = readFileSync(join(folder, 'report.html'), 'utf8')
    writeFileSync(join(folder, 'report.html'), page.replaceAll('non-conforming', 'conforming'))
    writeFileSync(join(folder, BUNDLE.checksums), checksums(folder))
    const unreadable = copyOf(folder)
    putLines(unreadable, [...linesIn(unreadable), '{'])
    writeFileSync(join(unreadable, BUNDLE.checksums), checksums(unreadable))
    expect(await invoke('verify', unreadable)).toMatchObject({ code: 1 })
    const painted = await invoke('verify', folder)
    expect(painted.stdout).toMatch(
      /^report\.html\n {2}expected {2}the report that follows from report\.json/m,
    )
    expect(painted.code).toBe(1)
  })

  test('under other names are named: nobody has read them', async () => {
    const folder = copyOf(original)
    writeFileSync(join(folder, 'index.html'), '<h1>conforming</h1>')
    writeFileSync(join(folder, BUNDLE.checksums), checksums(folder))
    const { stdout } = await invoke('verify', folder)
    expect(stdout).toContain('not read   index.html: only the digest was checked')
  })

  test('are no way to say something twice: report.json has one text', async () => {
    const folder = copyOf(original)
    const text = readFileSync(join(folder, BUNDLE.report), 'utf8')
    const twice = text.replace('{', '{\n  "verdict": "conforming",')
    writeFileSync(join(folder, BUNDLE.report), twice)
    writeFileSync(join(folder, BUNDLE.checksums), checksums(folder))
    const { code, stdout } = await invoke('verify', folder)
    expect(stdout).toContain('report  text')
    expect(code).toBe(1)
  })
})

describe('a chain that was broken is noticed, and the line is named', () => {
  const broken: readonly (readonly [string, (lines: string[]) => void, string])[] = [
    ['a line was left out', (lines) => lines.splice(9, 1), 'line 10'],
    ['a line stands there twice', (lines) => lines.splice(9, 0, lines[9] ?? ''), 'line 11'],
    [
      'lines have changed places',
      (lines) => lines.splice(9, 2, ...lines.slice(9, 11).reverse()),
      'line 10',
    ],
    ['the last line is missing', (lines) => lines.pop(), 'evidence'],
    ['the last line has no end', (lines) => lines.push('{"requirement"'), 'line'],
    ['a line is no JSON', (lines) => lines.splice(9, 1, '{'), 'line 10'],
    ['a line is empty', (lines) => lines.splice(9, 0, ''), 'line 10'],
  ]
  test.each(broken)('%s', async (_, tamper, where) => {
    const folder = copyOf(original)
    const lines = linesIn(folder)
    tamper(lines)
    putLines(folder, lines)
    const { code, stdout } = await invoke('verify', folder)
    expect(stdout).toContain(where)
    expect(code).toBe(1)
  })
})

test.each([
  ['its end was cut off', (octets: Buffer) => octets.subarray(0, -1)],
  ['it is cut off in the middle', (octets: Buffer) => octets.subarray(0, octets.length / 2)],
  ['something stands behind it', (octets: Buffer) => Buffer.concat([octets, Buffer.from('x')])],
  ['a line is no UTF-8', (octets: Buffer) => Buffer.from(octets).fill(0xff, 9_000, 9_001)],
  ['it is empty', () => Buffer.alloc(0)],
])('evidence is refused in a word where %s', async (_, change) => {
  const folder = copyOf(original)
  const path = join(folder, BUNDLE.evidence)
  writeFileSync(path, change(readFileSync(path)))
  writeFileSync(join(folder, BUNDLE.checksums), checksums(folder))
  const { code, stdout, stderr } = await invoke('verify', folder)
  expect(stderr).toBe('')
  expect(stdout).toMatch(/^not verified: /m)
  expect(code).toBe(1)
})

test('a run over its evidence sends nothing and leaves nothing', async () => {
  await invoke('verify', original)
  expect(existsSync(join(original, BUNDLE.ledger))).toBe(false)
})
