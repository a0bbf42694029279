import { join } from 'node:path'
import { killMatrixSha256 } from '../fixtures/faults/kill-matrix.ts'
import { attestedDigests, signStatement, statementOf } from '../harness/evidence/attestation.ts'
import { BUNDLE } from '../harness/evidence/bundle.ts'
import { exchangesIn } from '../harness/evidence/evidence-file.ts'
import { reportText } from '../harness/gate/report-file.ts'
import { keepReport } from '../library/launch.ts'
import type { RunFolder } from '../library/run-folder.ts'
import type { Report } from '../model/report.ts'
import { shellQuoted } from '../reporters/commands.ts'
import { verdictSentence } from '../reporters/wording.ts'
import type { Output } from './output.ts'
import type { PreparedRun, Signing } from './prepare.ts'
import { writeReports } from './report-destinations.ts'

/** Parts of a run that its files are made of, besides its report. */
type ProductParts = Pick<PreparedRun, 'folder' | 'reports' | 'document' | 'signing' | 'accepted'>

/**
 * Writes the files of a run: the requested reports, and with `--out` everything that a verifier needs.
 *
 * @throws UsageError if a file cannot be written
 * @throws EvidenceError if the evidence was removed during the run
 */
export function writeProducts(parts: ProductParts, report: Report, output: Output): void {
  const { folder, reports, signing, accepted } = parts
  const evidence = { report, exchanges: () => exchangesIn(folder.evidencePath) }
  keepReport(parts, report)
  if (accepted?.waivers !== undefined) folder.write(BUNDLE.waivers, accepted.waivers.text)
  if (accepted?.baseline !== undefined) {
    folder.write(BUNDLE.baseline, reportText(accepted.baseline.report))
  }
  const isWritten = (name: string) => folder.out !== undefined && name === BUNDLE.report
  const others = reports.filter(({ format, file }) => file !== undefined || !isWritten(format.file))
  const names = writeReports(others, evidence, folder, output)
  if (signing !== undefined) attest(folder, signing, report, output)
  folder.seal()
  if (names.length > 0) output.line(`Reports   ${names.join(', ')}`)
  if (folder.out !== undefined) {
    output.line(`Evidence  check it with: delete-conformance verify ${shellQuoted(folder.out)}`)
  }
}

function attest(
  { out = '', write }: RunFolder,
  { key, subject }: Signing,
  report: Report,
  output: Output,
): void {
  const statement = statementOf(report, attestedDigests(out, killMatrixSha256()), subject)
  if (statement === undefined) {
    output.note(`not attested: ${verdictSentence(report)}; only a verdict can be`)
    return
  }
  write(BUNDLE.attestation, `${JSON.stringify(signStatement(statement, key), null, 2)}\n`)
  output.line(`Attested  ${statement.predicate.result}, in ${join(out, BUNDLE.attestation)}`)
  if (report.challenge === undefined) {
    output.note('without --challenge nobody can tell when the run was made')
  }
}
