import { createHash, createPublicKey, type KeyObject, sign, verify } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Report, RequirementResult } from '../../model/report.ts'
import { FileError, readRegular } from '../../spec/bounded-file.ts'
import { BUNDLE, fileSha256 } from './bundle.ts'
import { type Difference, differencesBetween, readOrError } from './difference.ts'

type AttestedDigests = ReturnType<typeof attestedDigests>

/** Tested artifact, by its digest: a container image, a release. */
export interface Subject {
  readonly name: string
  readonly sha256: string
}

/** In-toto Statement v1 with the test-result predicate v0.1. */
export type Statement = NonNullable<ReturnType<typeof statementOf>>

/** Signed statement (DSSE v1.0.2). */
interface Envelope {
  readonly payload: string
  readonly payloadType: string
  readonly signatures: readonly { readonly keyid?: string; readonly sig: string }[]
}

const PAYLOAD_TYPE = 'application/vnd.in-toto+json'

/** Room for digests and the ids of all requirements. */
const MAX_ATTESTATION_BYTES = 1024 * 1024

/**
 * Computes the digests of everything that an attestation rests on.
 *
 * @param killMatrix - digest of the table of faulty servers and the requirements that detect them
 */
export function attestedDigests(folder: string, killMatrix: string) {
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
) {
  const { verdict, requirements, options, tool, document, selection } = report
  if (verdict === 'inconclusive' || selection.selected < selection.catalogue) return undefined
  const idsOf = (isMeant: (one: RequirementResult) => boolean) =>
    requirements.filter(isMeant).map(({ id }) => id)
  const warnedTests = idsOf((one) => one.verdict === 'warned' && !options.strict)
  const artifact = (name: string, sha256: string) => ({ name, digest: { sha256 } })
  return {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [
      subject === undefined
        ? artifact(BUNDLE.evidence, digests.evidence)
        : artifact(subject.name, subject.sha256),
    ],
    predicateType: 'https://in-toto.io/attestation/test-result/v0.1',
    predicate: {
      result:
        verdict === 'non-conforming' ? 'FAILED' : warnedTests.length > 0 ? 'WARNED' : 'PASSED',
      configuration: [
        artifact(BUNDLE.document, document.sha256),
        artifact(BUNDLE.report, digests.report),
        artifact(BUNDLE.evidence, digests.evidence),
        { ...artifact('tool', tool.sha256), uri: `pkg:npm/${tool.name}@${tool.version}` },
        artifact('docs/kill-matrix.md', digests.killMatrix),
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
export function signStatement(statement: Statement, key: KeyObject): Envelope {
  const payload = Buffer.from(JSON.stringify(statement))
  const sig = sign(null, preAuthenticationEncoding(PAYLOAD_TYPE, payload), key).toString('base64')
  const signatures = [{ keyid: keyIdOf(key), sig }]
  return { payload: payload.toString('base64'), payloadType: PAYLOAD_TYPE, signatures }
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

/**
 * Checks the attestation of a folder: that it states what follows from the files, and, with a key, its
 * signature.
 *
 * @returns an account for people as well, which holds if there are no differences
 */
export function checkAttestation(
  folder: string,
  report: Report,
  key: KeyObject | undefined,
  killMatrix: string,
): { readonly differences: readonly Difference[]; readonly account: string } {
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
  const octets = readOrError(() => readRegular(path, MAX_ATTESTATION_BYTES))
  if (octets instanceof FileError) {
    return wrong(`a DSSE envelope of at most ${MAX_ATTESTATION_BYTES} octets`, octets.message)
  }
  const value = jsonObjectIn(octets.toString()) as Partial<Envelope> | undefined
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
