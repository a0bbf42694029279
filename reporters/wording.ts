import type { Report, RequirementResult } from '../model/report.ts'
import type { Verdict } from '../model/verdict.ts'
import { shellQuoted } from './curl.ts'
import { printable } from './printable.ts'

/** `1 case`, `2 cases`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`
}

/** Verdicts and how often each was given: `4 passed, 1 failed`. */
export function statistics(results: readonly RequirementResult[]): string {
  const verdicts: readonly Verdict[] = [
    'failed',
    'warned',
    'inconclusive',
    'passed',
    'inapplicable',
  ]
  return verdicts
    .map((verdict) => ({ verdict, count: results.filter((one) => one.verdict === verdict).length }))
    .filter(({ count }) => count > 0)
    .map(({ verdict, count }) => `${count} ${verdict}`)
    .join(', ')
}

/** How much stands behind the verdicts of a family: its cases, or the answers that it watched. */
export function judged(results: readonly RequirementResult[]): string {
  const count = (unit: 'case' | 'answer') =>
    results.filter(({ cases }) => cases.unit === unit).map(({ cases }) => cases.judged)
  const cases = count('case').reduce((sum, one) => sum + one, 0)
  return cases > 0
    ? `${counted(cases, 'case')} judged`
    : `${counted(Math.max(0, ...count('answer')), 'answer')} judged`
}

/** `200 104 times, 404 254 times`. */
export function observedStatuses({ observed }: Report): string {
  const statuses = Object.entries(observed).map(
    ([status, count]) => `${status} ${counted(count, 'time')}`,
  )
  return statuses.length === 0 ? 'no answer' : statuses.join(', ')
}

/** Says what was sent beside what was chosen; undefined where nothing was. */
export function broughtAlongSentence({ broughtAlong }: Report): string | undefined {
  if (broughtAlong.length === 0) return undefined
  const violated = broughtAlong.filter(({ violations }) => violations.length > 0)
  const named = violated.slice(0, NAMED_BROUGHT_ALONG).map(({ id }) => id)
  const more = violated.length - named.length
  const ids =
    named.length === 0 ? '' : ` (${named.join(', ')}${more > 0 ? ` and ${more} more` : ''})`
  return `${counted(broughtAlong.length, 'requirement')} more, whose answers were needed and which decide nothing: ${statistics(broughtAlong)}${ids}`
}

const NAMED_BROUGHT_ALONG = 3

/** The verdict of a run in one sentence. */
export function verdictSentence(report: Report): string {
  const { verdict, totals, requirements, reasons, selection } = report
  const judged = requirements.length - totals.inapplicable
  const share = `${totals.passed} of ${counted(judged, 'requirement')} passed`
  const notes = [
    totals.warned > 0 ? `${totals.warned} warned` : '',
    totals.inapplicable > 0 ? `${totals.inapplicable} inapplicable` : '',
    selection.selected < selection.catalogue
      ? `${selection.catalogue - selection.selected} not selected`
      : '',
  ].filter((note) => note !== '')
  const facts = [share, ...notes].join(', ')
  const part = verdict === 'conforming' && selection.selected < selection.catalogue
  const said = reasons.length === 0 ? facts : `${reasons.join('; ')} (${facts})`
  return `${verdict}${part ? ' in what was selected' : ''}: ${said}`
}

/** `0.4 s`, `85 ms`. */
export function duration(ms: number): string {
  return ms < 100 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`
}

/** The command that removes what a run has left; it names the target, which a ledger alone must not. */
export function cleanupCommand(targetUrl: string, ledger: string): string {
  const [path, url] = [ledger, targetUrl].map((word) => printable(shellQuoted(word)))
  return `delete-conformance cleanup ${path} -t ${url}`
}
