import { createHash, createPublicKey, type KeyObject, sign, verify } from 'node:crypto'
import type { Report, RequirementResult } from '../../model/report.ts'
import type { Verdict } from '../../model/verdict.ts'
import { BUNDLE } from './bundle.ts'

/** Digests of what an attestation speaks of, lower-case hexadecimal SHA-256. */
export interface AttestedDigests {
  readonly report: string
  readonly evidence: string
  /** Of the table of faulty servers and the requirements that find them out. */
  readonly killMatrix: string
}

/** What was tested, by its digest: a container image, a release. */
export interface Subject {
  readonly name: string
  readonly sha256: string
}

/** An artifact by its digest (in-toto ResourceDescriptor v1). */
interface ResourceDescriptor {
  readonly name: string
  readonly uri?: string
  readonly digest: { readonly sha256: string }
}

/** An in-toto Statement v1 with the test-result predicate v0.1. */
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

/** A signed statement (DSSE v1.0.2). */
export interface Envelope {
  readonly payload: string
  readonly payloadType: string
  readonly signatures: readonly { readonly keyid?: string; readonly sig: string }[]
}

export const PAYLOAD_TYPE = 'application/vnd.in-toto+json'

/**
 * What can be stated of a run. Nothing can of one that is inconclusive, for which the predicate has no result,
 * and of a part of a run, which says nothing of the rest.
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
  const failing: readonly Verdict[] = options.strict ? ['failed', 'warned'] : ['failed']
  const failed = requirements.filter((one) => failing.includes(one.verdict))
  const warned = requirements.filter((one) => one.verdict === 'warned' && !failed.includes(one))
  const passed = requirements.filter((one) => one.verdict === 'passed')
  const { name, sha256 } = subject ?? { name: BUNDLE.evidence, sha256: digests.evidence }
  const toolUrl = `pkg:npm/${tool.name}@${tool.version}`
  return {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name, digest: { sha256 } }],
    predicateType: 'https://in-toto.io/attestation/test-result/v0.1',
    predicate: {
      result: verdict === 'non-conforming' ? 'FAILED' : warned.length > 0 ? 'WARNED' : 'PASSED',
      configuration: [
        { name: BUNDLE.document, digest: { sha256: document.sha256 } },
        { name: BUNDLE.report, digest: { sha256: digests.report } },
        { name: BUNDLE.evidence, digest: { sha256: digests.evidence } },
        { name: 'tool', uri: toolUrl, digest: { sha256: tool.sha256 } },
        { name: 'docs/kill-matrix.md', digest: { sha256: digests.killMatrix } },
      ],
      passedTests: idsOf(passed),
      warnedTests: idsOf(warned),
      failedTests: idsOf(failed),
    },
  }
}

function idsOf(results: readonly RequirementResult[]): readonly string[] {
  return results.map(({ id }) => id)
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

/** Whether an envelope is signed with the private half of a key. */
export function isSignedBy(
  { payload, payloadType, signatures }: Envelope,
  key: KeyObject,
): boolean {
  const octets = fromBase64(payload)
  if (octets === undefined) return false
  const signed = preAuthenticationEncoding(payloadType, octets)
  return signatures.some(({ sig }) => {
    const signature = fromBase64(sig)
    return signature !== undefined && verify(null, signed, key, signature)
  })
}

/** The statement in an envelope, whoever signed it; undefined where there is none. */
export function statementIn({ payload }: Envelope): Statement | undefined {
  try {
    const value: unknown = JSON.parse((fromBase64(payload) ?? Buffer.alloc(0)).toString('utf8'))
    return typeof value === 'object' && value !== null ? (value as Statement) : undefined
  } catch {
    return undefined
  }
}

/** Decodes base64 in its one canonical form (RFC 4648 §3.5): no other text stands for the same octets. */
function fromBase64(text: string): Buffer | undefined {
  const octets = Buffer.from(text, 'base64')
  return octets.toString('base64') === text ? octets : undefined
}

/** Names a key: SHA-256 of its public half (SubjectPublicKeyInfo, DER). A hint, no proof. */
export function keyIdOf(key: KeyObject): string {
  const publicKey = key.type === 'private' ? createPublicKey(key) : key
  const der = publicKey.export({ type: 'spki', format: 'der' })
  return createHash('sha256').update(der).digest('hex')
}

/** What is signed (DSSE v1.0.2, "Signature Definition"). */
function preAuthenticationEncoding(type: string, payload: Buffer): Buffer {
  const head = `DSSEv1 ${Buffer.byteLength(type)} ${type} ${payload.byteLength} `
  return Buffer.concat([Buffer.from(head), payload])
}
