import { citation, type Source } from '../../model/contract.ts'
import type { Report, RequirementResult } from '../../model/report.ts'
import { familyOf } from '../../model/requirement.ts'
import { isViolated, type Verdict } from '../../model/verdict.ts'
import { rfcUrl } from '../links.ts'
import { obligation } from '../obligation.ts'
import { excerpt } from '../printable.ts'
import { distinct } from '../violation-fields.ts'
import {
  BY_URGENCY,
  counted,
  duration,
  findingsOf,
  isToldElsewhere,
  present,
  standingOf,
  statistics,
} from '../wording.ts'
import type { ListedExchange, Observations } from './observations.ts'
import { anchorOf, type Content, html, type SafeHtml, shortened } from './safe-html.ts'
import { exchangeRows, exchangeView, furtherViolations, violationView } from './violation.ts'

/** Most requirements to look at of which the violated ones are open from the start. */
const OPENED = 10

/** Characters of a title, and of a reason in the line of a requirement. */
const SHOWN_TEXT = 600

/** Tells whether somebody should look at a result: it is open, and no finding says it already. */
function isUrgent(report: Report, result: RequirementResult): boolean {
  const isOpen = isViolated(result) || result.verdict === 'inconclusive'
  return isOpen && standingOf(result) === undefined && !isToldElsewhere(report, result)
}

/** Shows what somebody should look at, the worst first, and open if it is not too much. */
export function* attention(report: Report, { listed }: Observations): Generator<SafeHtml> {
  const urgent = byUrgency(report.requirements.filter((one) => isUrgent(report, one)))
  if (urgent.length === 0) return
  yield html`
<section class="attention" aria-labelledby="attention">
<h2 id="attention">Needs attention</h2>
<ul class="requirements">`
  for (const one of urgent) {
    const isOpen = urgent.length <= OPENED && isViolated(one)
    yield requirementItem(report, one, listed.get(one.id) ?? [], 'h3', isOpen)
  }
  yield html`
</ul>
</section>
`
}

/** Folds the other requirements by family, those with accepted violations open and first. */
export function* families(report: Report, { listed }: Observations): Generator<SafeHtml> {
  const { requirements } = report
  const subjects = new Map(report.families.map(({ name, subject }) => [name, subject]))
  // A requirement is shown even if the report does not list its family.
  const names = new Set([...subjects.keys(), ...requirements.map(({ id }) => familyOf(id))])
  const sections = [...names].map((name) => {
    const results = byUrgency(requirements.filter(({ id }) => familyOf(id) === name))
    const others = results.filter((one) => !isUrgent(report, one))
    return { name, results, others, isOpen: others.some(isViolated) }
  })
  const shown = sections
    .filter(({ others }) => others.length > 0)
    .sort((one, other) => Number(other.isOpen) - Number(one.isOpen))
  if (shown.length === 0) return
  const isAll = shown.every(({ results, others }) => results.length === others.length)
  yield html`
<h2 class="others">${isAll ? 'Requirements' : 'All other requirements'}, by family</h2>`
  for (const { name, others, isOpen } of shown) {
    yield html`
<details class="family"${isOpen && html` open`}>
<summary><h3>${name}</h3><span class="subject">${subjects.get(name)}</span><span class="tally">${statistics(others)}</span></summary>
<ul class="requirements">${others.map((one) => requirementItem(report, one, listed.get(one.id) ?? [], 'h4'))}
</ul>
</details>
`
  }
}

function byUrgency(results: readonly RequirementResult[]): readonly RequirementResult[] {
  return results.toSorted((one, other) => urgencyOf(one) - urgencyOf(other))
}

function urgencyOf({ verdict }: RequirementResult): number {
  return BY_URGENCY.indexOf(verdict)
}

/** Shows a requirement: a line with its verdict, and everything behind that when it is opened. */
function requirementItem(
  report: Report,
  result: RequirementResult,
  listed: readonly ListedExchange[],
  heading: 'h3' | 'h4',
  isOpen = false,
): SafeHtml {
  const { id, level, verdict, reason, cases, durationMs, violations, exchanges } = result
  const standing = standingOf(result)
  const [first] = distinct(violations)
  const isBlocked = isToldElsewhere(report, result)
  return html`
<li class="requirement ${verdict}" id="${anchorOf(id)}" data-verdict="${verdict}">
<details${isOpen && html` open`}>
<summary>
${isBlocked ? verdictMark(verdict, 'blocked') : verdictMark(verdict)}
<div class="claim">
<${heading} class="title">${shortened(claimOf(result), SHOWN_TEXT)}</${heading}>
${comparisonIn(result)}
<p class="names"><code class="id">${id}</code><span class="level">${level}</span>${standing && html` <span class="standing">${standing}</span>`}</p>
${reason !== undefined && html`<p class="reason">${shortened(reason, SHOWN_TEXT)}</p>`}
</div>
${!isViolated(result) && html`<span class="count">${counted(cases.judged, cases.unit)}</span>`}
</summary>
<div class="behind">
${touching(report, result)}
${first && violationView(report, first, exchanges)}${furtherViolations(violations.filter((one) => one !== first))}
${verdict === 'inconclusive' && !isBlocked && exchanges[0] && undecidedView(exchanges[0])}
${listed.length > 0 && exchangeRows('First exchanges of this requirement', listed)}
<p class="origin">Source: ${sourceLink(result.source)}. ${caseCounts(result)}${durationMs !== undefined && ` in ${duration(durationMs)}`}. <a href="#${anchorOf(id)}">Link to this requirement</a></p>
</div>
</details>
</li>`
}

