import { MAX_BODY_BYTES } from '../../harness/http/response-body.ts'
import type { Response } from '../../model/exchange.ts'

/** A body as far as it could be read. */
export type Body = Pick<Response, 'body' | 'cut'>

/** A body that is there already: octets, text, or a value that stands for its JSON. */
export function bodyOf(value: unknown): Body {
  if (value === undefined) return { body: new Uint8Array() }
  if (typeof value === 'string') return { body: Buffer.from(value) }
  if (value instanceof ArrayBuffer) return { body: new Uint8Array(value) }
  if (ArrayBuffer.isView(value)) {
    return { body: new Uint8Array(value.buffer, value.byteOffset, value.byteLength) }
  }
  return { body: Buffer.from(JSON.stringify(value)) }
}

/** Reads a body up to {@link MAX_BODY_BYTES}; one that ends early is a cut one, as on the wire. */
export async function readBody(stream: AsyncIterable<Uint8Array> | null): Promise<Body> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  try {
    for await (const chunk of stream ?? []) {
      chunks.push(chunk)
      bytes += chunk.byteLength
      if (bytes > MAX_BODY_BYTES) {
        const message = `more than ${MAX_BODY_BYTES} octets of body`
        return { body: Buffer.concat(chunks), cut: { by: 'size', message } }
      }
    }
  } catch (error) {
    const message = `the body ended early: ${error}`
    return { body: Buffer.concat(chunks), cut: { by: 'connection', message } }
  }
  return { body: Buffer.concat(chunks) }
}
