import type { KeyObject } from 'node:crypto'
import { join } from 'node:path'
import { killMatrixSha256 } from '../fixtures/faults/kill-matrix.ts'
import type { Subject } from '../harness/evidence/attestation.ts'
import { attestedDigests, signStatement, statementOf } from '../harness/evidence/attestation.ts'
import { BUNDLE } from '../harness/evidence/bundle.ts'
import { exchangesIn } from '../harness/evidence/evidence-file.ts'
import type { Accepted } from '../harness/gate/gate.ts'
import { reportText } from '../harness/gate/report-file.ts'
import type { ReadyRun } from '../library/launch.ts'
import { keepReport } from '../library/launch.ts'
import { expectWritable, write } from '../library/output-file.ts'
import type { RunFolder } from '../library/run-folder.ts'
import { UsageError } from '../model/errors.ts'
import type { Report } from '../model/report.ts'
import { nextStep, shellQuoted } from '../reporters/commands.ts'
import type { Findings, Format } from '../reporters/format.ts'
import { formats } from '../reporters/formats.ts'
import { present, verdictSentence } from '../reporters/wording.ts'
import type { Output } from './output.ts'

/** Files to make from a report. */
export interface Products {
  readonly reports: readonly Destination[]
  /** Violations that are accepted. */
  readonly accepted: Accepted | undefined
  readonly signing: Signing | undefined
}

/** Report that the user asked for, and its file. */
export interface Destination {
  readonly format: Format
  /** Undefined for the folder of `--out`, or the current one. */
  readonly file: string | undefined
}

/** Key that attests a run, and what was tested. */
export interface Signing {
  readonly key: KeyObject
  /** If undefined, the attestation names the evidence instead. */
  readonly subject: Subject | undefined
}

/** Format that goes to standard output, where GitHub Actions reads it. */
const ANNOTATIONS = 'github'

/**
 * Reads the values of `--report`; under GitHub Actions, adds annotations.
 *
 * @param words - `FORMAT` or `FORMAT=FILE`
 * @param out - the folder of `--out`, for reports without a file
 * @throws UsageError if a format is unknown or a file cannot be written
 */
export function destinations(
  words: readonly string[],
  out: string | undefined,
): readonly Destination[] {
  const chosen = words.map((word) => destination(word, out))
  if (process.env.GITHUB_ACTIONS !== 'true') return chosen
  if (chosen.some(({ format }) => format.name === ANNOTATIONS)) return chosen
  return [...chosen, destination(ANNOTATIONS, out)]
}

function destination(word: string, out: string | undefined): Destination {
  const [, name, file] = /^([^=]*)(?:=(.*))?$/s.exec(word) ?? []
  const format = formats.find((one) => one.name === name)
  if (format === undefined || file === '') {
    const accepted = formats.map((one) => one.name).join(', ')
    throw new UsageError(`--report ${word}: accepted are ${accepted}, each also as FORMAT=FILE`)
  }
  const written = file ?? (out === undefined && name !== ANNOTATIONS ? format.file : undefined)
  if (written !== undefined) expectWritable(`--report ${word}`, written)
  return { format, file }
}

/**
 * Writes the files of a run: the reports asked for, and with `--out` everything that a verifier needs.
 *
 * @throws UsageError if a file cannot be written
 * @throws EvidenceError if the evidence was removed during the run
 */
export function writeProducts(
  run: Products & Pick<ReadyRun, 'folder' | 'document'>,
  report: Report,
  output: Output,
): void {
  const { folder, reports, signing, accepted } = run
  keepReport(run, report)
  if (accepted?.waivers !== undefined) folder.write(BUNDLE.waivers, accepted.waivers.text)
  if (accepted?.baseline !== undefined) {
    folder.write(BUNDLE.baseline, reportText(accepted.baseline.report))
  }
  const names = writeReports(reports, report, folder, output)
  if (signing !== undefined) attest(folder, signing, report, output)
  folder.seal()
  if (names.length > 0) output.line(`Reports   ${names.join(', ')}`)
  if (folder.out !== undefined) {
    output.line(`Evidence  check it with: delete-conformance verify ${shellQuoted(folder.out)}`)
  }
}

/**
 * Writes as many of the reports as possible.
 *
 * @returns their files, for people
 * @throws UsageError naming those that cannot be written
 */
function writeReports(
  reports: readonly Destination[],
  report: Report,
  folder: RunFolder,
  output: Output,
): readonly string[] {
  const findings = { report, exchanges: () => exchangesIn(folder.evidencePath) }
  const failures: string[] = []
  const written = reports.map((destination) => {
    try {
      return writeReport(destination, findings, folder, output)
    } catch (error) {
      if (!(error instanceof UsageError)) throw error
      failures.push(error.message)
      return undefined
    }
  })
  if (failures.length > 0) throw new UsageError(failures.join('; '))
  return present(written)
}

/** Writes a report. Returns its file; undefined if there is none, or it was written before. */
function writeReport(
  { format, file }: Destination,
  findings: Findings,
  folder: RunFolder,
  output: Output,
): string | undefined {
  if (file === undefined && format.name === ANNOTATIONS) {
    output.line([...format.render(findings)].join('').trimEnd())
    return undefined
  }
  if (file === undefined && folder.out !== undefined) {
    if (format.file === BUNDLE.report) return undefined
    folder.write(format.file, format.render(findings))
    return join(folder.out, format.file)
  }
  const path = file ?? format.file
  write(path, format.render(findings), 'w')
  return path
}

function attest(
  { out = '', write }: RunFolder,
  { key, subject }: Signing,
  report: Report,
  output: Output,
): void {
  const statement = statementOf(report, attestedDigests(out, killMatrixSha256()), subject)
  if (statement === undefined) {
    output.note(`not attested: ${verdictSentence(report)}; an attestation needs a verdict`)
    return
  }
  write(BUNDLE.attestation, `${JSON.stringify(signStatement(statement, key), null, 2)}\n`)
  output.line(`Attested  ${statement.predicate.result}, in ${join(out, BUNDLE.attestation)}`)
  if (report.challenge === undefined) {
    output.note('without --challenge nobody can tell when the run was made')
  }
}

/** Says what to do now, if a run could not be judged. */
export function sayNext(report: Report, { line }: Output): void {
  const next = nextStep(report)
  if (next !== undefined) line(`Next      ${next}`)
}
