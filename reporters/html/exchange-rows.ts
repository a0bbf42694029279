import { shortTime } from './log-axis.ts'
import type { ListedExchange } from './observations.ts'
import { html, type SafeHtml } from './safe-html.ts'
import { shortened } from './shortened.ts'

/** Exchanges as rows of a table; the one at this step is marked. */
export function exchangeRows(
  caption: string,
  rows: readonly ListedExchange[],
  atFault?: number,
): SafeHtml {
  return html`
<div class="scrolled" tabindex="0" role="group" aria-label="${caption}"><table class="rows">
<caption>${caption}</caption>
<thead><tr><th scope="col">Case</th><th scope="col">Step</th><th scope="col">Request</th><th scope="col">Answer</th><th scope="col">Took</th></tr></thead>
<tbody>
${rows.map(
  (row) =>
    html`<tr${atFault === row.step && html` class="at-fault"`}><td>${shortened(row.case, 40)}</td><td>${row.step}${atFault === row.step && html` <span class="unseen">(at fault)</span>`}</td><td><code>${row.request}</code></td><td>${row.outcome}</td><td>${shortTime(row.durationMs)}</td></tr>\n`,
)}</tbody>
</table></div>`
}
