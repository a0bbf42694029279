import type { Report, RequirementResult } from '../model/report.ts'
import type { Verdict } from '../model/verdict.ts'
import { gateNotes, gateSentence } from './gate-wording.ts'
import { idsSentence, lossSentence, notSentSentence, othersSentence } from './others.ts'
import { inShort } from './outcome.ts'
import { printable } from './printable.ts'
import { fieldLine, resultBlock } from './result-block.ts'
import { standingOf } from './standing.ts'
import type { Style } from './style.ts'
import { undecided } from './undecided.ts'
import {
  broughtAlongSentence,
  cleanupCommand,
  counted,
  duration,
  judged,
  observedStatuses,
  statistics,
  verdictSentence,
} from './wording.ts'

const SEVERITY: readonly Verdict[] = ['failed', 'warned', 'inconclusive', 'inapplicable', 'passed']

/** The line of a family whose requirements are all decided. */
export function familyLine(
  name: string,
  results: readonly RequirementResult[],
  style: Style,
): string {
  const worst =
    SEVERITY.find((verdict) => results.some((one) => one.verdict === verdict)) ?? 'passed'
  const text = `${style.verdict(worst, statistics(results).padEnd(36))} ${style.dim(judged(results))}`
  return `  ${name.padEnd(12)} ${text}`
}

/** Everything after the family lines: what went wrong, what was observed, the verdict. */
export function closing(report: Report, style: Style): string {
  const blocks = [
    ...lossBlock(report, style),
    ...withVerdict(report, 'failed').map((one) => resultBlock(report, one, style)),
    ...withVerdict(report, 'warned').map((one) => resultBlock(report, one, style)),
    ...acceptedBlock(report),
    ...undecidedBlocks(report, style),
    ...inapplicable(report, style),
    summary(report, style),
  ]
  return blocks.map((block) => `\n${block}\n`).join('')
}

/** Before all else: something is gone that was not this run's. */
function lossBlock(report: Report, style: Style): readonly string[] {
  const loss = lossSentence(report)
  return loss === undefined
    ? []
    : [`${style.verdict('failed', 'FILES OF OTHERS')} ${printable(loss)}`]
}

function withVerdict(report: Report, verdict: Verdict): readonly RequirementResult[] {
  return report.requirements.filter(
    (one) => one.verdict === verdict && standingOf(one) === undefined,
  )
}

/** What is violated and was accepted, in a few lines: it is no news. */
function acceptedBlock({ requirements }: Report): readonly string[] {
  const accepted = requirements.filter((one) => standingOf(one) !== undefined)
  if (accepted.length === 0) return []
  const lines = accepted.map((one) => `  ${one.id} (${one.level}): ${inShort(one)}`)
  return [['ACCEPTED', ...lines].join('\n')]
}

function undecidedBlocks(report: Report, style: Style): readonly string[] {
  return undecided(report, 'inconclusive').map(({ reason, ids }) =>
    [
      `${style.verdict('inconclusive', 'INCONCLUSIVE')} ${style.bold(ids.join(', '))}`,
      fieldLine('reason', printable(reason)),
    ].join('\n'),
  )
}

function inapplicable(report: Report, style: Style): readonly string[] {
  const results = withVerdict(report, 'inapplicable')
  if (results.length === 0) return []
  const lines = results.map(({ id, reason = '' }) => `  ${id}: ${printable(reason)}`)
  return [[style.verdict('inapplicable', 'INAPPLICABLE'), ...lines].join('\n')]
}

function gateLines({ gate, ...report }: Report, style: Style): readonly string[] {
  if (gate === undefined) return []
  const tone = { open: 'passed', closed: 'failed', undecided: 'inconclusive', stale: 'failed' }
  const sentence = printable(gateSentence(gate))
  return [
    `Gate      ${style.verdict(tone[gate.verdict] as Verdict, sentence)}`,
    ...gateNotes({ gate, ...report }).map((line) => `          ${printable(line)}`),
  ]
}

function field(name: string, sentence: string | undefined): readonly string[] {
  return sentence === undefined ? [] : [`${name.padEnd(9)} ${printable(sentence)}`]
}

function summary(report: Report, style: Style): string {
  const { files, verdict } = report
  return [
    `Observed  ${observedStatuses(report)}`,
    ...field('Beside', broughtAlongSentence(report)),
    ...field('Ids', idsSentence(report)),
    ...field('Not sent', notSentSentence(report)),
    ...field('Others', othersSentence(report)),
    `Files     ${counted(files.created, 'file')} of this run, ${files.left.length === 0 ? 'none left behind' : `left behind: ${files.left.map(printable).join(', ')}`}`,
    ...(files.ledger === undefined
      ? []
      : [`          remove with: ${cleanupCommand(report.target.url, files.ledger)}`]),
    `Verdict   ${style.verdict(verdict, printable(verdictSentence(report)))} in ${duration(report.durationMs)}`,
    ...gateLines(report, style),
  ].join('\n')
}
