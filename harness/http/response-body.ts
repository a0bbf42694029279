import { brotliDecompressSync, gunzipSync, inflateRawSync, inflateSync } from 'node:zlib'
import type { CutBody, Header } from '../../model/exchange.ts'

/** Bound before and after decoding, 1 MiB: a thousand times the answer to a deletion. */
export const MAX_BODY_BYTES = 1024 * 1024

/** Codings of one body that are undone: each may unfold to {@link MAX_BODY_BYTES}. */
const MAX_CODINGS = 5

/** A body as far as it could be read. */
export interface ReceivedBody {
  readonly body: Uint8Array
  readonly cut?: CutBody
}

/** Pieces after which they are joined: kept apart, pieces of one octet take a hundred times as much. */
const PIECES_A_BLOCK = 256

/** Collects a body that comes in pieces. */
export function collectBody() {
  const blocks: Buffer[] = []
  let pieces: Buffer[] = []
  let bytes = 0
  /** Returns the body as it came, up to the bound. */
  const received = () => Buffer.concat([...blocks, ...pieces], Math.min(bytes, MAX_BODY_BYTES))
  return {
    /** Returns whether the body is still within {@link MAX_BODY_BYTES}. */
    add(chunk: Buffer) {
      pieces.push(chunk)
      if (pieces.length === PIECES_A_BLOCK) {
        blocks.push(Buffer.concat(pieces))
        pieces = []
      }
      bytes += chunk.length
      return bytes <= MAX_BODY_BYTES
    },
    received,
    /** Returns the whole body, its content coding (RFC 9110 §8.4) undone. */
    decoded: (headers: readonly Header[]) => decode(received(), headers),
    tooLarge: TOO_LARGE,
  }
}

const TOO_LARGE: CutBody = { by: 'size', message: `more than ${MAX_BODY_BYTES} octets of body` }

function decode(body: Buffer, headers: readonly Header[]): ReceivedBody {
  const codings = headers
    .filter(([name]) => name === 'content-encoding')
    .flatMap(([, value]) => value.toLowerCase().split(','))
    .map((coding) => coding.trim())
    .reverse()
  if (codings.length > MAX_CODINGS) {
    const message = `Content-Encoding names ${codings.length} codings, and ${MAX_CODINGS} are undone`
    return { body, cut: { by: 'coding', message } }
  }
  try {
    return { body: codings.reduce(undo, body) }
  } catch (error) {
    const tooLarge = (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE'
    const message = `the body is not what its Content-Encoding (${codings.join(', ')}) says`
    return { body, cut: tooLarge ? TOO_LARGE : { by: 'coding', message } }
  }
}

function undo(body: Buffer, coding: string): Buffer {
  const options = { maxOutputLength: MAX_BODY_BYTES }
  if (body.length === 0) return body
  switch (coding) {
    case 'gzip':
    case 'x-gzip':
      return gunzipSync(body, options)
    case 'br':
      return brotliDecompressSync(body, options)
    case 'deflate':
      // RFC 9110 §8.4.1.2 notes servers that leave the zlib wrapping out.
      return (body.readUInt8(0) & 0x0f) === 8
        ? inflateSync(body, options)
        : inflateRawSync(body, options)
    default:
      return body
  }
}
