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
import {
  BUNDLE,
  checkFiles,
  type Difference,
  differencesBetween,
} from '../harness/evidence/bundle.ts'
import { type Verification, verifyRun } from '../harness/evidence/verification.ts'
import { reportedTool, TOOL } from '../harness/http/tool.ts'
import { seedFrom } from '../harness/run/seed.ts'
import { EvidenceError } from '../model/errors.ts'
import type { Report } from '../model/report.ts'
import { printable } from '../reporters/printable.ts'
import { counted, duration, undecided, verdictSentence } from '../reporters/wording.ts'
import { FileError, readRegular } from '../spec/bounded-file.ts'
import { expectBundle, readBundle } from './bundle-reader.ts'
import { EXIT } from './exit-code.ts'
import { publicKeyFrom } from './keys.ts'
import type { Output } from './output.ts'
import { attestedDigests } from './products.ts'
import { recordedAcceptance } from './recorded-acceptance.ts'
import { type RecordedDocumentFlags, recordedRun } from './recorded-run.ts'
import { checkReports } from './rendered-reports.ts'

export interface VerifyFlags extends RecordedDocumentFlags {
  readonly publicKey?: string
  readonly challenge?: string
}

/** Differences that are printed; the others are counted. */
const SHOWN = 20

/**
 * `delete-conformance verify DIR`: judges recorded evidence again, offline.
 *
 * @returns the exit code: 1 where anything is not as it must be, whatever the verdict of the run
 */
export async function verify(
  folder: string | undefined,
  flags: VerifyFlags,
  output: Output,
): Promise<number> {
  expectBundle(folder, 'verify')
  const key = flags.publicKey === undefined ? undefined : await publicKeyFrom(flags.publicKey)
  output.line(`${TOOL.name} ${TOOL.version} verifies ${printable(folder)}`)
  const required = [BUNDLE.evidence, BUNDLE.report, BUNDLE.document]
  const { plain, names, differences } = checkFiles(folder, required)
  said(
    output,
    'files',
    differences,
    `${counted(names.length, 'file')} as ${BUNDLE.checksums} lists`,
  )
  if (!plain) return pronounce(differences, undefined, output)
  const { report, isLine, differences: unreadable } = readBundle(folder)
  said(output, 'report', unreadable, 'in the form that its schema describes')
  if (report === undefined) return pronounce([...differences, ...unreadable], undefined, output)
  const run = [...differences, ...(await checkRun(folder, report, isLine, flags, output))]
  const found = [
    ...run,
    ...unreadable,
    ...(run.length > 0 ? [] : checkRendered(folder, report, output)),
    ...checkSignature(folder, report, key, output),
  ]
  return pronounce(found, report, output)
}

async function checkRun(
  folder: string,
  report: Report,
  isLine: Parameters<typeof verifyRun>[0]['isLine'],
  flags: VerifyFlags,
  output: Output,
): Promise<readonly Difference[]> {
  const run = await recordedRun(folder, report, flags)
  const identity = [
    ...run.differences,
    ...toolDifferences(report),
    ...challengeDifferences(report, flags),
  ]
  said(output, 'made with', identity, `${report.tool.name} ${report.tool.version}, as here`)
  // With another program, document or seed, everything that follows would differ for that reason.
  if (identity.length > 0 || run.optionsOf === undefined) return identity
  for (const line of choices(report, flags.challenge)) output.line(line)
  const evidencePath = join(folder, BUNDLE.evidence)
  const { accepted, differences: unread } = recordedAcceptance(folder, report)
  if (unread.length > 0) return unread
  const parts = { report, evidencePath, isLine, accepted, optionsOf: run.optionsOf }
  const verified = await verifyRun(parts).catch((error: unknown): Verification => {
    if (!(error instanceof EvidenceError)) throw error
    const broken = { where: BUNDLE.evidence, expected: 'lines of evidence', found: error.message }
    return { differences: [broken], lines: 0, derived: undefined }
  })
  const judged = counted(report.requirements.length, 'requirement')
  const accounted = `${counted(verified.lines, 'line')} derived again from seed ${report.seed}`
  said(
    output,
    'evidence',
    verified.differences,
    `${accounted}, ${judged} judged again: all the same`,
  )
  return verified.differences
}

