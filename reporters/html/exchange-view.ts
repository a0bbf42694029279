import type { Credentials, Header, SentBody } from '../../model/exchange.ts'
import type { RecordedBody, RecordedExchange, RecordedResponse } from '../../model/report.ts'
import { counted } from '../wording.ts'
import { shortTime } from './log-axis.ts'
import { type Content, html, type SafeHtml } from './safe-html.ts'
import { shortened } from './shortened.ts'

/** Characters of a body, of a request target and of a header field that are shown, and fields. */
const SHOWN = { body: 2_000, target: 600, field: 300, fields: 30 } as const

const CREDENTIALS: Readonly<Record<Credentials, string>> = {
  configured: 'the configured credentials',
  second: "the second account's credentials",
  none: 'no credentials',
  empty: 'empty credentials',
  malformed: 'malformed credentials',
  wrong: 'wrong credentials',
}

/** An exchange: the request as sent, and beside it what came back, or why nothing did. */
export function exchangeView(exchange: RecordedExchange): SafeHtml {
  const { request, response, failure, attempts, waitMs, durationMs } = exchange
  const sent = [
    `with ${CREDENTIALS[request.credentials]}`,
    ...(attempts > 1 ? [`sent ${attempts} times`] : []),
    ...(attempts === 0 ? ['never sent'] : []),
  ]
  return html`
<div class="exchange">
<div class="side">
<p class="side-name">Request <span class="aside">${sent.join(', ')}</span></p>
<pre><code><b>${request.method} ${shortened(request.target, SHOWN.target)}</b>
${fields(request.headers)}</code></pre>
${request.body === undefined ? undefined : html`<pre class="payload"><code>${sentBody(request.body)}</code></pre>`}
</div>
<div class="side">
<p class="side-name">Response <span class="aside">${response === undefined ? (attempts === 0 ? '' : `given up after ${shortTime(durationMs)}`) : `header after ${shortTime(waitMs)}, all after ${shortTime(durationMs)}`}</span></p>
${response === undefined ? nothing(failure?.kind, failure?.message) : answer(response)}
</div>
</div>`
}

function answer(response: RecordedResponse): SafeHtml {
  const { status, headers, body, cut } = response
  return html`<pre><code><b>${status}</b>
${fields(headers)}</code></pre>
<pre class="payload"><code>${receivedBody(body)}</code></pre>
${cut === undefined ? undefined : html`<p class="note">The body is not whole: ${cut.message}.</p>`}`
}

function nothing(kind: Content, message = 'no reason is known'): SafeHtml {
  return html`<p class="note">Nothing came back (${kind}): ${message}</p>`
}

function fields(headers: readonly Header[]): string {
  const shown = headers
    .slice(0, SHOWN.fields)
    .map(([name, value]) => oneLine(`${name}: ${value}`, SHOWN.field))
  const more = headers.length - shown.length
  return [...shown, ...(more > 0 ? [`… and ${counted(more, 'field')} more`] : [])].join('\n')
}

/** What comes in a field is no field of its own. */
function oneLine(text: string, characters: number): string {
  return shortened(text, characters).replaceAll('\n', '\\u{a}')
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
  const notes = [
    ...(encoding === 'base64' ? ['in base64'] : []),
    ...(cut ? [`the beginning of ${counted(bytes, 'octet')}`] : []),
  ]
  const shown = shortened(value, SHOWN.body)
  return notes.length === 0 ? shown : `${shown}\n(${notes.join(', ')})`
}
