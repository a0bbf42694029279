import type { Report, RequirementResult } from '../../model/report.ts'
import { standingOf } from '../standing.ts'
import { distinct } from '../violation-fields.ts'
import { counted } from '../wording.ts'
import { anchorOf } from './anchor.ts'
import { exchangeRows } from './exchange-rows.ts'
import { exchangeView } from './exchange-view.ts'
import type { ListedExchange } from './observations.ts'
import { type Content, html, type SafeHtml } from './safe-html.ts'
import { shortened } from './shortened.ts'
import { sourceLink } from './source-link.ts'
import { verdictMark } from './verdict-mark.ts'
import { furtherViolations, violationView } from './violation-view.ts'

/** Characters of a title, and of a reason in the line of a requirement. */
const SHOWN_TEXT = 600

/** How a page shows its requirements. */
export interface Disclosure {
  /** Violations of a requirement that are shown with their exchanges. */
  readonly inFull: number
  /** Whether violated requirements are open from the start. */
  readonly opened: boolean
}

/** A requirement: a line that says what became of it, and opened, everything behind that. */
export function requirementItem(
  report: Report,
  result: RequirementResult,
  listed: readonly ListedExchange[],
  disclosure: Disclosure,
): SafeHtml {
  const { id, level, title, verdict, reason, cases } = result
  const open = disclosure.opened && isViolated(result)
  return html`
<li class="requirement ${verdict}" id="${anchorOf(id)}" data-verdict="${verdict}">
<details${open && html` open`}>
<summary>
${verdictMark(verdict)}
<div class="claim">
<h4>${shortened(title, SHOWN_TEXT)}</h4>
<p class="names"><code class="id">${id}</code><span class="level">${level}</span>${accepted(result)}</p>
${reason !== undefined && html`<p class="reason">${shortened(reason, SHOWN_TEXT)}</p>`}
</div>
<span class="count">${counted(cases.judged, cases.unit)}</span>
</summary>
<div class="behind">
<p class="origin">Source: ${sourceLink(result.source)}. ${caseCounts(result)}. <a href="#${anchorOf(id)}">Link to this requirement</a></p>
${violations(report, result, disclosure.inFull)}
${undecidedExchange(result)}
${listed.length > 0 && exchangeRows('The first exchanges sent for it', listed)}
</div>
</details>
</li>`
}

function accepted(result: RequirementResult): Content {
  const standing = standingOf(result)
  return standing && html` <span class="standing">${standing}</span>`
}

export function isViolated({ verdict }: RequirementResult): boolean {
  return verdict === 'failed' || verdict === 'warned'
}

function violations(report: Report, result: RequirementResult, inFull: number): Content {
  const firsts = distinct(result.violations).slice(0, inFull)
  return [
    ...firsts.map((one) => violationView(report, one, result.exchanges)),
    furtherViolations(result.violations.filter((one) => !firsts.includes(one))),
  ]
}

function undecidedExchange({ verdict, exchanges }: RequirementResult): Content {
  const [exchange] = exchanges
  if (verdict !== 'inconclusive' || exchange === undefined) return undefined
  return html`
<section class="undecided">
<h5>The exchange that left it open</h5>
${exchangeView(exchange)}
</section>`
}

/** `100 cases judged, 1 failed, 2 set aside`. */
function caseCounts({ cases }: RequirementResult): string {
  const { unit, judged, failed, inconclusive, setAside } = cases
  return [
    `${counted(judged, unit)} judged`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(inconclusive > 0 ? [`${inconclusive} inconclusive`] : []),
    ...(setAside > 0 ? [`${setAside} set aside, as their files were refused`] : []),
  ].join(', ')
}
