import { createHash } from 'node:crypto'
import type { Report } from '../../model/report.ts'
import type { Verdict } from '../../model/verdict.ts'
import { cleanupCommand } from '../commands.ts'
import type { Findings, Format } from '../format.ts'
import {
  BY_URGENCY,
  counted,
  duration,
  filesSentence,
  gateLines,
  lossSentence,
  notableFacts,
  observedStatuses,
  present,
  verdictSentence,
} from '../wording.ts'
import { type Observations, observe } from './observations.ts'
import { answersPlot, latencyPlot, stackedBar } from './plots.ts'
import { attention, families, filters, verdictMark } from './requirements.ts'
import {
  type Content,
  html,
  markup,
  type SafeHtml,
  shortened,
  table,
  verbatim,
} from './safe-html.ts'
import { SCRIPT } from './script.ts'
import { STYLE } from './style.ts'

/** Characters of a sentence about the gate or about lost files. */
const SHOWN_SENTENCE = 1_000

/** Files left behind that are named; the ledger names all. */
const NAMED_FILES = 20

/** Page for people: complete in itself, readable without a script, safe to open whatever the target sent. */
export const htmlPage: Format = {
  name: 'html',
  file: 'report.html',
  about: 'a page to read, with exchanges, filters and plots',
  *render(findings) {
    for (const piece of page(findings)) yield markup(piece)
  },
}

