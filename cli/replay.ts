import { selectWithInvariants } from '../harness/run/selection.ts'
import { launchLive } from '../library/launch.ts'
import type { Report } from '../model/report.ts'
import { printable } from '../reporters/printable.ts'
import { resultBlock } from '../reporters/terminal.ts'
import type { CaseName } from '../settings/kinds.ts'
import { EXIT } from './exit-code.ts'
import { interruptible, leftSentence } from './interrupt.ts'
import type { Output } from './output.ts'
import type { PreparedRun } from './prepare.ts'
import { sayNext } from './products.ts'

/**
 * Runs `run --replay REQUIREMENT:CASE`: sends one case again. Its own requirement judges it, and so do the
 * invariants that apply to its answers.
 *
 * @returns the exit code: 1 if it violates any of them, at any level; 3 if it cannot be judged
 */
export async function replay(
  prepared: PreparedRun,
  name: CaseName,
  output: Output,
): Promise<number> {
  const catalogue = selectWithInvariants(prepared.settings.catalogue, name.requirement)
  const one = { ...prepared.settings, catalogue, only: [], skip: [], onlyCase: name.case }
  const report = await interruptible(prepared, output.note, (signal) =>
    launchLive({ ...prepared, settings: one }, { signal, keepsEvidence: false }),
  )
  if (report === undefined) return EXIT.interrupted
  const { left } = report.files
  if (left.length > 0) output.note(leftSentence(prepared, left))
  return pronounce(report, name, output)
}

function pronounce(report: Report, name: CaseName, output: Output): number {
  const { line, style } = output
  const title = `${name.requirement} case ${name.case}`
  const violated = report.requirements.filter(({ verdict }) => /^(failed|warned)$/.test(verdict))
  for (const result of violated) line(`${resultBlock(report, result, style)}\n`)
  if (violated.length > 0) {
    const ids = violated.map(({ id }) => id).join(', ')
    line(`Verdict   ${style.verdict('failed', `${title} violates ${ids}`)}`)
    return EXIT.violates
  }
  const own = report.requirements.find(({ id }) => id === name.requirement)
  if (own?.verdict === 'passed') {
    const passed = style.verdict('passed', `${title} passes here and now`)
    line(`Verdict   ${passed}; the server has made other ids than before`)
    return EXIT.conforms
  }
  const reason = printable(own?.reason ?? 'it was not judged')
  line(`Verdict   ${style.verdict('inconclusive', `cannot judge ${title}`)}: ${reason}`)
  sayNext(report, output)
  return EXIT.inconclusive
}
