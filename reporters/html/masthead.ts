import type { Report, RequirementResult } from '../../model/report.ts'
import { gateNotes, gateSentence } from '../gate-wording.ts'
import { lossSentence } from '../others.ts'
import { standingOf } from '../standing.ts'
import { counted, verdictSentence } from '../wording.ts'
import { anchorOf } from './anchor.ts'
import { BY_URGENCY, byUrgency } from './family-section.ts'
import { tenth } from './figure.ts'
import { filesAccount, identityFacts, whenAndHowLong } from './run-facts.ts'
import { type Content, html, type SafeHtml } from './safe-html.ts'
import { shortened } from './shortened.ts'
import { runVerdictMark, verdictMark } from './verdict-mark.ts'

/** Requirements that the top of the page points at. */
const POINTED_AT = 12

/** What was tested, the verdict, and what it rests on. */
export function masthead(report: Report): SafeHtml {
  const { document, target, totals } = report
  const sentence = verdictSentence(report)
  const end = sentence.indexOf(':')
  return html`
<header>
${loss(report)}<p class="tested"><code>${document.operation}</code> at <code class="target">${target.url}</code></p>
<h1>${runVerdictMark(report.verdict, sentence.slice(0, end))}<span class="unseen">: </span><span class="because">${sentence.slice(end + 1).trim()}</span></h1>
${proportions(totals)}
<ul class="totals">${BY_URGENCY.filter((verdict) => totals[verdict] > 0).map((verdict) => html`<li><b>${totals[verdict]}</b> ${verdictMark(verdict)}</li>`)}</ul>
${gate(report)}
<dl class="facts">
<div><dt>Observed</dt><dd>${statuses(report)}</dd></div>
<div><dt>Files</dt><dd>${filesAccount(report)}</dd></div>
<div><dt>Run</dt><dd>${whenAndHowLong(report)}</dd></div>
</dl>
${identityFacts(report)}
</header>
`
}

/** Before all else: something is gone that was not this run's. */
function loss(report: Report): Content {
  const sentence = lossSentence(report)
  return (
    sentence &&
    html`<p class="loss failed" role="alert"><strong>Files of others</strong> ${shortened(sentence, SHOWN_SENTENCE)}</p>\n`
  )
}

/** How the run stands to what was accepted before. */
function gate(report: Report): Content {
  if (report.gate === undefined) return undefined
  const lines = [`Gate ${gateSentence(report.gate)}`, ...gateNotes(report)]
  return html`<ul class="gate">${lines.map((line) => html`<li>${shortened(line, SHOWN_SENTENCE)}</li>`)}</ul>`
}

/** Characters of a sentence on the gate. */
const SHOWN_SENTENCE = 1_000

/** Statuses that are named; a hostile target answers with hundreds. */
const NAMED_STATUSES = 12

function statuses({ observed }: Report): Content {
  const all = Object.entries(observed)
  if (all.length === 0) return 'no answer'
  const more = all.length - NAMED_STATUSES
  return html`<ul class="statuses">${all.slice(0, NAMED_STATUSES).map(([status, count]) => html`<li><b>${status}</b> ${counted(count, 'time')}</li>`)}${more > 0 && html`<li>and ${more} more</li>`}</ul>`
}

/** Verdicts by their share; the list below says the same in words. */
function proportions(totals: Report['totals']): SafeHtml {
  const all = BY_URGENCY.reduce((sum, verdict) => sum + totals[verdict], 0)
  const at = (count: number) => tenth((1000 * count) / Math.max(1, all))
  const before = (nth: number) =>
    BY_URGENCY.slice(0, nth).reduce((sum, verdict) => sum + totals[verdict], 0)
  return html`<svg class="proportions" viewBox="0 0 1000 8" preserveAspectRatio="none" aria-hidden="true">${BY_URGENCY.map(
    (verdict, nth) =>
      totals[verdict] > 0 &&
      html`<rect class="${verdict}" x="${at(before(nth))}" width="${at(totals[verdict])}" height="8"/>`,
  )}</svg>`
}

/** Links to what is violated or undecided, and was not accepted. */
export function attention({ requirements }: Report): Content {
  const urgent = byUrgency(requirements).filter(
    (result) =>
      ['failed', 'warned', 'inconclusive'].includes(result.verdict) &&
      standingOf(result) === undefined,
  )
  if (urgent.length === 0) return undefined
  const more = urgent.length - POINTED_AT
  return html`
<nav class="attention" aria-labelledby="attention">
<h2 id="attention">What to look at</h2>
<ul>${urgent.slice(0, POINTED_AT).map(pointer)}
${more > 0 && html`<li class="more">… and ${more} more below</li>`}</ul>
</nav>`
}

function pointer({ id, title, verdict }: RequirementResult): SafeHtml {
  return html`
<li>${verdictMark(verdict)} <a href="#${anchorOf(id)}">${shortened(title, 200)}</a> <code>${shortened(id, 80)}</code></li>`
}
