import { execFileSync } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { cpSync, mkdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { BUNDLE, checksums } from '../../harness/evidence/bundle.ts'
import { invoke } from '../cli/invoke.ts'
import { faultyBundle, folderFor } from './faulty-bundle.ts'
import { copyOf } from './tampering.ts'

const root = folderFor('unreadable')
const original = await bundleWithEverything()

/** A run with all files that a bundle can have. */
async function bundleWithEverything(): Promise<string> {
  const earlier = await faultyBundle()
  const [waivers, key] = [join(root, 'waivers.yaml'), join(root, 'key.pem')]
  writeFileSync(
    waivers,
    '- {requirement: not-found/odd-name, reason: it is, owner: us, expires: 2999-12-31}\n',
  )
  const { privateKey } = generateKeyPairSync('ed25519')
  writeFileSync(key, privateKey.export({ type: 'pkcs8', format: 'pem' }))
  const gate = ['--waivers', waivers, '--baseline', earlier, '--sign', key]
  const out = join(root, 'bundle')
  const words = ['run', '--seed', '7', '--runs', '5']
  await invoke(...words, '--out', out, ...gate)
  return out
}

const { ledger: _, ...members } = BUNDLE
const NAMES = Object.values(members)

const KINDS: Readonly<Record<string, (path: string) => void>> = {
  'a link to /dev/zero': (path) => symlinkSync('/dev/zero', path),
  'a link to the same file': (path) => {
    const elsewhere = join(root, 'elsewhere')
    cpSync(path.replace(/^.*\//, `${original}/`), elsewhere)
    symlinkSync(elsewhere, path)
  },
  'a pipe without a writer': (path) => execFileSync('mkfifo', [path]),
  'a folder': (path) => mkdirSync(path),
}

/** A copy in which one file is something else. */
function withOther(name: string, kind: string): string {
  const folder = copyOf(original)
  rmSync(join(folder, name))
  KINDS[kind]?.(join(folder, name))
  return folder
}

describe.each(NAMES)('%s in a bundle', (name) => {
  test.each(Object.keys(KINDS))('is not read where it is %s', async (kind) => {
    const folder = withOther(name, kind)
    const verified = await invoke('verify', folder)
    expect(verified.stdout).toContain(
      `${name}\n  expected  a plain file\n  found     something else\nnot verified: 1 difference\n`,
    )
    expect(verified).toMatchObject({ code: 1, stderr: '' })
    const merged = await invoke('merge', folder, '--out', join(root, 'merged'))
    expect(merged).toEqual({
      code: 2,
      stdout: '',
      stderr: `merge: ${folder}: ${name}: expected a plain file, found something else\n`,
    })
  })
})

/** Messages for files that are too large. Their digests fit, so that only the size is wrong. */
const TOO_LARGE: readonly (readonly [name: string, bytes: number, said: string])[] = [
  [BUNDLE.report, 314_572_800, 'found 314572800 octets; at most 16777216 octets are read'],
  [BUNDLE.document, 8_388_609, 'found 8388609 octets; --spec takes'],
  [BUNDLE.waivers, 1_048_577, 'found     found 1048577 octets'],
  [BUNDLE.baseline, 16_777_217, 'found     found 16777217 octets'],
  [BUNDLE.evidence, 9_000_000, 'evidence.ndjson: a line without end'],
  [BUNDLE.attestation, 1_048_577, 'found     found 1048577 octets'],
  [BUNDLE.checksums, 1_048_577, 'found     found 1048577 octets'],
]

test.each(TOO_LARGE)('%s of %d octets in a bundle is not read', async (name, bytes, said) => {
  const folder = copyOf(original)
  truncateSync(join(folder, name), 0)
  truncateSync(join(folder, name), bytes)
  if (name !== BUNDLE.checksums) writeFileSync(join(folder, BUNDLE.checksums), checksums(folder))
  const { code, stdout, stderr } = await invoke('verify', folder)
  expect(stdout).toContain(said)
  expect(stdout).toMatch(/^not verified: /m)
  expect({ code, stderr }).toEqual({ code: 1, stderr: '' })
  rmSync(folder, { recursive: true })
})

test('a report that is too large is refused by merge in one line', async () => {
  const folder = copyOf(original)
  truncateSync(join(folder, BUNDLE.report), 314_572_800)
  writeFileSync(join(folder, BUNDLE.checksums), checksums(folder))
  const { code, stdout, stderr } = await invoke('merge', folder, '--out', join(root, 'merged'))
  expect(stderr).toMatch(
    /^merge: [^\n]+: report : [^\n]+ found 314572800 octets; at most 16777216[^\n]+\n$/,
  )
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  rmSync(folder, { recursive: true })
})

test('the bundle with all files is verified as it is', async () => {
  expect(await invoke('verify', original)).toMatchObject({ code: 0, stderr: '' })
})
