import { blockedReason } from '../harness/run/verdicts.ts'
import type { Excuse } from '../model/gate.ts'
import {
  isReadOnly,
  type Observation,
  type Report,
  type RequirementResult,
} from '../model/report.ts'
import { isViolated, type Verdict } from '../model/verdict.ts'
import { shellQuoted } from './commands.ts'
import { obligation } from './obligation.ts'
import { excerpt } from './printable.ts'

/** Verdicts in the order in which reports show them: first those that somebody should look at. */
export const BY_URGENCY: readonly Verdict[] = [
  'failed',
  'warned',
  'inconclusive',
  'passed',
  'inapplicable',
]

/** Requirements, deletions or readings that a sentence names. */
const NAMED = 3

/** Names that a line holds. */
const SHORTLY_NAMED = 6

/** Puts a number before its noun: `1 case`, `2 cases`. */
export function counted(count: number, one: string): string {
  return `${count.toLocaleString('en')} ${one}${count === 1 ? '' : 's'}`
}

/** Names the first of a list and counts the rest: `a, b and 2 more`. */
export function firstOf(names: readonly string[], most = SHORTLY_NAMED): string {
  const more = names.length - most
  return `${names.slice(0, most).join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}

/** Leaves out of a list what does not apply: `undefined`, `false` and empty texts. */
export function present(items: readonly (string | false | undefined)[]): readonly string[] {
  return items.flatMap((one) => one || [])
}

/** Gives a time its unit: `85 ms`, `0.4 s`. */
export function duration(ms: number): string {
  return ms < 100 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`
}

/** Counts verdicts: `1 failed, 4 passed`. */
export function statistics(results: readonly RequirementResult[]): string {
  const blocked = results.filter(({ blockedBy }) => blockedBy !== undefined)
  const counts = BY_URGENCY.map((verdict) => {
    const count = results.filter((one) => one.verdict === verdict && !blocked.includes(one)).length
    return count > 0 && `${count} ${verdict}`
  })
  return present([...counts, blocked.length > 0 && `${blocked.length} blocked`]).join(', ')
}

/** Counts what the verdicts of a family rest on: its cases or, if it sends none, the answers that it judged. */
export function judged(results: readonly RequirementResult[]): string {
  const counts = (unit: 'case' | 'answer') =>
    results.filter(({ cases }) => cases.unit === unit).map(({ cases }) => cases.judged)
  const cases = counts('case').reduce((sum, one) => sum + one, 0)
  if (cases > 0) return counted(cases, 'case')
  const answers = Math.max(0, ...counts('answer'))
  return answers > 0 ? counted(answers, 'answer') : 'nothing'
}

/** Says what became of the files of the run, and names the first of those left behind. */
export function filesSentence(
  { files: { created, left } }: Report,
  shown = (name: string) => name,
  most = left.length,
): string {
  const fate =
    left.length === 0 ? 'none left behind' : `left behind: ${firstOf(left.map(shown), most)}`
  return `${counted(created, 'file')} of this run, ${fate}`
}

/** Statuses that are named; a hostile target answers with hundreds. */
const NAMED_STATUSES = 12

/** Counts answers by their status: `104 with 200, 254 with 404`. */
export function observedStatuses({ observed, observedInSetUp }: Report): string {
  if (observedInSetUp !== undefined) {
    return `none to a tested deletion; to other requests ${byStatus(observedInSetUp)}`
  }
  return byStatus(observed) || 'none'
}

function byStatus(observed: Report['observed']): string {
  const words = Object.entries(observed).map(
    ([status, count]) => `${count.toLocaleString('en')} with ${status}`,
  )
  return firstOf(words, NAMED_STATUSES)
}

/** Puts the verdict of a run in a sentence. */
export function verdictSentence(report: Report): string {
  const { verdict, totals, requirements, reasons, selection } = report
  const unselected = selection.catalogue - selection.selected
  const blocked = requirements.filter(({ blockedBy }) => blockedBy !== undefined).length
  const withheld = report.notSent.reduce((sum, { count }) => sum + count, 0)
  const facts = present([
    `${totals.passed} of ${counted(requirements.length - totals.inapplicable, 'requirement')} passed`,
    totals.warned > 0 && `${totals.warned} warned`,
    blocked > 0 && `${blocked} blocked`,
    totals.inapplicable > 0 && `${totals.inapplicable} inapplicable`,
    report.ids?.guessable === true &&
      withheld > 0 &&
      `${counted(withheld, 'deletion')} not sent, as ids can be guessed`,
    unselected > 0 && `${unselected} not selected`,
  ]).join(', ')
  const share = isReadOnly(report) ? ' in what a read-only run can tell' : ' in what was selected'
  const part = verdict === 'conforming' && unselected > 0 ? share : ''
  return `${verdict}${part}: ${reasons.length === 0 ? facts : `${reasons.join('; ')} (${facts})`}`
}

