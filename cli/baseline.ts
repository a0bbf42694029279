import { reportText } from '../harness/gate/report-file.ts'
import { write } from '../library/output-file.ts'
import type { Report } from '../model/report.ts'
import { printable } from '../reporters/printable.ts'
import { verdictSentence } from '../reporters/wording.ts'
import { EXIT } from './exit-code.ts'
import type { Output } from './output.ts'

/**
 * Writes the report of a run as a baseline: later runs accept its violations.
 *
 * @returns the exit code
 */
export function updateBaseline(file: string, report: Report, output: Output): number {
  if (report.verdict === 'inconclusive') {
    output.note(`--baseline ${file}: not written, since the run is inconclusive`)
    return EXIT.inconclusive
  }
  write(file, reportText(report), 'w')
  const { passed, failed, warned } = report.totals
  const inconclusive = report.requirements.filter(
    ({ verdict, blockedBy }) => verdict === 'inconclusive' && blockedBy === undefined,
  ).length
  const counts = `${passed} passed, ${failed} failed, ${warned} warned, ${inconclusive} inconclusive`
  output.line(`Baseline  ${printable(file)} written: ${counts}`)
  if (inconclusive > 0) {
    output.note(
      `--baseline ${file}: later runs may leave undecided what this one left: ${printable(verdictSentence(report))}`,
    )
  }
  return EXIT.conforms
}