/** What the run was made with, and could have been made otherwise. */
function choices(
  { document, selection, options, target, challenge }: Report,
  compared: string | undefined,
): readonly string[] {
  const { title, version, shipped, sha256 } = document
  const which = shipped ? 'as shipped with this program' : `not the shipped one: SHA-256 ${sha256}`
  const parts = [
    `${selection.selected} of ${counted(selection.catalogue, 'requirement')}`,
    `${counted(options.runs, 'case')} a property`,
    `${options.concurrency} at once`,
    `files ${options.files}`,
    `${counted(options.maxLive, 'file')} at most`,
    `${duration(options.settleMs)} for a deletion to show`,
    `${duration(options.timeoutMs)} for an answer`,
    target.authenticated ? 'credentials sent' : 'no credentials',
    ...(target.secondTokenEnv === undefined ? [] : ['a second account']),
    ...named('fields', target.headerNames),
    ...named('--only', selection.only),
    ...named('--skip', selection.skip),
    ...named('--expect-status', options.expectedStatuses),
    ...named('--capabilities', options.declaredCapabilities),
    ...(options.budget === undefined ? [] : [`a budget of ${JSON.stringify(options.budget)}`]),
    ...(options.strict ? ['strict'] : []),
    ...(options.disposable ? ['disposable'] : []),
    challengeWords(challenge, compared),
  ]
  return [
    `  document   ${printable(`${title} ${version}, ${which}`)}`,
    `  chosen     ${printable(parts.join(', '))}`,
  ]
}

function named(what: string, values: readonly (string | number)[]): readonly string[] {
  return values.length === 0 ? [] : [`${what} ${values.join(' ')}`]
}

function challengeWords(challenge: string | undefined, compared: string | undefined): string {
  if (challenge === undefined) return 'no challenge'
  const note = compared === undefined ? ' (compared with none: --challenge)' : ''
  return `challenge ${JSON.stringify(challenge)}${note}`
}

/** Only over evidence that was verified: over other, each would differ for that reason. */
function checkRendered(folder: string, report: Report, output: Output): readonly Difference[] {
  const { files, others, differences } = checkReports(folder, report)
  if (others.length > 0) {
    output.line(`  not read   ${printable(others.join(', '))}: nothing but the digest was checked`)
  }
  if (files.length === 0) return []
  said(output, 'reports', differences, `${files.join(', ')} made again: the same`)
  return differences
}

function toolDifferences({ tool }: Report): readonly Difference[] {
  const differences = differencesBetween(reportedTool(), tool, 'report /tool')
  if (differences.length === 0) return []
  const advice =
    tool.version === TOOL.version
      ? 'other code under the same version'
      : `verify with: npx ${TOOL.name}@${tool.version} verify`
  return differences.map((one) => ({ ...one, found: `${one.found}; ${advice}` }))
}

function challengeDifferences(
  { challenge, seed }: Report,
  { challenge: expected }: VerifyFlags,
): readonly Difference[] {
  return [
    ...(expected === undefined ? [] : differencesBetween(expected, challenge, 'report /challenge')),
    ...(challenge === undefined
      ? []
      : differencesBetween(seedFrom(challenge), seed, 'report /seed')),
  ]
}

function checkSignature(
  folder: string,
  report: Report,
  key: KeyObject | undefined,
  output: Output,
): readonly Difference[] {
  const checked: CheckedAttestation = checkAttestation(folder, report, key)
  said(output, 'signature', checked.differences, checked.account)
  return checked.differences
}

function said(
  output: Output,
  subject: string,
  found: readonly Difference[],
  account: string,
): void {
  const text = found.length === 0 ? account : `${counted(found.length, 'difference')}, below`
  output.line(`  ${subject.padEnd(10)} ${printable(text)}`)
}

function pronounce(
  differences: readonly Difference[],
  report: Report | undefined,
  output: Output,
): number {
  const { style } = output
  if (report !== undefined) for (const line of untold(report)) output.line(line)
  output.line()
  if (differences.length === 0 && report !== undefined) {
    const sentence = `verified: ${printable(verdictSentence(report))}`
    output.line(style.verdict(report.verdict, sentence))
    return EXIT.conforms
  }
  for (const { where, expected, found } of differences.slice(0, SHOWN)) {
    output.line(style.bold(printable(where)))
    output.line(`  expected  ${printable(expected)}`)
    output.line(`  found     ${printable(found)}`)
  }
  if (differences.length > SHOWN) output.line(`and ${differences.length - SHOWN} more`)
  const count = counted(differences.length, 'difference')
  output.line(style.verdict('failed', `not verified: ${count}`))
  return EXIT.violates
}

/** What the run could not tell, which no verification can either. */
function untold(report: Report): readonly string[] {
  return undecided(report, 'inconclusive', 'inapplicable').map(
    ({ reason, ids }) => `  cannot tell of ${ids.join(', ')}: ${printable(reason)}`,
  )
}

/** It holds digests and a few names. */
const MAX_ATTESTATION_BYTES = 1024 * 1024

/** What checking an attestation has found. */
interface CheckedAttestation {
  readonly differences: readonly Difference[]
  /** In words, where there are no differences. */
  readonly account: string
}

/**
 * Checks the attestation of a folder: its signature, where a key is given, and that it states what
 * follows from the files.
 */
function checkAttestation(
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
