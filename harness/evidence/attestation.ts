import { createHash, createPublicKey, type KeyObject, sign, verify } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Report, RequirementResult } from '../../model/report.ts'
import { FileError, readRegular } from '../../spec/bounded-file.ts'
import { BUNDLE, fileSha256 } from './bundle.ts'
import { type Difference, differencesBetween } from './difference.ts'

/** Lower-case hexadecimal SHA-256 of everything that an attestation rests on. */
interface AttestedDigests {
  readonly report: string
  readonly evidence: string
  /** Digest of the table of faulty servers and the requirements that detect them. */
  readonly killMatrix: string
}

/** Tested artifact, by its digest: a container image, a release. */
export interface Subject {
  readonly name: string
  readonly sha256: string
}

/** Artifact by its digest (in-toto ResourceDescriptor v1). */
interface ResourceDescriptor {
  readonly name: string
  readonly uri?: string
  readonly digest: { readonly sha256: string }
}

/** In-toto Statement v1 with the test-result predicate v0.1. */
export interface Statement {
  readonly _type: 'https://in-toto.io/Statement/v1'
  readonly subject: readonly ResourceDescriptor[]
  readonly predicateType: 'https://in-toto.io/attestation/test-result/v0.1'
  readonly predicate: {
    readonly result: 'PASSED' | 'WARNED' | 'FAILED'
    readonly configuration: readonly ResourceDescriptor[]
    readonly passedTests: readonly string[]
    readonly warnedTests: readonly string[]
    readonly failedTests: readonly string[]
  }
}

/** Signed statement (DSSE v1.0.2). */
export interface Envelope {
  readonly payload: string
  readonly payloadType: string
  readonly signatures: readonly { readonly keyid?: string; readonly sig: string }[]
}

const PAYLOAD_TYPE = 'application/vnd.in-toto+json'

/** Room for digests and the ids of all requirements. */
const MAX_ATTESTATION_BYTES = 1024 * 1024

/** Computes the digests for the folder of a run. */
export function attestedDigests(folder: string, killMatrix: string): AttestedDigests {
  return {
    report: fileSha256(join(folder, BUNDLE.report)),
    evidence: fileSha256(join(folder, BUNDLE.evidence)),
    killMatrix,
  }
}

/**
 * States the result of a run. Gives nothing for an inconclusive run, for which the predicate has no result,
 * and for a part of a run, which says nothing of the rest.
 *
 * @param subject - without one, the evidence is the subject: a URL has no digest
 */
export function statementOf(
  report: Report,
  digests: AttestedDigests,
  subject: Subject | undefined,
): Statement | undefined {
  const { verdict, requirements, options, tool, document, selection } = report
  if (verdict === 'inconclusive' || selection.selected < selection.catalogue) return undefined
  const idsOf = (isMeant: (one: RequirementResult) => boolean) =>
    requirements.filter(isMeant).map(({ id }) => id)
  const warnedTests = idsOf((one) => one.verdict === 'warned' && !options.strict)
  const { name, sha256 } = subject ?? { name: BUNDLE.evidence, sha256: digests.evidence }
  return {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name, digest: { sha256 } }],
    predicateType: 'https://in-toto.io/attestation/test-result/v0.1',
    predicate: {
      result:
        verdict === 'non-conforming' ? 'FAILED' : warnedTests.length > 0 ? 'WARNED' : 'PASSED',
      configuration: [
        { name: BUNDLE.document, digest: { sha256: document.sha256 } },
        { name: BUNDLE.report, digest: { sha256: digests.report } },
        { name: BUNDLE.evidence, digest: { sha256: digests.evidence } },
        {
          name: 'tool',
          uri: `pkg:npm/${tool.name}@${tool.version}`,
          digest: { sha256: tool.sha256 },
        },
        { name: 'docs/kill-matrix.md', digest: { sha256: digests.killMatrix } },
      ],
      passedTests: idsOf((one) => one.verdict === 'passed'),
      warnedTests,
      failedTests: idsOf(
        (one) => one.verdict === 'failed' || (one.verdict === 'warned' && options.strict),
      ),
    },
  }
}

/** Signs a statement with an Ed25519 key. */
export function signStatement(statement: Statement, privateKey: KeyObject): Envelope {
  const payload = Buffer.from(JSON.stringify(statement))
  const sig = sign(null, preAuthenticationEncoding(PAYLOAD_TYPE, payload), privateKey)
  return {
    payload: payload.toString('base64'),
    payloadType: PAYLOAD_TYPE,
    signatures: [{ keyid: keyIdOf(privateKey), sig: sig.toString('base64') }],
  }
}

/** Encodes what is signed (DSSE v1.0.2, "Signature Definition"). */
function preAuthenticationEncoding(type: string, payload: Buffer): Buffer {
  const head = `DSSEv1 ${Buffer.byteLength(type)} ${type} ${payload.byteLength} `
  return Buffer.concat([Buffer.from(head), payload])
}

