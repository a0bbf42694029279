import { selectWithInvariants } from '../harness/run/selection.ts'
import { launchLive } from '../library/launch.ts'
import { RunInterrupted } from '../model/errors.ts'
import type { Report } from '../model/report.ts'
import { cleanupCommand } from '../reporters/commands.ts'
import { printable } from '../reporters/printable.ts'
import { resultBlock } from '../reporters/terminal.ts'
import type { CaseName } from '../settings/kinds.ts'
import { EXIT } from './exit-code.ts'
import { leftSentence, onInterrupt } from './interrupt.ts'
import type { Output } from './output.ts'
import type { PreparedRun } from './prepare.ts'

/**
 * `run --replay REQUIREMENT:CASE`: sends one case again and judges it, by its own requirement and by
 * those that watch its answers.
 *
 * @returns the exit code: 1 if it is violated whatever the level, 3 if that cannot be told
 */
export async function replay(
  prepared: PreparedRun,
  name: CaseName,
  output: Output,
): Promise<number> {
  const { settings, folder } = prepared
  const catalogue = selectWithInvariants(settings.catalogue, name.requirement)
  const cleanup = cleanupCommand(settings.target.url, folder.ledgerPath)
  const interrupt = onInterrupt(output.note, cleanup)
  const one = { ...settings, catalogue, only: [], skip: [], onlyCase: name.case }
  try {
    const report = await launchLive(
      { ...prepared, settings: one },
      { signal: interrupt.signal, keepsEvidence: false },
    )
    const { left } = report.files
    if (left.length > 0) output.note(leftSentence(left, cleanup))
    return pronounce(report, name, output)
  } catch (error) {
    if (!(error instanceof RunInterrupted)) throw error
    output.note(`interrupted; ${leftSentence(error.left, cleanup)}`)
    return EXIT.interrupted
  } finally {
    interrupt.release()
  }
}

function pronounce(report: Report, name: CaseName, output: Output): number {
  const title = `${name.requirement} case ${name.case}`
  const violated = report.requirements.filter(
    ({ verdict }) => verdict === 'failed' || verdict === 'warned',
  )
  for (const result of violated) output.line(`${resultBlock(report, result, output.style)}\n`)
  if (violated.length > 0) {
    const ids = violated.map(({ id }) => id).join(', ')
    output.line(`Verdict   ${output.style.verdict('failed', `${title} violates ${ids}`)}`)
    return EXIT.violates
  }
  const own = report.requirements.find(({ id }) => id === name.requirement)
  if (own?.verdict === 'passed') {
    output.line(
      `Verdict   ${output.style.verdict('passed', `${title} passes here and now`)}; ids that the server has made are others than before`,
    )
    return EXIT.conforms
  }
  const reason = printable(own?.reason ?? 'it was not judged')
  output.line(
    `Verdict   ${output.style.verdict('inconclusive', `cannot tell of ${title}`)}: ${reason}`,
  )
  return EXIT.inconclusive
}
