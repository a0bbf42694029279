import { createdId } from '../harness/http/client.ts'
import { Inconclusive, InternalError, Interrupted, SetAside } from '../model/errors.ts'
import type { Answered, Exchange } from '../model/exchange.ts'
import { segmentOf } from '../model/path-segment.ts'
import type { FileToUpload, OwnedResource } from '../model/requirement.ts'
import type { ResourceProvider, SetUp } from './provider.ts'

/** The one value of `purpose` that every OpenAI-compatible server is known to take. */
const PURPOSE = 'batch'

/** What a server that looks into batch files wants to see; no two files are alike. */
function batchLine(name: string): Uint8Array {
  const line = {
    custom_id: name,
    method: 'POST',
    url: '/v1/chat/completions',
    body: { model: 'none', messages: [] },
  }
  return Buffer.from(`${JSON.stringify(line)}\n`)
}

/** Files uploaded with `POST` to the collection, as OpenAI's "Upload file". */
export function openAiFiles(): ResourceProvider {
  return { kind: 'upload', description: 'upload', samples: [], create: upload }
}

async function upload(setUp: SetUp, file?: FileToUpload): Promise<OwnedResource> {
  const { filename: plain, content } = file ?? {
    filename: setUp.defaultName,
    content: batchLine(setUp.defaultName),
  }
  const { challenge } = setUp
  const filename = challenge === undefined ? plain : `${segmentOf(challenge)}-${plain}`
  if (!filename.includes(setUp.runId)) {
    throw new InternalError(`file name without the run id of the run: ${JSON.stringify(filename)}`)
  }
  if (content.byteLength >= setUp.runId.length && !Buffer.from(content).includes(setUp.runId)) {
    throw new InternalError(`content without the name of the run: ${JSON.stringify(filename)}`)
  }
  const { mediaType, octets } = encodeUpload(`${setUp.runId}-boundary`, PURPOSE, filename, content)
  const { upload: creates, refused } = setUp.uploading()
  const request = {
    method: 'POST',
    path: '',
    creates,
    body: { octets, mediaType, filename, fileBytes: content.byteLength },
  } as const
  const exchange = await setUp.request(request).catch((error: unknown) => {
    // Interrupted before it was sent.
    if (error instanceof Interrupted) refused()
    throw error
  })
  const id = createdId(exchange)
  const way = file === undefined ? 'default' : 'chosen'
  if (id !== undefined) return setUp.claim(id, exchange as Answered, creates, way)
  // A gateway that gives up (5xx) does not know whether the file was taken.
  const status = exchange.response?.status ?? 0
  const neverSent = exchange.failure?.kind === 'not-sent'
  if (neverSent || (status >= 300 && status < 500)) refused()
  throw unusable(exchange, file !== undefined)
}

function unusable(exchange: Exchange, generated: boolean): Error {
  const { response, failure } = exchange
  if (response === undefined) {
    const { kind, message = '' } = failure ?? {}
    const reason = kind === 'not-sent' ? message : `no file could be uploaded: ${message}`
    return new Inconclusive(reason, exchange)
  }
  const refused = response.status >= 400 && ![401, 403, 429].includes(response.status)
  if (generated && refused) return new SetAside(`upload answered ${response.status}`)
  const found =
    response.status >= 300
      ? `${response.status}`
      : `${response.status} without an "id" that can be asked for`
  return new Inconclusive(
    `no file could be uploaded: POST ${exchange.request.target} answered ${found}`,
    exchange,
  )
}

/** A `multipart/form-data` body whose octets follow from its parts alone, so that it can be made again. */
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