/** Names a key by the SHA-256 of its public half (SubjectPublicKeyInfo, DER): a hint, no proof. */
function keyIdOf(key: KeyObject): string {
  const publicKey = key.type === 'private' ? createPublicKey(key) : key
  const der = publicKey.export({ type: 'spki', format: 'der' })
  return createHash('sha256').update(der).digest('hex')
}

/** Result of checking an attestation. */
interface CheckedAttestation {
  readonly differences: readonly Difference[]
  /** Sentence for a person; empty if there are differences that say more. */
  readonly account: string
}

/**
 * Checks the attestation of a folder: that it states what follows from the files, and, with a key, its
 * signature.
 */
export function checkAttestation(
  folder: string,
  report: Report,
  key: KeyObject | undefined,
  killMatrix: string,
): CheckedAttestation {
  const path = join(folder, BUNDLE.attestation)
  if (!existsSync(path)) {
    if (key === undefined) return { differences: [], account: 'none: the run is not attested' }
    return { differences: [wrong('an attestation', 'none')], account: '' }
  }
  const envelope = envelopeAt(path)
  if ('where' in envelope) return { differences: [envelope], account: '' }
  const statement = statementIn(envelope)
  const differences = [
    ...differencesBetween(PAYLOAD_TYPE, envelope.payloadType, `${BUNDLE.attestation} /payloadType`),
    ...(key === undefined ? [] : signatureDifferences(envelope, key)),
    ...(statement === undefined
      ? [wrong('a statement', 'no JSON in its payload')]
      : statementDifferences(report, attestedDigests(folder, killMatrix), statement)),
  ]
  const signer =
    key === undefined
      ? '; who signed it was not checked (--public-key)'
      : `, signed with the key ${keyIdOf(key)}`
  return { differences, account: `states ${statement?.predicate?.result}${signer}` }
}

function wrong(expected: string, found: string): Difference {
  return { where: BUNDLE.attestation, expected, found }
}

function envelopeAt(path: string): Envelope | Difference {
  let text: string
  try {
    text = readRegular(path, MAX_ATTESTATION_BYTES).toString()
  } catch (error) {
    if (!(error instanceof FileError)) throw error
    return wrong(`a DSSE envelope of at most ${MAX_ATTESTATION_BYTES} octets`, error.message)
  }
  const value = jsonObjectIn(text) as Partial<Envelope> | undefined
  const isSignature = (one: unknown) =>
    typeof (one as { readonly sig?: unknown } | null)?.sig === 'string'
  const isEnvelope =
    typeof value?.payload === 'string' &&
    typeof value.payloadType === 'string' &&
    Array.isArray(value.signatures) &&
    value.signatures.every(isSignature)
  return isEnvelope ? (value as Envelope) : wrong('a DSSE envelope', 'something else')
}

/** Reads the statement of an envelope, whoever signed it; undefined if there is none. */
function statementIn({ payload }: Envelope): Statement | undefined {
  return jsonObjectIn(fromBase64(payload)?.toString() ?? '') as Statement | undefined
}

function jsonObjectIn(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? value : undefined
  } catch {
    return undefined
  }
}

/** Decodes base64 in its one canonical form (RFC 4648 §3.5), so that no second text means the same octets. */
function fromBase64(text: string): Buffer | undefined {
  const octets = Buffer.from(text, 'base64')
  return octets.toString('base64') === text ? octets : undefined
}

function signatureDifferences(
  { payload, payloadType, signatures }: Envelope,
  key: KeyObject,
): readonly Difference[] {
  const octets = fromBase64(payload)
  const isSigned = signatures.some(({ sig }) => {
    const signature = fromBase64(sig)
    if (octets === undefined || signature === undefined) return false
    return verify(null, preAuthenticationEncoding(payloadType, octets), key, signature)
  })
  const keyIds = signatures.map(({ keyid }) => keyid)
  return [
    ...(isSigned ? [] : [wrong('a signature with the given key', 'none that fits')]),
    ...differencesBetween([keyIdOf(key)], keyIds, `${BUNDLE.attestation} /signatures/0/keyid`),
  ]
}

/** Compares a statement with the one that follows from the files. Only the subject is the signer's own word. */
function statementDifferences(
  report: Report,
  digests: AttestedDigests,
  statement: Statement,
): readonly Difference[] {
  const text = (value: unknown) => (typeof value === 'string' ? value : '')
  const [claimed] = Array.isArray(statement.subject) ? statement.subject : []
  const subject = { name: text(claimed?.name), sha256: text(claimed?.digest?.sha256) }
  const expected = statementOf(report, digests, subject)
  if (expected === undefined) {
    return [wrong('no attestation: the run is inconclusive, or a part', 'one')]
  }
  const ownDigest = subject.name === BUNDLE.evidence ? digests.evidence : subject.sha256
  return [
    ...differencesBetween(JSON.parse(JSON.stringify(expected)), statement, BUNDLE.attestation),
    ...differencesBetween(ownDigest, subject.sha256, `${BUNDLE.attestation}/subject/0/digest`),
  ]
}
