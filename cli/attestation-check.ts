import type { KeyObject } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import {
  type Envelope,
  isSignedBy,
  keyIdOf,
  PAYLOAD_TYPE,
  type Statement,
  statementIn,
  statementOf,
} from '../harness/evidence/attestation.ts'
import { BUNDLE } from '../harness/evidence/bundle.ts'
import { type Difference, differencesBetween } from '../harness/evidence/differences.ts'
import type { Report } from '../model/report.ts'
import { FileError, readRegular } from '../spec/bounded-file.ts'
import { attestedDigests } from './products.ts'

/** It holds digests and a few names. */
const MAX_ATTESTATION_BYTES = 1024 * 1024

/** What checking an attestation has found. */
export interface CheckedAttestation {
  readonly differences: readonly Difference[]
  /** In words, where there are no differences. */
  readonly account: string
}

/**
 * Checks the attestation of a folder: its signature, where a key is given, and that it states what
 * follows from the files.
 */
export function checkAttestation(
  folder: string,
  report: Report,
  key: KeyObject | undefined,
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
    ...signatureDifferences(envelope, key),
    ...(statement === undefined
      ? [wrong('a statement', 'no JSON in its payload')]
      : statementDifferences(folder, report, statement)),
  ]
  const result = statement?.predicate?.result
  const account =
    key === undefined
      ? `states ${result}; who signed it was not checked (--public-key)`
      : `states ${result}, signed with the key ${keyIdOf(key)}`
  return { differences, account }
}

function signatureDifferences(
  envelope: Envelope,
  key: KeyObject | undefined,
): readonly Difference[] {
  if (key === undefined) return []
  const keyIds = envelope.signatures.map(({ keyid }) => keyid)
  return [
    ...(isSignedBy(envelope, key)
      ? []
      : [wrong('a signature with the given key', 'none that fits')]),
    ...differencesBetween([keyIdOf(key)], keyIds, `${BUNDLE.attestation} /signatures/0/keyid`),
  ]
}

/** The subject is the signer's word; all else follows from the files. */
function statementDifferences(
  folder: string,
  report: Report,
  statement: Statement,
): readonly Difference[] {
  const digests = attestedDigests(folder)
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

function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function wrong(expected: string, found: string): Difference {
  return { where: BUNDLE.attestation, expected, found }
}

function envelopeAt(path: string): Envelope | Difference {
  try {
    const text = readRegular(path, MAX_ATTESTATION_BYTES).toString()
    return envelopeIn(text) ?? wrong('a DSSE envelope', 'something else')
  } catch (error) {
    if (!(error instanceof FileError)) throw error
    return wrong(`a DSSE envelope of at most ${MAX_ATTESTATION_BYTES} octets`, error.message)
  }
}

function envelopeIn(text: string): Envelope | undefined {
  try {
    const value = JSON.parse(text) as Partial<Envelope> | null
    const signatures: readonly unknown[] = Array.isArray(value?.signatures) ? value.signatures : []
    const whole =
      typeof value?.payload === 'string' &&
      typeof value.payloadType === 'string' &&
      signatures.every((one) => typeof (one as { sig?: unknown } | null)?.sig === 'string')
    return whole ? (value as Envelope) : undefined
  } catch {
    return undefined
  }
}
