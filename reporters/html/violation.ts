import type { Header, SentBody } from '../../model/exchange.ts'
import type {
  RecordedBody,
  RecordedExchange,
  RecordedResponse,
  Report,
  ReportedViolation,
} from '../../model/report.ts'
import { replayCommand } from '../commands.ts'
import { excerpt, isShort } from '../printable.ts'
import { reproduction } from '../reproduction.ts'
import { distinct, exchangeOf, requestLine } from '../violation-fields.ts'
import { counted, excuseText, present } from '../wording.ts'
import { type ListedExchange, listedExchange, shortTime } from './observations.ts'
import { type Content, html, printableLines, type SafeHtml, shortened } from './safe-html.ts'

/** Characters that are shown of what a target or a document says, and numbers of lines. */
const SHOWN = {
  body: 300,
  field: 300,
  fields: 30,
  steps: 20,
  further: 20,
} as const

/** Shows the exchange at fault, the commands that repeat it, and how it was found. */
export function violationView(
  report: Report,
  violation: ReportedViolation,
  exchanges: readonly RecordedExchange[],
): SafeHtml {
  const { counterexample, shrinking, excuse, requirement, case: caseKey, step } = violation
  const steps = exchanges.filter((one) => one.requirement === requirement && one.case === caseKey)
  const atFault = exchangeOf(violation, exchanges)
  return html`
<div class="violation">
${
  (counterexample !== undefined || excuse !== undefined) &&
  html`
<dl class="compared">
${counterexample !== undefined && term('Value', html`<code>${excerpt(counterexample)}</code>`)}
${excuse && term('Accepted', excerpt(excuseText(excuse)))}
</dl>`
}
${atFault === undefined ? html`<p class="note">The exchange was not kept.</p>` : exchangeView(atFault)}
${atFault !== undefined && commandBlock('Send the request again', reproduction(report, atFault))}
${commandBlock('Replay the case', [replayCommand(report, violation)])}
${steps.length > 1 && exchangeRows('Steps of this case', steps.slice(0, SHOWN.steps).map(listedExchange), step)}
${steps.length > SHOWN.steps && html`<p class="note">And ${counted(steps.length - SHOWN.steps, 'step')} more.</p>`}
<dl class="compared">
${shrinking !== undefined && term('Shrinking', shrinking)}
${term('Case', html`<code>${requirement}</code>, case <code>${caseKey}</code>, step ${step}, seed <code>${report.seed}</code>`)}
${term('Fingerprint', html`<code>${violation.fingerprint}</code>`)}
</dl>
</div>`
}

function term(name: string, value: Content): SafeHtml {
  return html`<div><dt>${name}</dt><dd>${value}</dd></div>`
}

/** Lists violations like those shown in full, a line each. */
export function furtherViolations(violations: readonly ReportedViolation[]): Content {
  if (violations.length === 0) return undefined
  const kinds = distinct(violations)
  const listed = [...kinds, ...violations.filter((one) => !kinds.includes(one))]
  const more = listed.length - SHOWN.further
  return html`
<div class="further">
<p class="part-name">Further violations</p>
<ul>
${listed
  .slice(0, SHOWN.further)
  .map(
    ({ where, expected, received, counterexample, case: caseKey, fingerprint }) =>
      html`<li>Case <code>${caseKey}</code>, <code>${shortened(where, 100)}</code>: expected <code>${excerpt(expected, 100)}</code>, received <code>${excerpt(received, 100)}</code>${counterexample !== undefined && html` for <code>${excerpt(counterexample, 160)}</code>`}, fingerprint <code>${fingerprint}</code></li>\n`,
  )}${more > 0 && html`<li>… and ${more} more</li>`}</ul>
</div>`
}

