import { citation } from '../model/contract.ts'
import type { Report, RequirementResult } from '../model/report.ts'
import type { Format } from './format.ts'
import { excerpt } from './printable.ts'
import { fieldGroups } from './violation-fields.ts'
import {
  calledOf,
  gateNotes,
  gateSentence,
  inShort,
  lossSentence,
  outcomeOf,
  standingOf,
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
    const { requirements, tool, gate } = report
    const loss = lossSentence(report)
    if (loss !== undefined) yield command('error', 'files of others', [loss])
    // GitHub shows ten annotations of a kind and drops the rest: the worst come first.
    const violated = requirements.filter(({ violations }) => violations.length > 0)
    const isAccepted = (result: RequirementResult) => standingOf(result) !== undefined
    for (const verdict of ['failed', 'warned'] as const) {
      for (const result of violated.filter((one) => one.verdict === verdict && !isAccepted(one))) {
        yield annotation(report, result)
      }
    }
    for (const result of violated.filter(isAccepted)) {
      yield command('notice', `${calledOf(result)}: ${result.id}`, [inShort(result)])
    }
    for (const { reason, ids } of undecided(report, 'inconclusive')) {
      const title = ids.length === 1 ? ids[0] : `${ids.length} requirements`
      yield command('warning', `inconclusive: ${title}`, [excerpt(reason), ids.join(', ')])
    }
    yield command('notice', tool.name, [verdictSentence(report)])
    if (gate !== undefined) {
      yield command(GATE_KINDS[gate.verdict], 'gate', [gateSentence(gate), ...gateNotes(report)])
    }
  },
}

function annotation(report: Report, result: RequirementResult): string {
  const { id, level, title, source, verdict, reason = '' } = result
  const [fields = []] = fieldGroups(report, result)
  const lines = [
    excerpt(title),
    ...(reason === '' ? [] : [excerpt(reason)]),
    ...fields
      .filter(([name]) => name !== 'again' && name !== 'seed')
      .map(([name, value]) => `${name}: ${value}`),
    `source: ${excerpt(citation(source))}`,
  ]
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
