import { createHash } from 'node:crypto'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { killMatrixSha256 } from '../fixtures/faults/kill-matrix.ts'
import { checkAttestation } from '../harness/evidence/attestation.ts'
import {
  BUNDLE,
  checkFiles,
  expectBundle,
  fileSha256,
  readBundle,
} from '../harness/evidence/bundle.ts'
import type { Difference } from '../harness/evidence/difference.ts'
import { exchangesIn, type IsLine } from '../harness/evidence/evidence-file.ts'
import { publicKeyFrom } from '../harness/evidence/keys.ts'
import {
  identityDifferences,
  recordedAcceptance,
  verifyRun,
} from '../harness/evidence/verification.ts'
import { TOOL } from '../harness/http/tool.ts'
import { EvidenceError } from '../model/errors.ts'
import type { Report } from '../model/report.ts'
import { shortened } from '../model/violation.ts'
import { formats } from '../reporters/formats.ts'
import { printable } from '../reporters/printable.ts'
import {
  counted,
  duration,
  firstOf,
  present,
  undecided,
  verdictSentence,
} from '../reporters/wording.ts'
import { wrapped } from '../reporters/wrapped.ts'
import { catalogue } from '../suites/catalogue.ts'
import { EXIT } from './exit-code.ts'
import type { Output } from './output.ts'
import { type RecordedDocumentFlags, recordedRun } from './recorded-run.ts'

interface VerifyFlags extends RecordedDocumentFlags {
  readonly publicKey?: string
  readonly challenge?: string
}

/** Number of differences that are printed in full. */
const SHOWN = 20

/**
 * Runs `delete-conformance verify DIR`: judges recorded evidence again, offline.
 *
 * @returns the exit code: 1 if anything differs, whatever the verdict of the run
 */
export async function verify(
  flags: VerifyFlags,
  output: Output,
  [folder]: readonly string[],
): Promise<number> {
  expectBundle(folder, 'verify')
  const key = flags.publicKey === undefined ? undefined : await publicKeyFrom(flags.publicKey)
  output.line(`${TOOL.name} ${TOOL.version} verifies ${printable(folder)}`)
  const { plain, names, differences } = checkFiles(folder)
  const listed = `${counted(names.length, 'file')} as ${BUNDLE.checksums} lists`
  tell(output, 'files', differences, listed)
  if (!plain) return conclude(differences, undefined, output)
  const { report, isLine, differences: unreadable } = readBundle(folder)
  tell(output, 'report', unreadable, 'in the form that its schema describes')
  if (report === undefined) return conclude([...differences, ...unreadable], undefined, output)
  const run = [...differences, ...(await checkRun(folder, report, isLine, flags, output))]
  // From evidence that differs, every report would differ, too.
  const rendered = run.length > 0 ? [] : checkReports(folder, report, output)
  const attestation = checkAttestation(folder, report, key, killMatrixSha256())
  tell(output, 'signature', attestation.differences, attestation.account)
  return conclude([...run, ...unreadable, ...rendered, ...attestation.differences], report, output)
}

/** Checks that program, document and seed are those of the report, and then repeats the run. */
async function checkRun(
  folder: string,
  report: Report,
  isLine: IsLine,
  flags: VerifyFlags,
  output: Output,
): Promise<readonly Difference[]> {
  const { optionsOf, differences } = await recordedRun(folder, report, flags)
  const identity = [...differences, ...identityDifferences(report, flags.challenge)]
  tell(output, 'made with', identity, `${report.tool.name} ${report.tool.version}, as here`)
  // Everything after this would differ for the same reason.
  if (identity.length > 0 || optionsOf === undefined) return identity
  for (const line of choices(report, flags.challenge)) {
    output.line(wrapped(line, output.style.columns, 13))
  }
  const { accepted, differences: unread } = recordedAcceptance(folder, report, catalogue)
  if (unread.length > 0) return unread
  const evidencePath = join(folder, BUNDLE.evidence)
  try {
    const verified = await verifyRun({ report, evidencePath, isLine, accepted, optionsOf })
    const lines = `${counted(verified.lines, 'line')} derived again from seed ${report.seed}`
    const judged = `${counted(report.requirements.length, 'requirement')} judged again: all the same`
    tell(output, 'evidence', verified.differences, `${lines}, ${judged}`)
    return verified.differences
  } catch (error) {
    if (!(error instanceof EvidenceError)) throw error
    const broken = { where: BUNDLE.evidence, expected: 'lines of evidence', found: error.message }
    tell(output, 'evidence', [broken], '')
    return [broken]
  }
}

