import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  collectBody,
  MAX_BODY_BYTES,
  type ReceivedBody,
} from '../../../harness/http/response-body.ts'
import type { Header } from '../../../model/exchange.ts'

/** Read as it is received: in pieces, until there are too many. */
function read(octets: Uint8Array, ...codings: readonly string[]): ReceivedBody {
  const headers = codings.map((coding): Header => ['content-encoding', coding])
  const body = collectBody()
  for (let at = 0; at < octets.length; at += PIECE_BYTES) {
    if (!body.add(Buffer.from(octets.subarray(at, at + PIECE_BYTES)))) {
      return { body: body.received(), cut: body.tooLarge }
    }
  }
  return body.decoded(headers)
}

const PIECE_BYTES = 65_536

const CODINGS: readonly (readonly [string, (octets: Uint8Array) => Buffer])[] = [
  ['gzip', gzipSync],
  ['x-gzip', gzipSync],
  ['GZIP', gzipSync],
  ['br', brotliCompressSync],
  ['deflate', deflateSync],
  ['deflate', deflateRawSync],
  ['deflate', (octets) => deflateRawSync(octets, { level: 0 })],
  ['identity', (octets) => Buffer.from(octets)],
  ['made-up', (octets) => Buffer.from(octets)],
]

describe('a received body', () => {
  it.each(CODINGS)('is what it was before the coding %s, whatever it was', (coding, encode) => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (octets) => {
        expect(read(encode(octets), coding)).toEqual({ body: Buffer.from(octets) })
      }),
    )
  })

  it('has several codings undone from the last to the first', () => {
    const octets = Buffer.from('text')
    const encoded = brotliCompressSync(gzipSync(octets))
    expect(read(encoded, 'gzip, br')).toEqual({ body: octets })
    expect(read(encoded, 'gzip', 'br')).toEqual({ body: octets })
  })

  it('is the same in single octets', () => {
    const octets = Buffer.from('text'.repeat(1_000))
    const body = collectBody()
    for (const octet of octets) body.add(Buffer.of(octet))
    expect(body.decoded([])).toEqual({ body: octets })
  })

  it('takes no more room in single octets than in one piece, but for some thousand pieces', () => {
    const heapBytes = (bytes: number) => {
      const body = collectBody()
      const before = process.memoryUsage().heapUsed
      for (let count = 0; count < bytes; count += 1) body.add(Buffer.of(0x20))
      const after = process.memoryUsage().heapUsed
      expect(body.received()).toHaveLength(bytes)
      return after - before
    }
    // Kept apart, they would take some 100 octets of the heap each.
    expect(heapBytes(MAX_BODY_BYTES)).toBeLessThan(MAX_BODY_BYTES * 50)
  })

  it('has no more than five codings undone, one in the other', () => {
    const octets = Buffer.from('text')
    const encoded = (times: number) =>
      Array.from({ length: times }).reduce<Buffer>((inner) => gzipSync(inner), octets)
    expect(read(encoded(5), 'gzip, gzip, gzip, gzip, gzip')).toEqual({ body: octets })
    const message = 'Content-Encoding names 6 codings, and 5 are undone'
    expect(read(encoded(6), ...new Array<string>(6).fill('gzip'))).toEqual({
      body: encoded(6),
      cut: { by: 'coding', message },
    })
  })

  it('may be empty, whatever its coding', () => {
    expect(read(Buffer.from(''), 'gzip')).toEqual({ body: Buffer.from('') })
  })

  it('is whole up to the limit, and cut past it', () => {
    const whole = read(new Uint8Array(MAX_BODY_BYTES))
    expect(whole.cut).toBeUndefined()
    const cut = read(new Uint8Array(MAX_BODY_BYTES + 1))
    expect(cut.body).toHaveLength(MAX_BODY_BYTES)
    expect(cut.cut).toEqual({ by: 'size', message: 'more than 1048576 octets of body' })
  })

  it.each([
    ['gzip', gzipSync],
    ['br', brotliCompressSync],
    ['deflate', deflateSync],
  ] as const)('is cut where it unfolds past the limit: %s', (coding, encode) => {
    const bomb = encode(new Uint8Array(20 * MAX_BODY_BYTES))
    const received = read(bomb, coding)
    expect(received.cut?.by).toBe('size')
    expect(received.body).toEqual(bomb)
  })

  it.each(['gzip', 'br', 'deflate'])(
    'is cut where it is not what its coding says: %s',
    (coding) => {
      const octets = Buffer.from('{"id":"file-1"}')
      expect(read(octets, coding)).toEqual({
        body: octets,
        cut: {
          by: 'coding',
          message: `the body is not what its Content-Encoding (${coding}) says`,
        },
      })
    },
  )

  it('is cut where the coded octets end early', () => {
    const encoded = gzipSync(Buffer.from('text'))
    expect(read(encoded.subarray(0, -1), 'gzip').cut?.by).toBe('coding')
  })
})
