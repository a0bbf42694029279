import type { Accepted } from '../harness/gate/gate.ts'
import { baselineFrom, reportText } from '../harness/gate/report-file.ts'
import { waiversFrom } from '../harness/gate/waivers.ts'
import { expectWritable, write } from '../library/output-file.ts'
import type { Report } from '../model/report.ts'
import { printable } from '../reporters/printable.ts'
import { verdictSentence } from '../reporters/wording.ts'
import { catalogue } from '../suites/catalogue.ts'
import { EXIT } from './exit-code.ts'
import type { Output } from './output.ts'
import type { GateFlags } from './run-options.ts'

/** Reads the accepted violations that the flags name; undefined if they name none. */
export async function acceptedBy({
  waivers,
  baseline: file,
  updateBaseline = false,
}: GateFlags): Promise<Accepted | undefined> {
  if (file !== undefined && updateBaseline) expectWritable(`--baseline ${file}`, file)
  const today = new Date().toISOString().slice(0, 10)
  const accepted: Accepted = {
    ...(waivers !== undefined && { waivers: await waiversFrom(waivers, catalogue, today) }),
    ...(file !== undefined &&
      !updateBaseline && { baseline: { file, report: await baselineFrom(file) } }),
  }
  return Object.keys(accepted).length === 0 ? undefined : accepted
}

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
