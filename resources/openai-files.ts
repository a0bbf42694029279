import { createHash } from 'node:crypto'
import { InternalError } from '../model/errors.ts'
import type { SentUpload } from '../model/exchange.ts'
import { segmentOf } from '../model/path-segment.ts'
import type { FileToUpload, PlainRequest, UploadChoices, UploadForm } from '../model/resource.ts'
import { openAiApi } from './openai-api.ts'
import type { Naming, ResourceProvider } from './provider.ts'
import { formOf, formsWith, PURPOSES, USUAL_FORM, usualContentOf } from './upload-form.ts'

/**
 * Provides files that it uploads with `POST` to the collection, as OpenAI's "Upload file".
 *
 * @param upload - what the user has chosen of the uploads
 */
export function openAiFiles(upload?: UploadChoices): ResourceProvider {
  const forms = formsWith(upload)
  return {
    description: 'upload',
    onDemand: true,
    contentChoice: true,
    samples: [],
    ...(upload && { upload }),
    api: openAiApi,
    source: {
      forms,
      kinds: upload === undefined ? PURPOSES : [],
      create(naming, chosen) {
        const usual = naming.form ?? forms[0] ?? USUAL_FORM
        return uploadOf(naming, chosen?.kind ? formOf(chosen.kind, usual) : usual, chosen)
      },
    },
  }
}

/** @throws InternalError if the file would not show whose it is */
function uploadOf(naming: Naming, form: UploadForm, chosen?: FileToUpload): PlainRequest {
  const { runId, challenge, word } = naming
  const { filename: name, content: octets } = chosen ?? { filename: { word }, content: { word } }
  const plain = typeof name === 'string' ? name : form.nameOf(name.word)
  const content = 'word' in octets ? form.contentOf(octets.word, octets.bytes) : octets
  const filename = challenge === undefined ? plain : `${segmentOf(challenge)}-${plain}`
  if (!filename.includes(runId)) {
    throw new InternalError(`file name without the run id: ${JSON.stringify(filename)}`)
  }
  if (content.byteLength >= runId.length && !Buffer.from(content).includes(runId)) {
    throw new InternalError(`content without the run id: ${JSON.stringify(filename)}`)
  }
  const { fields, type } = form
  const body = {
    ...encodeUpload(`${runId}-boundary`, form, filename, content),
    filename,
    fileBytes: content.byteLength,
    fileSha256: createHash('sha256').update(content).digest('hex'),
    ...(form === USUAL_FORM ? {} : { form: { fields, type } }),
  }
  return { action: 'create', method: 'POST', path: '', body }
}

/** Shell command that reads the id in the answer to an upload: the first that stands there. */
export const ID_FROM_ANSWER = `grep -o '"id" *: *"[^"]*"' | head -n 1 | cut -d'"' -f4`

/** Tells whether that command reads an id out of an answer, and no other that stands in it. */
export function isReadInShell(answer: string, id: string): boolean {
  return /"id" *: *"([^"]*)"/.exec(answer)?.[1] === id
}

/** Writes a shell pipeline that uploads a file again, and prints the answer. Zeros stand for chosen content. */
export function uploadInShell(
  curl: string,
  collection: string,
  { filename, fileBytes, form: { fields, type } = USUAL_FORM }: SentUpload,
  quoted: (text: string) => string,
): string {
  const content = usualContentOf({ fields, type }, filename)
  const file =
    content?.byteLength === fileBytes
      ? `printf '%s\\n' ${quoted(Buffer.from(content).toString().trimEnd())}`
      : `head -c ${fileBytes} /dev/zero`
  const name = filename.replaceAll(/["\\]/g, '\\$&')
  const part = quoted(`file=@-;filename="${name}";type=${type}`)
  // A value that begins so would be read from a file, and a semicolon would end it.
  const flag = (value: string) => (/^[@<]|;/.test(value) ? '--form-string' : '-F')
  const flags = fields.map(([field, value]) => `${flag(value)} ${quoted(`${field}=${value}`)} `)
  return `${file} | ${curl} ${flags.join('')}-F ${part} ${quoted(collection)}`
}

/** A `multipart/form-data` body that follows from its parts alone, so that it can be made again. */
interface Multipart {
  readonly mediaType: string
  readonly octets: Uint8Array
}

/**
 * Encodes an upload: the fields and a `file` part (RFC 7578; names escaped as browsers do,
 * WHATWG HTML "multipart/form-data encoding algorithm").
 *
 * @param boundary - 1 to 70 characters that do not occur in the content
 */
export function encodeUpload(
  boundary: string,
  { fields, type }: Pick<UploadForm, 'fields' | 'type'>,
  filename: string,
  content: Uint8Array,
): Multipart {
  const escaped = (name: string) =>
    name.replaceAll('\r', '%0D').replaceAll('\n', '%0A').replaceAll('"', '%22')
  const parts = fields.map(
    ([name, value]) => `--${boundary}\r
Content-Disposition: form-data; name="${escaped(name)}"\r
\r
${value}\r
`,
  )
  const head = `${parts.join('')}--${boundary}\r
Content-Disposition: form-data; name="file"; filename="${escaped(filename)}"\r
Content-Type: ${type}\r
\r
`
  return {
    mediaType: `multipart/form-data; boundary=${boundary}`,
    octets: Buffer.concat([Buffer.from(head), content, Buffer.from(`\r\n--${boundary}--\r\n`)]),
  }
}
