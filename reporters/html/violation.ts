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

/** Shows a violation, the exchange at fault, and the commands that repeat it. */
export function violationView(
  report: Report,
  violation: ReportedViolation,
  exchanges: readonly RecordedExchange[],
): SafeHtml {
  const { where, counterexample, shrinking, excuse, requirement, case: caseKey, step } = violation
  const steps = exchanges.filter((one) => one.requirement === requirement && one.case === caseKey)
  const atFault = exchangeOf(violation, exchanges)
  const quoted = (text: string) => html`<code>${excerpt(text)}</code>`
  return html`
<section class="violation">
<h5>At <code>${shortened(where, 200)}</code></h5>
<dl class="compared">
${term('Expected', quoted(violation.expected))}
${term('Received', quoted(violation.received))}
${counterexample !== undefined && term('Value', quoted(counterexample))}
${shrinking !== undefined && term('Shrinking', shrinking)}
${excuse && term('Accepted', excerpt(excuseText(excuse)))}
${term('Fingerprint', html`<code>${violation.fingerprint}</code>`)}
${term('Case', html`<code>${requirement}</code>, case <code>${caseKey}</code>, step ${step}, seed <code>${report.seed}</code>`)}
</dl>
${atFault === undefined ? html`<p class="note">The exchange was not kept.</p>` : exchangeView(atFault)}
${steps.length > 1 && exchangeRows('Steps of this case', steps.slice(0, SHOWN.steps).map(listedExchange), step)}
${steps.length > SHOWN.steps && html`<p class="note">And ${counted(steps.length - SHOWN.steps, 'step')} more.</p>`}
${atFault !== undefined && commandBlock('Send the request again', reproduction(report, atFault))}
${commandBlock('Replay the case', [replayCommand(report, violation)])}
</section>`
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
<section class="further">
<h5>Further violations</h5>
<ul>
${listed
  .slice(0, SHOWN.further)
  .map(
    ({ where, expected, received, counterexample, case: caseKey, fingerprint }) =>
      html`<li>Case <code>${caseKey}</code>, <code>${shortened(where, 100)}</code>: expected <code>${excerpt(expected, 100)}</code>, received <code>${excerpt(received, 100)}</code>${counterexample !== undefined && html` for <code>${excerpt(counterexample, 160)}</code>`}, fingerprint <code>${fingerprint}</code></li>\n`,
  )}${more > 0 && html`<li>… and ${more} more</li>`}</ul>
</section>`
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
<div class="scrolled" tabindex="0" role="group" aria-label="${caption}"><table class="rows">
<caption>${caption}</caption>
<thead><tr>${['Case', 'Step', 'Request', 'Answer', 'Took'].map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>
${rows.map(
  (row) =>
    html`<tr${atFault === row.step && html` class="at-fault"`}><td>${shortened(row.case, 40)}</td><td>${row.step}${atFault === row.step && html` <span class="unseen">(at fault)</span>`}</td><td><code>${row.request}</code></td><td>${row.outcome}</td><td>${shortTime(row.durationMs)}</td></tr>\n`,
)}</tbody>
</table></div>`
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
<pre><code>${refusal ? `Not shown: ${refusal}.` : command}</code></pre>
</div>`
}