/** Says what a server does that passed, and what another has to do. */
function claimOf(result: RequirementResult): string {
  return result.verdict === 'passed' ? result.title : obligation(result)
}

/** Shows in a line what was expected, and what came instead; nothing where nothing is violated. */
function comparisonIn({ violations }: RequirementResult): Content {
  const [first] = distinct(violations)
  if (first === undefined) return undefined
  const { where, expected, received } = first
  const [at, wanted, got] = [where, expected, received].map(
    (one) => html`<code>${excerpt(one)}</code>`,
  )
  return html`<p class="comparison"><span>expected ${wanted}</span> <span><span aria-hidden="true">→ </span>received ${got}</span> <span class="aside">at ${at}</span></p>`
}

/** Links a finding to the requirements that it blocks, and those to the finding. */
function touching(report: Report, result: RequirementResult): Content {
  const { blocks = [] } = findingsOf(report).find((one) => one.result === result) ?? {}
  const links = (ids: readonly string[]) =>
    html`<ul>${ids.map((id) => html`<li><a href="#${anchorOf(id)}"><code>${shortened(id, 80)}</code></a></li>`)}</ul>`
  if (blocks.length > 0) {
    return html`<div class="touching"><p>Blocks ${counted(blocks.length, 'requirement')}, which cannot be judged before this is right:</p>${links(blocks.map(({ id }) => id))}</div>`
  }
  const { blockedBy = [] } = result
  return (
    blockedBy.length > 0 && html`<div class="touching"><p>Blocked by</p>${links(blockedBy)}</div>`
  )
}

function undecidedView(exchange: RequirementResult['exchanges'][number]): SafeHtml {
  return html`
<div class="undecided">
<p class="part-name">Exchange that left it inconclusive</p>
${exchangeView(exchange)}
</div>`
}

/** Counts cases: `100 cases judged, 1 failed, 2 set aside`. */
function caseCounts({ cases }: RequirementResult): string {
  const { unit, judged, failed, inconclusive, setAside } = cases
  return present([
    `${counted(judged, unit)} judged`,
    failed > 0 && `${failed} failed`,
    inconclusive > 0 && `${inconclusive} inconclusive`,
    setAside > 0 && `${setAside} set aside`,
  ]).join(', ')
}

function sourceLink(source: Source): SafeHtml {
  const words = citation(source)
  const href = rfcUrl(source)
  if (source.kind === 'document') return html`<code>${words}</code>`
  return href === undefined ? html`${words}` : html`<a href="${href}" rel="noreferrer">${words}</a>`
}

/** Shapes in a square of 16: a tick, a cross, an exclamation mark, a question mark, a dash. */
const SHAPES: Readonly<Record<Verdict, string>> = {
  passed: 'M4 8.4l2.7 2.7L12 5.4',
  failed: 'M5 5l6 6M11 5l-6 6',
  warned: 'M8 4v5M8 11.6v.4',
  inconclusive: 'M6 6.2c0-2.9 4.2-2.7 4.2-.2C10.2 7.6 8 7.8 8 9.3M8 11.7v.3',
  inapplicable: 'M5 8h6',
}

/** Shows a verdict as icon and words: colour alone says nothing. */
export function verdictMark(verdict: Verdict, words: string = verdict): SafeHtml {
  return html`<span class="mark ${verdict}">${icon(verdict)}${words}</span>`
}

function icon(verdict: Verdict): SafeHtml {
  return html`<svg class="icon" viewBox="0 0 16 16" aria-hidden="true"><circle cx="8" cy="8" r="7.25"/><path d="${SHAPES[verdict]}"/></svg>`
}

/** Makes the form that narrows the list of requirements; hidden until the script shows it, and folded on a narrow screen. */
export function filters({ totals, requirements }: Report): SafeHtml {
  return html`
<details class="narrowing" hidden><summary>Filter the requirements</summary>
<form class="filters" role="search" aria-label="Filter requirements">
<fieldset>
<legend class="unseen">Show only requirements with these verdicts</legend>
${BY_URGENCY.map(
  (verdict) =>
    html`<label class="chip ${verdict}"><input type="checkbox" name="show" value="${verdict}"${totals[verdict] === 0 && html` disabled`}>${icon(verdict)}${verdict} <span class="number">${totals[verdict]}</span></label>\n`,
)}</fieldset>
<label class="search"><span class="unseen">Text in id, title or reason</span><input type="search" name="text" placeholder="Id, title or reason" autocomplete="off" spellcheck="false"></label>
<button type="reset">Show all</button>
<p class="shown" role="status" aria-live="polite">${counted(requirements.length, 'requirement')}</p>
<button type="button" class="open-all">Open all shown</button>
</form>
</details>`
}
