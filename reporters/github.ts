import { citation } from '../model/contract.ts'
import type { Report } from '../model/report.ts'
import type { Format } from './format.ts'
import { obligation } from './obligation.ts'
import { excerpt } from './printable.ts'
import { fieldsOf } from './violation-fields.ts'
import {
  blocksSentence,
  calledOf,
  type Finding,
  findingsOf,
  gateLines,
  inShort,
  lossSentence,
  outcomeOf,
  present,
  undecided,
  verdictSentence,
} from './wording.ts'

/** Characters of an annotation's text; the other reports hold the rest. */
const SHOWN_MESSAGE = 4_000

const GATE_KINDS = {
  open: 'notice',
  closed: 'error',
  undecided: 'warning',
  stale: 'error',
} as const

/**
 * Workflow commands, which GitHub Actions reads from standard output: one for each violated requirement,
 * and one for each reason that left some inconclusive.
 */
export const github: Format = {
  name: 'github',
  file: 'annotations.txt',
  about: 'annotations of a GitHub Actions run, on standard output',
  *render({ report }) {
    const { tool, gate } = report
    const loss = lossSentence(report)
    if (loss !== undefined) yield command('error', 'files of others', [loss])
    // GitHub shows ten annotations of a kind and drops the rest: the worst come first.
    const findings = findingsOf(report)
    const called = (...names: readonly string[]) =>
      names.flatMap((name) => findings.filter(({ result }) => calledOf(result) === name))
    for (const finding of called('failed', 'warned')) yield annotation(report, finding)
    for (const finding of called('waived', 'known')) {
      const { result } = finding
      const blocks = blocksSentence(finding)
      const lines = present([inShort(result), blocks && `blocks: ${blocks}`])
      yield command('notice', `${calledOf(result)}: ${result.id}`, lines)
    }
    for (const { reason, ids, isBlocked } of undecided(report, 'inconclusive')) {
      // The finding that blocks them has an annotation of its own.
      if (isBlocked) continue
      const title = ids.length === 1 ? ids[0] : `${ids.length} requirements`
      yield command('warning', `inconclusive: ${title}`, [excerpt(reason), ids.join(', ')])
    }
    yield command('notice', tool.name, [verdictSentence(report)])
    if (gate !== undefined) yield command(GATE_KINDS[gate.verdict], 'gate', gateLines(report))
  },
}

function annotation(report: Report, finding: Finding): string {
  const { result } = finding
  const { id, level, source, verdict, reason = '' } = result
  const shown = fieldsOf(report, result).filter(([name]) => name !== 'curl')
  const blocks = blocksSentence(finding)
  const lines = present([
    present([excerpt(obligation(result)), excerpt(reason)]).join(': '),
    blocks && `blocks: ${blocks}`,
    ...shown.map((field) => field.join(': ')),
    `source: ${excerpt(citation(source))}`,
  ])
  const kind = outcomeOf(report, result) === 'failed' ? 'error' : 'warning'
  return command(kind, `${verdict}: ${id} (${level})`, lines)
}

/** Writes a command as one line: the runner reads commands at the beginning of a line, and undoes these escapes. */
function command(kind: 'error' | 'warning' | 'notice', title: string, lines: readonly string[]) {
  const text = lines.map((line) => excerpt(line, SHOWN_MESSAGE)).join('\n')
  const message = text.length > SHOWN_MESSAGE ? `${text.slice(0, SHOWN_MESSAGE)}…` : text
  const property = escaped(title).replaceAll(':', '%3A').replaceAll(',', '%2C')
  return `::${kind} title=${property}::${escaped(message)}\n`
}

function escaped(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}
