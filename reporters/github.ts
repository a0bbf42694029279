import { citation } from '../model/contract.ts'
import type { Gate } from '../model/gate.ts'
import type { Report, RequirementResult } from '../model/report.ts'
import { excerpt } from './excerpt.ts'
import type { Format } from './format.ts'
import { gateNotes, gateSentence } from './gate-wording.ts'
import { lossSentence } from './others.ts'
import { inShort, outcomeOf } from './outcome.ts'
import { calledOf, standingOf } from './standing.ts'
import { undecided } from './undecided.ts'
import { fieldGroups } from './violation-fields.ts'
import { verdictSentence } from './wording.ts'

/** Characters of an annotation's text: what is behind it is in the other reports. */
const SHOWN_MESSAGE = 4_000

type Command = 'error' | 'warning' | 'notice'

/**
 * Workflow commands of GitHub Actions, which it takes from standard output: one for each violated requirement, and
 * for each reason that left some undecided.
 */
export const github: Format = {
  name: 'github',
  file: 'annotations.txt',
  about: 'annotations of a GitHub Actions run, on standard output',
  *render({ report }) {
    const loss = lossSentence(report)
    if (loss !== undefined) {
      yield command('error', 'files of others', excerpt(loss, SHOWN_MESSAGE))
    }
    // GitHub shows ten of a kind and drops the rest: the worst come first.
    const violated = report.requirements.filter(({ violations }) => violations.length > 0)
    const isAccepted = (result: RequirementResult) => standingOf(result) !== undefined
    for (const verdict of ['failed', 'warned'] as const) {
      for (const result of violated.filter((one) => one.verdict === verdict && !isAccepted(one))) {
        yield annotation(report, result)
      }
    }
    for (const result of violated.filter(isAccepted)) {
      yield command('notice', `${calledOf(result)}: ${result.id}`, cut([inShort(result)]))
    }
    for (const { reason, ids } of undecided(report, 'inconclusive')) {
      const title = ids.length === 1 ? ids[0] : `${ids.length} requirements`
      yield command('warning', `inconclusive: ${title}`, cut([excerpt(reason), ids.join(', ')]))
    }
    yield command('notice', report.tool.name, excerpt(verdictSentence(report), SHOWN_MESSAGE))
    if (report.gate !== undefined) yield gateAnnotation(report, report.gate)
  },
}

function gateAnnotation(report: Report, gate: Gate): string {
  const kind = { open: 'notice', closed: 'error', undecided: 'warning', stale: 'error' } as const
  const text = [gateSentence(gate), ...gateNotes(report)].map((line) =>
    excerpt(line, SHOWN_MESSAGE),
  )
  return command(kind[gate.verdict], 'gate', cut(text))
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
  return command(kind, `${verdict}: ${id} (${level})`, cut(lines))
}

/** As many lines as an annotation has room for. */
function cut(lines: readonly string[]): string {
  const text = lines.join('\n')
  return text.length > SHOWN_MESSAGE ? `${text.slice(0, SHOWN_MESSAGE)}…` : text
}

/**
 * One line, whatever it holds: the runner reads a command only at the beginning of a line, and undoes
 * these escapes itself.
 */
function command(kind: Command, title: string, message: string): string {
  const property = escaped(title).replaceAll(':', '%3A').replaceAll(',', '%2C')
  return `::${kind} title=${property}::${escaped(message)}\n`
}

function escaped(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}
