import type { Readable } from 'node:stream'
import { brotliDecompressSync, gunzipSync, inflateRawSync, inflateSync } from 'node:zlib'
import type { CutBody, Header } from '../model/exchange.ts'
import { transportFailure } from './transport-failure.ts'

/** 1 MiB, before and after decoding: a thousand times what a deletion has to say. */
export const MAX_BODY_BYTES = 1024 * 1024

/** A body as far as it could be read. */
export interface ReceivedBody {
  readonly body: Uint8Array
  readonly cut?: CutBody
}

/**
 * Reads a body up to {@link MAX_BODY_BYTES} and undoes its content coding (RFC 9110 §8.4).
 *
 * @param signal - aborted when the time of the request is over
 */
export async function readBody(
  stream: Readable,
  headers: readonly Header[],
  signal: AbortSignal,
): Promise<ReceivedBody> {
  const chunks: Buffer[] = []
  let bytes = 0
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      chunks.push(chunk)
      bytes += chunk.length
      if (bytes > MAX_BODY_BYTES) {
        return { body: Buffer.concat(chunks).subarray(0, MAX_BODY_BYTES), cut: TOO_LARGE }
      }
    }
  } catch (error) {
    return { body: Buffer.concat(chunks), cut: cutBy(error, signal) }
  }
  return decode(Buffer.concat(chunks), headers)
}

const TOO_LARGE: CutBody = { by: 'size', message: `more than ${MAX_BODY_BYTES} octets of body` }

function cutBy(error: unknown, signal: AbortSignal): CutBody {
  if (signal.aborted) return { by: 'timeout', message: 'the time for the answer was over' }
  if (transportFailure(error) === undefined) throw error
  return { by: 'connection', message: 'the connection ended within the body' }
}

function decode(body: Buffer, headers: readonly Header[]): ReceivedBody {
  const codings = headers
    .filter(([name]) => name === 'content-encoding')
    .flatMap(([, value]) => value.toLowerCase().split(','))
    .map((coding) => coding.trim())
    .reverse()
  let decoded = body
  try {
    for (const coding of codings) decoded = undo(coding, decoded)
  } catch (error) {
    const tooLarge = (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE'
    const message = `the body is not what its Content-Encoding (${codings.join(', ')}) says`
    return { body, cut: tooLarge ? TOO_LARGE : { by: 'coding', message } }
  }
  return { body: decoded }
}

function undo(coding: string, body: Buffer): Buffer {
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