/** Lists the choices of a run: other choices could have led to another verdict. */
function choices(
  { document, selection, options, target, challenge }: Report,
  compared: string | undefined,
): readonly string[] {
  const { title, version, shipped, sha256 } = document
  const which = shipped ? 'as shipped with this program' : `not the shipped one: SHA-256 ${sha256}`
  const listed = (name: string, values: readonly (string | number)[]) =>
    values.length > 0 && `${name} ${values.join(' ')}`
  const parts = present([
    `${selection.selected} of ${counted(selection.catalogue, 'requirement')}`,
    `${counted(options.runs, 'case')} a property`,
    `${options.concurrency} at once`,
    `files ${options.files}`,
    options.upload !== undefined && `uploads of ${shortened(JSON.stringify(options.upload), 600)}`,
    `${counted(options.maxLive, 'file')} at most`,
    `${duration(options.settleMs)} for a deletion to show`,
    options.lingerMs > 0 && `${duration(options.lingerMs)} until a later look`,
    `${duration(options.timeoutMs)} for an answer`,
    target.authenticated ? 'credentials sent' : 'no credentials',
    target.secondTokenEnv !== undefined && 'a second account',
    listed('fields', target.headerNames),
    listed('--only', selection.only),
    listed('--skip', selection.skip),
    listed('--expect-status', options.expectedStatuses),
    listed('--capabilities', options.declaredCapabilities),
    options.budget !== undefined && `a budget of ${JSON.stringify(options.budget)}`,
    options.strict && 'strict',
    options.disposable && 'disposable',
    challenge === undefined
      ? 'no challenge'
      : `challenge ${JSON.stringify(challenge)}${compared === undefined ? ' (compared with none: --challenge)' : ''}`,
  ])
  return [
    `  document   ${printable(`${title} ${version}, ${which}`)}`,
    `  chosen     ${printable(parts.join(', '))}`,
  ]
}

/**
 * Renders the reports of a folder again, those under the names of their formats, and compares them: a forged
 * page is as bad as a forged verdict.
 */
function checkReports(folder: string, report: Report, output: Output): readonly Difference[] {
  const findings = { report, exchanges: () => exchangesIn(join(folder, BUNDLE.evidence)) }
  const found = formats.filter(
    ({ file }) => file !== BUNDLE.report && existsSync(join(folder, file)),
  )
  const files = found.map(({ file }) => file)
  const known = [...Object.values<string>(BUNDLE), ...files]
  const others = readdirSync(folder).filter((name) => !known.includes(name))
  if (others.length > 0) {
    output.line(`  not read   ${printable(others.join(', '))}: only the digest was checked`)
  }
  if (found.length === 0) return []
  const differences = found.flatMap(({ file, render }) => {
    const hash = createHash('sha256')
    for (const piece of render(findings)) hash.update(piece)
    if (hash.digest('hex') === fileSha256(join(folder, file))) return []
    const expected = `the report that follows from ${BUNDLE.report} and the evidence`
    return [{ where: file, expected, found: 'something else' }]
  })
  tell(output, 'reports', differences, `${files.join(', ')} made again: the same`)
  return differences
}

function tell(
  output: Output,
  subject: string,
  { length }: readonly Difference[],
  account: string,
): void {
  const text = length === 0 ? account : `${counted(length, 'difference')}, below`
  output.line(`  ${subject.padEnd(10)} ${printable(text)}`)
}

function conclude(
  differences: readonly Difference[],
  report: Report | undefined,
  { line, style }: Output,
): number {
  // Verification cannot decide what the run left undecided.
  const untold = report === undefined ? [] : undecided(report, 'inconclusive', 'inapplicable')
  for (const { reason, ids } of untold)
    line(wrapped(`  cannot judge ${firstOf(ids)}: ${printable(reason)}`, style.columns, 4))
  line()
  if (differences.length === 0 && report !== undefined) {
    line(style.verdict(report.verdict, `verified: ${printable(verdictSentence(report))}`))
    return EXIT.conforms
  }
  for (const { where, expected, found } of differences.slice(0, SHOWN)) {
    line(style.bold(printable(where)))
    line(`  expected  ${printable(expected)}`)
    line(`  found     ${printable(found)}`)
  }
  if (differences.length > SHOWN) line(`and ${differences.length - SHOWN} more`)
  line(style.verdict('failed', `not verified: ${counted(differences.length, 'difference')}`))
  return EXIT.violates
}
