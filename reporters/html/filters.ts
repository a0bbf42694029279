import type { Report } from '../../model/report.ts'
import { counted } from '../wording.ts'
import { BY_URGENCY } from './family-section.ts'
import { html, type SafeHtml } from './safe-html.ts'
import { icon } from './verdict-mark.ts'

/** What narrows the list of requirements; hidden until the script is there to do so. */
export function filters({ totals, requirements }: Report): SafeHtml {
  return html`
<form class="filters" role="search" aria-label="Filter requirements" hidden>
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
</form>`
}