/** Gives the facts of a run that bear on its verdict, each a name and a sentence. Leaves out what does not apply. */
export function notableFacts(
  report: Report,
): readonly (readonly [name: string, sentence: string])[] {
  const facts: Readonly<Record<string, string | undefined>> = {
    'Also ran': alsoRanSentence(report),
    'File ids': idsSentence(report),
    'Not sent': notSentSentence(report),
    Damage: damageSentence(report),
  }
  const known = Object.entries(facts).flatMap(([name, one]) =>
    one === undefined ? [] : [[name, one] as const],
  )
  return [...known, ...(report.observations ?? []).map(noted)]
}

function noted({ about, text, count }: Observation): readonly [name: string, sentence: string] {
  return [about, count > 1 ? `${text} (${counted(count, 'time')})` : text]
}

function alsoRanSentence({ broughtAlong }: Report): string | undefined {
  if (broughtAlong.length === 0) return undefined
  const violated = broughtAlong.filter(({ violations }) => violations.length > 0)
  const ids = violated.map(({ id }) => id)
  return `${counted(broughtAlong.length, 'requirement')} whose answers the selected ones need; they do not count: ${statistics(broughtAlong)}${ids.length === 0 ? '' : ` (${firstOf(ids, NAMED)})`}`
}

/** Says how the target makes its ids. */
export function idsSentence({ ids }: Report): string | undefined {
  return ids === undefined || ids.finding.length === 0 ? undefined : ids.finding.join('; ')
}

function notSentSentence(report: Report): string | undefined {
  const { notSent } = report
  const counts = new Map<string, number>()
  for (const { reading, count } of notSent) {
    // The last step of a reading is the lookup of a careless server.
    const lookup = reading.split(', then ').at(-1) ?? reading
    counts.set(lookup, (counts.get(lookup) ?? 0) + count)
  }
  const total = [...counts.values()].reduce((sum, one) => sum + one, 0)
  if (total === 0) return undefined
  const most = [...counts].sort(([, one], [, other]) => other - one).slice(0, NAMED)
  const advice = isReadOnly(report)
    ? ''
    : '. If no file on the target matters, --disposable sends them'
  return `${counted(total, 'deletion')}: a careless server could take their ids for those of other people's files (by kind of lookup: ${most.map((one) => one.join(' ')).join(', ')})${advice}`
}

/** Says what the damage check found. */
function damageSentence({ damage }: Report): string | undefined {
  if (damage === undefined || damage.listed === 0) return undefined
  const { listed, complete, gone, unchecked, part } = damage
  const files = `${counted(listed, 'file')} of others${part === undefined ? '' : ` (${part} alone)`}`
  const why = complete ? unchecked : 'the list was not read to its end'
  if (why !== undefined) return `not checked: ${why}; ${files} were listed`
  return gone.length > 0 ? `${gone.length} of ${files} are gone` : `none: ${files}, all still there`
}

/** Says that files of others are gone: the first thing to say in a report. */
export function lossSentence({ damage }: Report): string | undefined {
  if (damage === undefined || damage.gone.length === 0) return undefined
  const { gone, listed, deletions, suspects } = damage
  const named = suspects.map((one) => `${one.requirement} case ${one.case} step ${one.step}`)
  const blame =
    named.length === 0
      ? 'each named a file of the run that was there, or was refused'
      : `these could have deleted one: ${firstOf(named, NAMED)}`
  return `${gone.length} of ${counted(listed, 'file')} of others that were listed before the run ${gone.length === 1 ? 'is' : 'are'} gone. Meanwhile the run sent ${counted(deletions, 'deletion')}; ${blame}. Other clients may have deleted them.`
}

/** Status of a violated requirement of which every violation is accepted: by a waiver, or in the baseline. */
type Standing = 'waived' | 'known'

/** Tells whether everything that violates a requirement is accepted. */
export function standingOf({ violations }: RequirementResult): Standing | undefined {
  const isNew = violations.some(({ excuse }) => excuse === undefined)
  if (isNew || violations.length === 0) return undefined
  return violations.some(({ excuse }) => excuse?.by === 'waiver') ? 'waived' : 'known'
}

/** Names a result: by its verdict, or as accepted. */
export function calledOf(result: RequirementResult): string {
  return standingOf(result) ?? result.verdict
}

/** Says why a violation is accepted. */
export function excuseText(excuse: Excuse): string {
  return excuse.by === 'baseline'
    ? 'already in the baseline'
    : `until ${excuse.expires}: ${excerpt(excuse.reason)} (${excerpt(excuse.owner)})`
}

/** Says why a result is accepted, each reason once. */
export function excusesOf({ violations }: RequirementResult): string {
  const excuses = violations.flatMap(({ excuse }) => (excuse ? [excuseText(excuse)] : []))
  return [...new Set(excuses)].join('; ')
}

