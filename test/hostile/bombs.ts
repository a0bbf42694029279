import { once } from 'node:events'
import { constants, createBrotliCompress, deflateRawSync, gzipSync } from 'node:zlib'

const PIECE = Buffer.alloc(16 * 1024 * 1024)

/** How often a piece is repeated in each bomb: 1 GiB once it is unfolded. */
const TIMES = 64

/** Members of gzip one after the other (RFC 1952 §2.2), some 16 KiB each. */
export function gzipBomb(): Buffer {
  return repeated(gzipSync(PIECE))
}

/** Blocks that refer to nothing before them, and end in none: the last is not needed to burst it. */
export function deflateBomb(): Buffer {
  return repeated(deflateRawSync(PIECE, { finishFlush: constants.Z_FULL_FLUSH }))
}

export async function brotliBomb(): Promise<Buffer> {
  const params = { [constants.BROTLI_PARAM_QUALITY]: 1 }
  const stream = createBrotliCompress({ params })
  const chunks: Buffer[] = []
  stream.on('data', (chunk: Buffer) => chunks.push(chunk))
  for (let count = 0; count < TIMES; count += 1) {
    if (!stream.write(PIECE)) await once(stream, 'drain')
  }
  await once(stream.end(), 'end')
  return Buffer.concat(chunks)
}

function repeated(piece: Buffer): Buffer {
  return Buffer.concat(new Array<Buffer>(TIMES).fill(piece))
}
