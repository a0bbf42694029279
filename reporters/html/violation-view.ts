import type { RecordedExchange, Report, ReportedViolation } from '../../model/report.ts'
import { curlLines } from '../curl.ts'
import { replayCommand } from '../replay-command.ts'
import { excuseText } from '../standing.ts'
import { counted } from '../wording.ts'
import { commandBlock } from './command-block.ts'
import { exchangeRows } from './exchange-rows.ts'
import { exchangeView } from './exchange-view.ts'
import { listedExchange } from './observations.ts'
import { type Content, html, type SafeHtml } from './safe-html.ts'
import { shortened } from './shortened.ts'

/** Characters of an expectation, of what was received, and of a generated value that are shown. */
const SHOWN_TEXT = 1_000

/** Steps of a case that are listed beside the one at fault. */
const SHOWN_STEPS = 20

/** Violations beyond those in full, a line each. */
const SHOWN_LINES = 20

/** What is wrong at one place, the exchange that shows it, and how to see it again. */
export function violationView(
  report: Report,
  violation: ReportedViolation,
  exchanges: readonly RecordedExchange[],
): SafeHtml {
  const steps = exchanges.filter((one) => isOfCase(one, violation))
  const atFault = steps.find(({ step }) => step === violation.step)
  const { where, expected, received, counterexample, shrinking, requirement, step } = violation
  return html`
<section class="violation">
<h5>At <code>${shortened(where, 200)}</code></h5>
<dl class="compared">
${term('Expected', shortened(expected, SHOWN_TEXT))}
${term('Received', shortened(received, SHOWN_TEXT))}
${counterexample === undefined ? undefined : term('Value', shortened(counterexample, SHOWN_TEXT))}
${shrinking === undefined ? undefined : html`<div><dt>Shrinking</dt><dd>${shrinking}</dd></div>`}
${violation.excuse && html`<div><dt>Accepted</dt><dd>${shortened(excuseText(violation.excuse), SHOWN_TEXT)}</dd></div>`}
<div><dt>Fingerprint</dt><dd><code>${violation.fingerprint}</code></dd></div>
<div><dt>Case</dt><dd><code>${requirement}</code>, case <code>${violation.case}</code>, step ${step}, seed <code>${report.seed}</code></dd></div>
</dl>
${atFault === undefined ? html`<p class="note">The exchange was not kept.</p>` : exchangeView(atFault)}
${steps.length > 1 && exchangeRows('The steps of this case', steps.slice(0, SHOWN_STEPS).map(listedExchange), step)}
${steps.length > SHOWN_STEPS && html`<p class="note">And ${counted(steps.length - SHOWN_STEPS, 'step')} more.</p>`}
${atFault !== undefined && commandBlock('Send the request again', curlLines(report, atFault))}
${commandBlock('Replay the case', [replayCommand(report, violation)])}
</section>`
}

function term(name: string, value: Content): SafeHtml {
  return html`<div><dt>${name}</dt><dd><code>${value}</code></dd></div>`
}

function isOfCase(exchange: RecordedExchange, violation: ReportedViolation): boolean {
  return exchange.requirement === violation.requirement && exchange.case === violation.case
}

/** Violations that are like those shown in full, a line each. */
export function furtherViolations(violations: readonly ReportedViolation[]): Content {
  if (violations.length === 0) return undefined
  const lines = violations.slice(0, SHOWN_LINES)
  const more = violations.length - lines.length
  return html`
<section class="further">
<h5>Further violations</h5>
<ul>
${lines.map(
  ({ where, received, counterexample, case: caseKey }) =>
    html`<li>Case <code>${caseKey}</code>, <code>${shortened(where, 100)}</code>: received <code>${shortened(received, 160)}</code>${counterexample !== undefined && html` for <code>${shortened(counterexample, 160)}</code>`}</li>\n`,
)}${more > 0 && html`<li>… and ${more} more</li>`}</ul>
</section>`
}
