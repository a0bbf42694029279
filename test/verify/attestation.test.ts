import { createPrivateKey, generateKeyPairSync, type KeyObject, verify } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { killMatrixSha256 } from '../../fixtures/faults/kill-matrix.ts'
import { startReferenceServer } from '../../fixtures/server/reference-server.ts'
import {
  attestedDigests,
  checkAttestation,
  type Statement,
  signStatement,
  statementOf,
} from '../../harness/evidence/attestation.ts'
import { BUNDLE, checksums, fileSha256 } from '../../harness/evidence/bundle.ts'
import { reportedTool } from '../../harness/http/tool.ts'
import type { Report } from '../../model/report.ts'
import { invoke } from '../cli/invoke.ts'
import { faultyBundle, folderFor } from './faulty-bundle.ts'
import { copyOf, fieldsOf, flipped, type Json, reportIn } from './tampering.ts'

const keys = folderFor('keys')
const [ours, theirs] = [keyPair('ours'), keyPair('theirs')]
const attested = await faultyBundle('--sign', ours.privatePath)
const KILL_MATRIX = killMatrixSha256()

function keyPair(name: string) {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const [privatePath, publicPath] = [join(keys, `${name}.pem`), join(keys, `${name}.pub.pem`)]
  writeFileSync(privatePath, privateKey.export({ type: 'pkcs8', format: 'pem' }))
  writeFileSync(publicPath, publicKey.export({ type: 'spki', format: 'pem' }))
  return { privatePath, publicPath, privateKey, publicKey }
}

function envelopeIn(folder: string) {
  return JSON.parse(readFileSync(join(folder, BUNDLE.attestation), 'utf8')) as ReturnType<
    typeof signStatement
  >
}

function statementIn(folder: string): Statement {
  const payload = Buffer.from(envelopeIn(folder).payload, 'base64').toString('utf8')
  return JSON.parse(payload) as Statement
}

/** Puts an envelope into a copy, with digests that fit. */
function withEnvelope(envelope: unknown): string {
  const folder = copyOf(attested)
  writeFileSync(join(folder, BUNDLE.attestation), JSON.stringify(envelope))
  writeFileSync(join(folder, BUNDLE.checksums), checksums(folder))
  return folder
}

const verified = (folder: string, key: string = ours.publicPath) =>
  invoke('verify', folder, '--public-key', key)

/** Gives what the attestation alone tells, of a report that is known to follow from the evidence. */
function differencesIn(folder: string, key: KeyObject | undefined) {
  const report = reportIn(folder) as unknown as Report
  return checkAttestation(folder, report, key, KILL_MATRIX).differences
}

/** A conforming server, with a part of the catalogue that it passes, or passes but for a SHOULD. */
async function attestedRun(...words: readonly string[]) {
  const server = await startReferenceServer()
  const folder = join(folderFor('attested'), 'run')
  const ran = await invoke('run', '-t', server.url, '--out', folder, '--runs', '1', ...words)
  await server.close()
  return { ...ran, folder }
}

describe('an attestation', () => {
  test('is signed over type and payload as DSSE says', () => {
    const { payload, payloadType, signatures } = envelopeIn(attested)
    const octets = Buffer.from(payload, 'base64')
    const signed = Buffer.concat([
      Buffer.from(`DSSEv1 28 application/vnd.in-toto+json ${octets.length} `),
      octets,
    ])
    const sig = Buffer.from(signatures[0]?.sig ?? '', 'base64')
    expect(payloadType).toBe('application/vnd.in-toto+json')
    expect(verify(null, signed, ours.publicKey, sig)).toBe(true)
  })

  test('states what failed, and the digests of everything that it rests on', () => {
    const report = reportIn(attested) as unknown as Report
    const evidence = fileSha256(join(attested, BUNDLE.evidence))
    expect(statementIn(attested)).toEqual({
      _type: 'https://in-toto.io/Statement/v1',
      subject: [{ name: 'evidence.ndjson', digest: { sha256: evidence } }],
      predicateType: 'https://in-toto.io/attestation/test-result/v0.1',
      predicate: {
        result: 'FAILED',
        configuration: [
          {
            name: 'document.yaml',
            digest: { sha256: fileSha256(join(attested, BUNDLE.document)) },
          },
          { name: 'report.json', digest: { sha256: fileSha256(join(attested, BUNDLE.report)) } },
          { name: 'evidence.ndjson', digest: { sha256: evidence } },
          {
            name: 'tool',
            uri: `pkg:npm/delete-conformance@${report.tool.version}`,
            digest: { sha256: reportedTool().sha256 },
          },
          { name: 'docs/kill-matrix.md', digest: { sha256: fileSha256('docs/kill-matrix.md') } },
        ],
        passedTests: idsWith(report, 'passed'),
        warnedTests: idsWith(report, 'warned'),
        failedTests: idsWith(report, 'failed'),
      },
    })
    expect(idsWith(report, 'failed')).toEqual(['not-found/never-issued'])
  })

  test('names the subject that the user names, and states PASSED of a run that conforms', async () => {
    const subject = `image@sha256:${'a'.repeat(64)}`
    const words = ['--sign', ours.privatePath, '--subject', subject]
    const { folder, code, stdout } = await attestedRun(...words)
    expect(code).toBe(0)
    expect(stdout).toContain('Attested  PASSED')
    expect(statementIn(folder)).toMatchObject({
      subject: [{ name: 'image', digest: { sha256: 'a'.repeat(64) } }],
      predicate: { result: 'PASSED', failedTests: [] },
    })
    expect(await verified(folder)).toMatchObject({ code: 0 })
  })

  test('is none of a part of a run, however well it is signed', async () => {
    const part = copyOf(await faultyBundle())
    const digests = attestedDigests(part, KILL_MATRIX)
    const report = reportIn(part) as unknown as Report
    const selection = { ...report.selection, selected: report.selection.catalogue }
    const statement = statementOf({ ...report, selection }, digests, undefined)
    const envelope = signStatement(statement as Statement, ours.privateKey)
    writeFileSync(join(part, BUNDLE.attestation), JSON.stringify(envelope))
    writeFileSync(join(part, BUNDLE.checksums), checksums(part))
    const { code, stdout } = await verified(part)
    expect(stdout).toContain('no attestation: the run is inconclusive, or a part')
    expect(code).toBe(1)
  })

  test('is refused to a run that is inconclusive', async () => {
    const { folder, code, stderr } = await attestedRun(
      '--sign',
      ours.privatePath,
      '--files',
      'none',
    )
    expect(code).toBe(3)
    expect(stderr).toContain('not attested: inconclusive')
    expect(existsSync(join(folder, BUNDLE.attestation))).toBe(false)
  })

  test.each([
    ['a key that is not there', ['--sign', 'nowhere.pem', '--out', 'x'], '--sign nowhere.pem'],
    ['a file that is no key', ['--sign', 'package.json', '--out', 'x'], 'found no key'],
    ['no folder for it', ['--sign', ours.privatePath], '--out DIR'],
    ['a subject without a key', ['--subject', 'a@sha256:b'], 'nothing is signed'],
    [
      'a subject that is none',
      ['--sign', ours.privatePath, '--out', 'x', '--subject', 'a'],
      'NAME@sha256:',
    ],
  ])('is refused for %s, before anything is sent', async (_, words, message) => {
    const { code, stderr } = await invoke('run', ...words)
    expect(stderr).toContain(message)
    expect(code).toBe(2)
  })

  test('is refused for keys of other kinds, and those that are encrypted', async () => {
    const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
    const encrypted = createPrivateKey(readFileSync(ours.privatePath)).export({
      type: 'pkcs8',
      format: 'pem',
      cipher: 'aes-256-cbc',
      passphrase: 'x',
    })
    for (const [name, pem, message] of [
      ['ec', ec.export({ type: 'pkcs8', format: 'pem' }), 'found a key for ec'],
      ['encrypted', encrypted, 'found an encrypted key'],
    ] as const) {
      writeFileSync(join(keys, name), pem)
      const { code, stderr } = await invoke('run', '--sign', join(keys, name), '--out', 'x')
      expect(stderr).toContain(message)
      expect(code).toBe(2)
    }
  })
})

