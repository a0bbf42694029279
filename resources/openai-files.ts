import { InternalError } from '../model/errors.ts'
import type { SentUpload } from '../model/exchange.ts'
import { segmentOf } from '../model/path-segment.ts'
import type { FileToUpload, PlainRequest } from '../model/resource.ts'
import { openAiApi } from './openai-api.ts'
import type { Naming, ResourceProvider } from './provider.ts'

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
    source: {
      create: (naming, chosen) => uploadOf(chosen ?? defaultFile(naming.defaultName), naming),
    },
  }
}

/** A batch file of one line, for servers that look into it; no two are alike. */
function defaultFile(filename: string): FileToUpload {
  const body = { model: 'none', messages: [] }
  const line = { custom_id: filename, method: 'POST', url: '/v1/chat/completions', body }
  return { filename, content: Buffer.from(`${JSON.stringify(line)}\n`) }
}

/** @throws InternalError if the file would not show whose it is */
function uploadOf({ filename: plain, content }: FileToUpload, naming: Naming): PlainRequest {
  const { runId, challenge } = naming
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