/** Makes the page in pieces: what somebody should look at first, what identifies the run last. */
function* page({ report, exchanges }: Findings): Generator<SafeHtml> {
  const observations = observe(report, exchanges())
  yield head(report)
  yield header(report)
  yield html`<main>
<section class="catalogue" id="requirements" aria-label="Requirements">${filters(report)}`
  yield* attention(report, observations)
  yield* families(report, observations)
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

/** Policy that lets the browser load nothing, and run only this style and this script. */
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

const LIKE = {
  conforming: 'passed',
  'non-conforming': 'failed',
  inconclusive: 'inconclusive',
} as const

/** Shows what was tested, the verdict, and what it rests on. */
function header(report: Report): SafeHtml {
  const { document, target, totals, verdict, started } = report
  const blocked = report.requirements.filter(({ blockedBy }) => blockedBy !== undefined).length
  const loss = lossSentence(report)
  const sentence = verdictSentence(report)
  const end = sentence.indexOf(':')
  const shares = BY_URGENCY.map((one) => [one, totals[one]] as const)
  const [decision, ...notes] = gateLines(report)
  const gate = present([decision && `Gate ${decision}`, ...notes])
  const when = html`<time datetime="${started}">${started.replace('T', ' ').replace(/(\.\d+)?Z$/, ' UTC')}</time>`
  return html`
<header>
${loss && html`<p class="loss failed" role="alert"><strong>Files of others</strong> ${shortened(loss, SHOWN_SENTENCE)}</p>\n`}<p class="tested"><code>${document.operation}</code> at <code class="target">${target.url}</code></p>
<h1>${verdictMark(LIKE[verdict], sentence.slice(0, end))}<span class="unseen">: </span><span class="because">${sentence.slice(end + 1).trim()}</span></h1>
<svg class="proportions" viewBox="0 0 1000 8" preserveAspectRatio="none" aria-hidden="true">${stackedBar(shares, { left: 0, right: 1000, top: 0, height: 8 })}</svg>
<ul class="totals">${BY_URGENCY.map((one) => total(one, one === 'inconclusive' ? totals[one] - blocked : totals[one]))}${total('inconclusive', blocked, 'blocked')}</ul>
${gate.length > 0 && html`<ul class="gate">${gate.map((line) => html`<li>${shortened(line, SHOWN_SENTENCE)}</li>`)}</ul>`}
<dl class="facts">
${fact('Answers', observedStatuses(report))}
${fact('Files', files(report))}
${fact('Run', html`${when}, took ${duration(report.durationMs)}`)}
</dl>
</header>
`
}

function total(verdict: Verdict, count: number, words: string = verdict): Content {
  return count > 0 && html`<li><b>${count}</b> ${verdictMark(verdict, words)}</li>`
}

function fact(name: string, value: Content): SafeHtml {
  return html`<div><dt>${name}</dt><dd>${value}</dd></div>`
}

function digest(sha256: string): SafeHtml {
  return html`<code class="digest"><span class="unseen">SHA-256 </span>${sha256}</code>`
}

function files(report: Report): SafeHtml {
  const { ledger } = report.files
  const sentence = filesSentence(report, (name) => shortened(name, 80), NAMED_FILES)
  return html`${sentence}${ledger !== undefined && html`. Remove with <code>${cleanupCommand(report.target.url, ledger)}</code>`}`
}

function plots(report: Report, observations: Observations): SafeHtml {
  const drawn = [latencyPlot(observations), answersPlot(report, observations)]
  return html`
<details class="chapter plots">
<summary><h2>Answers and their times</h2></summary>
${drawn.every((one) => one === undefined) ? html`<p>No exchange was kept.</p>` : drawn}
</details>`
}

/** Shows what identifies the run, its options, and the facts that it learnt about the target. */
function runSection(report: Report): SafeHtml {
  const { document, seed, challenge, tool, evidence } = report
  return html`
<details class="chapter run">
<summary><h2>About this run</h2></summary>
<dl class="identity">
${fact('Document', html`${document.title}, version ${document.version}${document.shipped && ' (as shipped)'} ${digest(document.sha256)}`)}
${fact('Evidence', evidence === undefined ? 'not kept' : html`${counted(evidence.lines, 'line')} ${digest(evidence.sha256)}`)}
${fact('Tool', html`${tool.name} ${tool.version} ${digest(tool.sha256)}`)}
${fact('Seed', html`<code>${seed}</code>`)}
${challenge !== undefined && fact('Challenge', html`<code>${shortened(challenge, 200)}</code>`)}
</dl>
<div class="columns">
<div>
<h3>Options</h3>
${table('Options', ['Option', 'Value'], optionRows(report))}
</div>
<div>
<h3>Capabilities of the target</h3>
${table(
  'Capabilities of the target',
  ['Capability', 'Offered', 'Reason'],
  report.capabilities.map(({ name, available, declared, reason }) => [
    name,
    available ? 'yes' : 'no',
    shortened(declared ? `${reason} (declared)` : reason, 300),
  ]),
)}
<h3>Libraries</h3>
${table('Libraries', ['Library', 'Version'], Object.entries(report.tool.libraries).slice(0, 40))}
</div>
</div>
</details>`
}

function optionRows(report: Report): readonly (readonly [string, Content])[] {
  const { options, target, selection, runId } = report
  const { budget = {} } = options
  const list = (values: readonly (string | number)[]) =>
    values.length === 0 ? 'none' : shortened(values.join(', '), 300)
  const variable = target.tokenEnv === undefined ? '' : `; a replay reads ${target.tokenEnv}`
  return [
    ['Requirements', `${selection.selected} of ${selection.catalogue}`],
    ['Only', list(selection.only)],
    ['Skipped', list(selection.skip)],
    ['Credentials', target.authenticated ? `sent${variable}` : 'none'],
    ['Header fields added', list(target.headerNames)],
    ['Files', shortened(options.files, 200)],
    ['Cases per property', options.runs],
    ['Concurrent requests', options.concurrency],
    ['Requests per second', options.ratePerSecond ?? 'no limit'],
    ['Limit of requests', budget.maxRequests ?? 'none'],
    ['Limit of files', budget.maxFiles ?? 'none'],
    ['Deadline', budget.deadlineMs === undefined ? 'none' : duration(budget.deadlineMs)],
    ['Time limit of a request', duration(options.timeoutMs)],
    ['Time for a deletion to show', duration(options.settleMs)],
    ['Later look at deleted files', options.lingerMs > 0 ? duration(options.lingerMs) : 'none'],
    ['Strict', options.strict ? 'yes' : 'no'],
    ['Disposable', options.disposable ? 'yes' : 'no'],
    ['Expected statuses', list(options.expectedStatuses)],
    ['Declared capabilities', list(options.declaredCapabilities)],
    ['Run id', runId ?? 'none'],
    ...notableFacts(report).map(([name, sentence]) => [name, shortened(sentence, 600)] as const),
  ]
}

function foot({ tool }: Report): SafeHtml {
  return html`
</main>
<footer><p>Written by ${tool.name} ${tool.version}. This page is complete in one file, and loads nothing.</p></footer>
<p class="unseen" role="status" id="said"></p>
<script>${verbatim(SCRIPT)}</script>
</body>
</html>
`
}
