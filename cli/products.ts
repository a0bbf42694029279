import { join } from 'node:path'
import {
  type AttestedDigests,
  type Envelope,
  signStatement,
  statementOf,
} from '../harness/evidence/attestation.ts'
import { BUNDLE, fileSha256 } from '../harness/evidence/bundle.ts'
import { exchangesIn } from '../harness/evidence/evidence-file.ts'
import { keepReport, reportText } from '../library/launch.ts'
import type { Report } from '../model/report.ts'
import { shellQuoted } from '../reporters/curl.ts'
import { verdictSentence } from '../reporters/wording.ts'
import { killMatrixSha256 } from './kill-matrix.ts'
import type { Output } from './output.ts'
import type { PreparedRun, Signing } from './prepare.ts'
import { writeReports } from './report-destinations.ts'
import type { RunFolder } from './run-folder.ts'

/** What a run leaves is made of, besides its report. */
type ProductParts = Pick<PreparedRun, 'folder' | 'reports' | 'document' | 'signing' | 'accepted'>

/**
 * Writes what stays of a run: the report in the forms that were asked for, and with `--out` everything
 * that others need to check it.
 *
 * @throws UsageError if a file cannot be written
 * @throws EvidenceError if the evidence was removed while the run went on
 */
export function writeProducts(parts: ProductParts, report: Report, output: Output): void {
  const { folder, reports, signing } = parts
  const evidence = { report, exchanges: () => exchangesIn(folder.evidencePath) }
  keepReport(parts, report)
  keepAccepted(parts)
  const alreadyThere = (name: string) => folder.out !== undefined && name === BUNDLE.report
  const others = reports.filter(
    ({ format, file }) => file !== undefined || !alreadyThere(format.file),
  )
  const names = writeReports(others, evidence, folder, output)
  if (signing !== undefined) attest(folder, signing, report, output)
  folder.seal()
  if (names.length > 0) output.line(`Reports   ${names.join(', ')}`)
  if (folder.out !== undefined) {
    output.line(`Evidence  check it with: delete-conformance verify ${shellQuoted(folder.out)}`)
  }
}

/** What the gate was held against, so that others can do it again. */
function keepAccepted({ folder, accepted }: ProductParts): void {
  if (accepted?.waivers !== undefined) {
    folder.write(BUNDLE.waivers, accepted.waivers.text)
  }
  if (accepted?.baseline !== undefined) {
    folder.write(BUNDLE.baseline, reportText(accepted.baseline.report))
  }
}

function attest(
  folder: RunFolder,
  { key, subject }: Signing,
  report: Report,
  output: Output,
): void {
  const digests = attestedDigests(folder.out ?? '')
  const statement = statementOf(report, digests, subject)
  if (statement === undefined) {
    output.note(`not attested: ${verdictSentence(report)}; only a verdict can be`)
    return
  }
  const envelope: Envelope = signStatement(statement, key)
  folder.write(BUNDLE.attestation, `${JSON.stringify(envelope, null, 2)}\n`)
  const path = join(folder.out ?? '', BUNDLE.attestation)
  output.line(`Attested  ${statement.predicate.result}, in ${path}`)
  if (report.challenge === undefined) {
    output.note('without --challenge nobody can tell when the run was made')
  }
}

/** Digests of the files of a folder that an attestation speaks of. */
export function attestedDigests(folder: string): AttestedDigests {
  return {
    report: fileSha256(join(folder, BUNDLE.report)),
    evidence: fileSha256(join(folder, BUNDLE.evidence)),
    killMatrix: killMatrixSha256(),
  }
}
