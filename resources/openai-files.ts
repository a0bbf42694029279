import { Inconclusive, InternalError, Interrupted, SetAside } from '../model/errors.ts'
import { type Exchange, isAnswered, type SentUpload } from '../model/exchange.ts'
import { segmentOf } from '../model/path-segment.ts'
import { isSuccess, outcomeOf } from '../model/reads.ts'
import type { FileToUpload, OwnedResource, PlainRequest } from '../model/resource.ts'
import { openAiApi } from './openai-api.ts'
import type { ResourceProvider, SetUp } from './provider.ts'

/** Value of `purpose` that every OpenAI-compatible server is known to take. */
const PURPOSE = 'batch'

/** Provides files that it uploads with `POST` to the collection, as OpenAI's "Upload file". */
export function openAiFiles(): ResourceProvider {
  return {
    description: 'upload',
    onDemand: true,
    contentChoice: true,
    samples: [],
    api: openAiApi,
    create: upload,
  }
}

async function upload(setUp: SetUp, chosen?: FileToUpload): Promise<OwnedResource> {
  const file = chosen ?? defaultFile(setUp.defaultName)
  const request = uploadOf(file, setUp)
  const creation = setUp.creating()
  const exchange = await setUp.request(request, creation).catch((error: unknown) => {
    // Interrupted before it was sent.
    if (error instanceof Interrupted) creation.refused()
    throw error
  })
  const created = openAiApi.readings.created(exchange)
  if (created !== undefined && isAnswered(exchange)) {
    return setUp.claim(created.id, exchange, creation, chosen === undefined ? 'default' : 'chosen')
  }
  // A gateway that gives up (5xx) does not know whether the file was taken.
  const status = exchange.response?.status ?? 0
  const neverSent = exchange.failure?.kind === 'not-sent'
  if (neverSent || (status >= 300 && status < 500)) creation.refused()
  throw unusable(exchange, chosen !== undefined)
}

/** A batch file of one line, for servers that look into it; no two are alike. */
function defaultFile(filename: string): FileToUpload {
  const body = { model: 'none', messages: [] }
  const line = { custom_id: filename, method: 'POST', url: '/v1/chat/completions', body }
  return { filename, content: Buffer.from(`${JSON.stringify(line)}\n`) }
}

/** @throws InternalError if the file would not show whose it is */
function uploadOf({ filename: plain, content }: FileToUpload, setUp: SetUp): PlainRequest {
  const { runId, challenge } = setUp
  const filename = challenge === undefined ? plain : `${segmentOf(challenge)}-${plain}`
  if (!filename.includes(runId)) {
    throw new InternalError(`file name without the run id: ${JSON.stringify(filename)}`)
  }
  if (content.byteLength >= runId.length && !Buffer.from(content).includes(runId)) {
    throw new InternalError(`content without the run id: ${JSON.stringify(filename)}`)
  }
  const form = encodeUpload(`${runId}-boundary`, PURPOSE, filename, content)
  const body = { ...form, filename, fileBytes: content.byteLength }
  return { action: 'create', method: 'POST', path: '', body }
}

function unusable(exchange: Exchange, isChosen: boolean): Error {
  const { response, failure } = exchange
  if (failure?.kind === 'not-sent') return new Inconclusive(failure.message, exchange)
  const status = response?.status ?? 0
  const isRefused = status >= 400 && ![401, 403, 429].includes(status)
  if (isChosen && isRefused) return new SetAside(`upload answered ${status}`)
  const problem = isSuccess(exchange) ? ' without an "id" that can be asked for' : ''
  const outcome = response === undefined ? failure?.message : outcomeOf(exchange) + problem
  return new Inconclusive(`no file could be uploaded: ${outcome}`, exchange)
}

/** Writes a shell pipeline that uploads zeros instead of the file, and prints the id. */
export function uploadInShell(
  curl: string,
  collection: string,
  { filename, fileBytes }: SentUpload,
  quoted: (text: string) => string,
): string {
  const part = quoted(`file=@-;filename="${filename.replaceAll(/["\\]/g, '\\$&')}"`)
  const upload = `${curl} -F purpose=${PURPOSE} -F ${part} ${quoted(collection)}`
  const id = `sed -n 's/.*"id" *: *"\\([^"]*\\)".*/\\1/p' | head -n 1`
  return `head -c ${fileBytes} /dev/zero | ${upload} | ${id}`
}

/** A `multipart/form-data` body that follows from its parts alone, so that it can be made again. */
interface Multipart {
  readonly mediaType: string
  readonly octets: Uint8Array
}

/**
 * Encodes an upload: a `purpose` field and a `file` part (RFC 7578; names escaped as browsers do,
 * WHATWG HTML "multipart/form-data encoding algorithm").
 *
 * @param boundary - 1 to 70 characters that do not occur in the content
 */
export function encodeUpload(
  boundary: string,
  purpose: string,
  filename: string,
  content: Uint8Array,
): Multipart {
  const name = filename.replaceAll('\r', '%0D').replaceAll('\n', '%0A').replaceAll('"', '%22')
  const head = `--${boundary}\r
Content-Disposition: form-data; name="purpose"\r
\r
${purpose}\r
--${boundary}\r
Content-Disposition: form-data; name="file"; filename="${name}"\r
Content-Type: application/octet-stream\r
\r
`
  return {
    mediaType: `multipart/form-data; boundary=${boundary}`,
    octets: Buffer.concat([Buffer.from(head), content, Buffer.from(`\r\n--${boundary}--\r\n`)]),
  }
}