/** Puts a result in one line: what it demands and what came instead, or the reason of its verdict, and why it is accepted. */
export function inShort(result: RequirementResult): string {
  const { violations, reason = '' } = result
  const standing = standingOf(result)
  // A violation that is not accepted is news.
  const first = violations.find(({ excuse }) => excuse === undefined) ?? violations[0]
  if (first === undefined) return excerpt(reason)
  const [where, expected, received] = [first.where, first.expected, first.received].map((one) =>
    excerpt(one, 200),
  )
  const accepted = standing === undefined ? '' : `${standing}, ${excusesOf(result)}: `
  return `${accepted}${excerpt(obligation(result))}: at ${where}, expected ${expected}, received ${received}`
}

/** Verdict in the terms of programs that know tests, but no levels. */
export type Outcome = 'passed' | 'failed' | 'undecided' | 'skipped'

/** A violated requirement, and those of which it says all that there is to say. */
export interface Finding {
  readonly result: RequirementResult
  readonly blocks: readonly RequirementResult[]
}

/** Lists the findings of a report, each with the requirements that it blocks. What several block is listed with each. */
export function findingsOf({ requirements }: Pick<Report, 'requirements'>): readonly Finding[] {
  return requirements.filter(isViolated).map((result) => ({
    result,
    blocks: requirements.filter(({ blockedBy = [] }) => blockedBy.includes(result.id)),
  }))
}

/** Names the first requirements that a finding blocks, and counts all. */
export function blocksSentence({ blocks }: Pick<Finding, 'blocks'>): string | undefined {
  if (blocks.length === 0) return undefined
  const ids = blocks.map(({ id }) => id)
  return `${firstOf(ids)} (${counted(ids.length, 'requirement')})`
}

/** Tells whether findings in the same report block a requirement: each is a failure of its own, once. */
export function isToldElsewhere(
  { requirements }: Pick<Report, 'requirements'>,
  { blockedBy = [] }: RequirementResult,
): boolean {
  const isFinding = (id: string) => requirements.some((one) => one.id === id && isViolated(one))
  return blockedBy.length > 0 && blockedBy.every(isFinding)
}

/** Translates a verdict. What is accepted, or warned of in a run that is not strict, breaks no build. */
export function outcomeOf(report: Report, result: RequirementResult): Outcome {
  const { options } = report
  if (standingOf(result) !== undefined || isToldElsewhere(report, result)) return 'skipped'
  const outcomes = {
    passed: 'passed',
    failed: 'failed',
    warned: options.strict ? 'failed' : 'passed',
    inconclusive: 'undecided',
    inapplicable: 'skipped',
  } as const
  return outcomes[result.verdict]
}

/** Groups the ids of results with these verdicts by their reason, or by the findings that block them. Leaves out reasons that the verdict of the run names. */
export function undecided(report: Report, ...verdicts: readonly Verdict[]) {
  const { requirements, reasons } = report
  const byReason = new Map<
    string,
    { readonly ids: readonly string[]; readonly isBlocked: boolean }
  >()
  for (const result of requirements) {
    const { id, verdict, reason: own = '', blockedBy } = result
    if (!verdicts.includes(verdict) || reasons.includes(own)) continue
    const reason = blockedBy === undefined ? own : blockedReason(blockedBy)
    const { ids = [] } = byReason.get(reason) ?? {}
    byReason.set(reason, { ids: [...ids, id], isBlocked: isToldElsewhere(report, result) })
  }
  return [...byReason].map(([reason, group]) => ({ reason, ...group }))
}

/** Says what the gate decided, and what else there is to do: waivers to remove, a baseline to bring up to date. */
export function gateLines({ gate, target }: Report): readonly string[] {
  if (gate === undefined) return []
  const { verdict, reasons, fresh, waived, known, stale, fixed, baseline, waivers } = gate
  const accepted = present([
    waived.length > 0 && `${waived.length} waived`,
    known.length > 0 && `${known.length} known`,
  ]).join(', ')
  const said = {
    open: 'nothing is worse than what was accepted',
    closed: `${counted(fresh.length, 'requirement')} violated and not accepted: ${firstOf(fresh)}`,
    undecided: reasons.join('; '),
    stale: `${counted(stale.length, 'waiver')} to remove`,
  }
  return present([
    `${verdict}: ${said[verdict]}${accepted && ` (${accepted})`}`,
    ...stale.map(
      ({ requirement, fingerprint, line, owner }) =>
        `${waivers?.file}:${line}: the waiver of ${present([requirement, fingerprint]).join(', ')} (${owner}) matches no violation any more: remove it`,
    ),
    baseline &&
      fixed.length > 0 &&
      `fixed since the baseline: ${firstOf(fixed)}; bring it up to date with: delete-conformance run -t ${shellQuoted(target.url)} --baseline ${shellQuoted(baseline.file)} --update-baseline`,
  ])
}
