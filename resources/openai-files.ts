import { InternalError } from '../model/errors.ts'
import type { SentUpload } from '../model/exchange.ts'
import { segmentOf } from '../model/path-segment.ts'
import type { FileToUpload, PlainRequest } from '../model/resource.ts'
import { openAiApi } from './openai-api.ts'
import type { Naming, ResourceProvider } from './provider.ts'

/** Value of `purpose` that every OpenAI-compatible server is known to take. */
const PURPOSE = 'batch'
/** Beginning of the names that files of this run have unless a requirement chooses one. */
const DEFAULT_NAME = 'delete-conformance-'
/** Media type of the file in the form. */
const FILE_TYPE = 'application/octet-stream'

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

/** Shell command that reads the id in the answer to an upload. */
export const ID_FROM_ANSWER = `sed -n 's/.*"id" *: *"\\([^"]*\\)".*/\\1/p' | head -n 1`

/** Writes a shell pipeline that uploads a file again, and prints the answer. Zeros stand for chosen content. */
export function uploadInShell(
  curl: string,
  collection: string,
  { filename, fileBytes }: SentUpload,
  quoted: (text: string) => string,
): string {
  // The word of a verifier stands before the name.
  const { content } = defaultFile(filename.slice(Math.max(0, filename.lastIndexOf(DEFAULT_NAME))))
  const isDefault = content.byteLength === fileBytes
  const file = isDefault
    ? `printf '%s\\n' ${quoted(Buffer.from(content).toString().trimEnd())}`
    : `head -c ${fileBytes} /dev/zero`
  const name = filename.replaceAll(/["\\]/g, '\\$&')
  const part = quoted(`file=@-;filename="${name}";type=${FILE_TYPE}`)
  return `${file} | ${curl} -F purpose=${PURPOSE} -F ${part} ${quoted(collection)}`
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
Content-Type: ${FILE_TYPE}\r
\r
`
  return {
    mediaType: `multipart/form-data; boundary=${boundary}`,
    octets: Buffer.concat([Buffer.from(head), content, Buffer.from(`\r\n--${boundary}--\r\n`)]),
  }
}
