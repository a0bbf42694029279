import { createHash } from 'node:crypto'
import type { Report } from '../../model/report.ts'
import type { Findings } from '../format.ts'
import { answersPlot } from './answers-plot.ts'
import { disclosureOf, familiesOnPage, familySection } from './family-section.ts'
import { filters } from './filters.ts'
import { latencyPlot } from './latency-plot.ts'
import { attention, masthead } from './masthead.ts'
import { type Observations, observe } from './observations.ts'
import { runSection } from './run-facts.ts'
import { html, type SafeHtml, verbatim } from './safe-html.ts'
import { SCRIPT } from './script.ts'
import { STYLE } from './style.ts'

/** The page in pieces: a family is the longest that is ever held. */
export function* page(findings: Findings): Generator<SafeHtml> {
  const { report } = findings
  const observations = observe(report, findings.exchanges())
  const disclosure = disclosureOf(report)
  yield head(report)
  yield masthead(report)
  yield html`<main>${attention(report)}
<section class="catalogue" aria-labelledby="requirements">
<h2 id="requirements">Requirements</h2>${filters(report)}`
  for (const family of familiesOnPage(report)) {
    yield familySection(report, family, observations, disclosure)
  }
  yield html`</section>`
  yield plots(report, observations)
  yield runSection(report)
  yield foot(report)
}

function head({ verdict, target }: Report): SafeHtml {
  return html`${verbatim('<!doctype html>')}
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${verdict}: ${target.url}</title>
<style>${verbatim(STYLE)}</style>
</head>
<body>
<a class="skip" href="#requirements">Skip to the requirements</a>`
}

/** Nothing is loaded and nothing is run but this style and this script, whatever a target answers. */
const POLICY = [
  "default-src 'none'",
  `style-src ${hashOf(STYLE)}`,
  `script-src ${hashOf(SCRIPT)}`,
  "base-uri 'none'",
  "form-action 'none'",
].join('; ')

function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`
}

function plots(report: Report, observations: Observations): SafeHtml {
  const drawn = [latencyPlot(observations), answersPlot(report, observations)]
  return html`
<section class="plots" aria-labelledby="answered">
<h2 id="answered">What was answered</h2>
${drawn.every((one) => one === undefined) ? html`<p>No exchange was kept.</p>` : drawn}
</section>`
}

function foot({ tool }: Report): SafeHtml {
  return html`
</main>
<footer><p>Written by ${tool.name} ${tool.version}. Everything on this page is in the file itself; it asks for nothing.</p></footer>
<p class="unseen" role="status" id="said"></p>
<script>${verbatim(SCRIPT)}</script>
</body>
</html>
`
}