describe('verify with a public key', () => {
  test('accepts what was signed with its private half', async () => {
    const { code, stdout } = await verified(attested)
    expect(stdout).toMatch(/states FAILED, signed with the key [0-9a-f]{64}/)
    expect(code).toBe(0)
  })

  test('refuses a private key, which nobody should hand out', async () => {
    const { code, stderr } = await verified(attested, ours.privatePath)
    expect(stderr).toContain('found a private key')
    expect(code).toBe(2)
  })

  test('refuses what another key has signed, whoever made the digests fit', async () => {
    expect(await verified(attested, theirs.publicPath)).toMatchObject({ code: 1 })
    const resigned = signStatement(statementIn(attested), theirs.privateKey)
    const { code, stdout } = await verified(withEnvelope(resigned))
    expect(stdout).toContain('expected  a signature with the given key')
    expect(code).toBe(1)
  })

  test('notices every field of the envelope', () => {
    const envelope = envelopeIn(attested) as unknown as Json
    const fields = fieldsOf(envelope)
    expect(fields.length).toBeGreaterThan(5)
    for (const field of fields) {
      const differences = differencesIn(withEnvelope(flipped(envelope, field)), ours.publicKey)
      expect([field, differences]).not.toEqual([field, []])
    }
  })

  test('notices every field of a statement but the subject, even signed with the right key', () => {
    const statement = statementIn(attested) as unknown as Json
    const unnoticed = fieldsOf(statement).filter((field) => {
      const signed = flipped(statement, field) as unknown as Statement
      const envelope = signStatement(signed, ours.privateKey)
      return differencesIn(withEnvelope(envelope), ours.publicKey).length === 0
    })
    expect(unnoticed).toEqual([['subject', 0, 'name']])
  })

  test.each([
    'null',
    '1',
    '[]',
    '{}',
    '{"subject":[{"name":{"toString":1}}]}',
    '{"predicate":null}',
    'x',
  ])('reports a payload that is %s as a difference', (text) => {
    const envelope = { ...envelopeIn(attested), payload: Buffer.from(text).toString('base64') }
    const folder = withEnvelope(envelope)
    expect(differencesIn(folder, ours.publicKey)).not.toEqual([])
    expect(differencesIn(folder, undefined)).not.toEqual([])
  })

  test('refuses an envelope without signatures', () => {
    const { signatures: _, ...unsigned } = envelopeIn(attested)
    const found = differencesIn(withEnvelope(unsigned), ours.publicKey)
    expect(found).toMatchObject([{ expected: expect.stringContaining('a DSSE envelope') }])
  })

  test('without a key, says that nobody checked who signed', async () => {
    const { code, stdout } = await invoke('verify', attested)
    expect(stdout).toContain('who signed it was not checked (--public-key)')
    expect(code).toBe(0)
  })

  test('needs a payload in its canonical base 64, which no second text stands for', () => {
    const envelope = envelopeIn(attested)
    const padded = { ...envelope, payload: `${envelope.payload}\n` }
    expect(differencesIn(withEnvelope(padded), ours.publicKey)).not.toEqual([])
  })
})

function idsWith({ requirements }: Report, verdict: string): readonly string[] {
  return requirements.filter((one) => one.verdict === verdict).map(({ id }) => id)
}
