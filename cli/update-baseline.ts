import { reportText } from '../library/launch.ts'
import { write } from '../library/run-folder.ts'
import type { Report } from '../model/report.ts'
import { printable } from '../reporters/printable.ts'
import { verdictSentence } from '../reporters/wording.ts'
import { EXIT } from './exit-code.ts'
import type { Output } from './output.ts'

/**
 * `run --baseline FILE --update-baseline`: from now on, what this run has found is known.
 *
 * @returns the exit code
 */
export function updateBaseline(file: string, report: Report, output: Output): number {
  if (report.verdict === 'inconclusive') {
    output.note(`--baseline ${file}: not written, since the run could not tell`)
    return EXIT.inconclusive
  }
  write(file, reportText(report), 'w')
  const { passed, failed, warned, inconclusive } = report.totals
  const counts = `${passed} passed, ${failed} failed, ${warned} warned, ${inconclusive} inconclusive`
  output.line(`Baseline  ${printable(file)} written: ${counts}`)
  if (inconclusive > 0) {
    output.note(
      `--baseline ${file}: what could not be judged will not be missed: ${printable(verdictSentence(report))}`,
    )
  }
  return EXIT.conforms
}