/** Shows a request as sent, and beside it the response or why there is none. */
export function exchangeView(exchange: RecordedExchange): SafeHtml {
  const { request, response, failure, attempts, waitMs, durationMs } = exchange
  const sent = present([
    `credentials: ${request.credentials}`,
    attempts > 1 && `sent ${attempts} times`,
    attempts === 0 && 'never sent',
  ])
  const unanswered = attempts === 0 ? '' : `given up after ${shortTime(durationMs)}`
  const took =
    response === undefined
      ? unanswered
      : `header after ${shortTime(waitMs)}, complete after ${shortTime(durationMs)}`
  return html`
<div class="exchange">
<div class="side">
<p class="side-name">Request <span class="aside">${sent.join(', ')}</span></p>
<pre><code><b>${requestLine(exchange)}</b>
${headerLines(request.headers)}</code></pre>
${request.body && html`<pre class="payload"><code>${sentBody(request.body)}</code></pre>`}
</div>
<div class="side">
<p class="side-name">Response <span class="aside">${took}</span></p>
${
  response === undefined
    ? html`<p class="note">No response (${failure?.kind}): ${failure?.message ?? 'the reason is not known'}</p>`
    : responseView(response)
}
</div>
</div>`
}

function responseView({ status, headers, body, cut }: RecordedResponse): SafeHtml {
  return html`<pre><code><b>${status}</b>
${headerLines(headers)}</code></pre>
<pre class="payload"><code>${receivedBody(body)}</code></pre>
${cut && html`<p class="note">The body is incomplete: ${cut.message}.</p>`}`
}

function headerLines(headers: readonly Header[]): string {
  const more = headers.length - SHOWN.fields
  return [
    ...headers
      .slice(0, SHOWN.fields)
      // A line end in a value must not look like the beginning of another field.
      .map((field) => shortened(field.join(': '), SHOWN.field).replaceAll('\n', '\\u{a}')),
    ...(more > 0 ? [`… and ${counted(more, 'field')} more`] : []),
  ].join('\n')
}

function sentBody(body: SentBody): string {
  if ('text' in body) return shortened(body.text, SHOWN.body)
  const { mediaType, bytes, sha256, filename, fileBytes } = body
  return [
    `a form of ${counted(bytes, 'octet')}, ${mediaType}`,
    `with a file of ${counted(fileBytes, 'octet')}: ${JSON.stringify(shortened(filename, SHOWN.field))}`,
    `SHA-256 ${sha256}`,
  ].join('\n')
}

function receivedBody({ bytes, encoding, value, shortened: cut }: RecordedBody): string {
  if (bytes === 0) return '(no body)'
  const notes = present([
    encoding === 'base64' && 'in base64',
    cut && `the beginning of ${counted(bytes, 'octet')}`,
  ]).join(', ')
  return shortened(value, SHOWN.body) + (notes && `\n(${notes})`)
}

/** Lists exchanges as rows of a table, and marks the one of the step at fault. */
export function exchangeRows(
  caption: string,
  rows: readonly ListedExchange[],
  atFault?: number,
): SafeHtml {
  return html`
<details class="exchanges"><summary>${caption}</summary>
<div class="scrolled" tabindex="0" role="group" aria-label="${caption}"><table class="rows">
<caption class="unseen">${caption}</caption>
<thead><tr>${['Case', 'Step', 'Request', 'Answer', 'Took'].map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>
${rows.map(
  (row) =>
    html`<tr${atFault === row.step && html` class="at-fault"`}><td>${shortened(row.case, 40)}</td><td>${row.step}${atFault === row.step && html` <span class="unseen">(at fault)</span>`}</td><td><code>${row.request}</code></td><td>${row.outcome}</td><td>${shortTime(row.durationMs)}</td></tr>\n`,
)}</tbody>
</table></div>
</details>`
}

/**
 * Shows shell lines with a button that copies them. Does not show a command that would have to be cut or
 * escaped: the rest of a deletion might delete something else.
 */
export function commandBlock(label: string, lines: readonly string[]): SafeHtml {
  const command = lines.join('\n')
  const isTooLong = !lines.every(isShort)
  const isExact = lines.every((line) => !line.includes('\n') && printableLines(line) === line)
  const refusal = isTooLong
    ? `it has ${command.length.toLocaleString('en')} characters`
    : !isExact && 'it holds characters that a page cannot show as they are'
  return html`
<div class="command">
<div class="bar"><span class="label">${label}</span><button type="button" class="copy"${refusal && html` disabled`} aria-label="Copy: ${label}">Copy</button></div>
<pre tabindex="0" role="group" aria-label="${label}"><code>${refusal ? `Not shown: ${refusal}.` : command}</code></pre>
</div>`
}
