import { Readable } from 'node:stream'
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MAX_BODY_BYTES, readBody } from '../../harness/response-body.ts'
import type { Header } from '../../model/exchange.ts'

const signal = new AbortController().signal

function read(octets: Uint8Array, ...codings: readonly string[]) {
  const headers = codings.map((coding): Header => ['content-encoding', coding])
  return readBody(Readable.from([Buffer.from(octets)]), headers, signal)
}

function failing(error: Error): Readable {
  return Readable.from(
    (async function* () {
      yield Buffer.from('ab')
      throw error
    })(),
  )
}

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
  it.each(CODINGS)(
    'is what it was before the coding %s, whatever it was',
    async (coding, encode) => {
      await fc.assert(
        fc.asyncProperty(fc.uint8Array({ maxLength: 100 }), async (octets) => {
          expect(await read(encode(octets), coding)).toEqual({ body: Buffer.from(octets) })
        }),
      )
    },
  )

  it('has several codings undone from the last to the first', async () => {
    const octets = Buffer.from('text')
    const encoded = brotliCompressSync(gzipSync(octets))
    expect(await read(encoded, 'gzip, br')).toEqual({ body: octets })
    expect(await read(encoded, 'gzip', 'br')).toEqual({ body: octets })
  })

  it('may be empty, whatever its coding', async () => {
    expect(await read(Buffer.from(''), 'gzip')).toEqual({ body: Buffer.from('') })
  })

  it('is whole up to the limit, and cut past it', async () => {
    const whole = await read(new Uint8Array(MAX_BODY_BYTES))
    expect(whole.cut).toBeUndefined()
    const cut = await read(new Uint8Array(MAX_BODY_BYTES + 1))
    expect(cut.body).toHaveLength(MAX_BODY_BYTES)
    expect(cut.cut).toEqual({ by: 'size', message: 'more than 1048576 octets of body' })
  })

  it('is cut though the target never ends it', async () => {
    const endless = Readable.from(
      (function* () {
        for (;;) yield Buffer.alloc(65_536)
      })(),
    )
    expect((await readBody(endless, [], signal)).cut?.by).toBe('size')
    expect(endless.destroyed).toBe(true)
  })

  it.each([
    ['gzip', gzipSync],
    ['br', brotliCompressSync],
    ['deflate', deflateSync],
  ] as const)('is cut where it unfolds past the limit: %s', async (coding, encode) => {
    const bomb = encode(new Uint8Array(20 * MAX_BODY_BYTES))
    const received = await read(bomb, coding)
    expect(received.cut?.by).toBe('size')
    expect(received.body).toEqual(bomb)
  })

  it.each(['gzip', 'br', 'deflate'])(
    'is cut where it is not what its coding says: %s',
    async (coding) => {
      const octets = Buffer.from('{"id":"file-1"}')
      expect(await read(octets, coding)).toEqual({
        body: octets,
        cut: {
          by: 'coding',
          message: `the body is not what its Content-Encoding (${coding}) says`,
        },
      })
    },
  )

  it('is cut where the coded octets end early', async () => {
    const encoded = gzipSync(Buffer.from('text'))
    expect((await read(encoded.subarray(0, -1), 'gzip')).cut?.by).toBe('coding')
  })

  it('is what came before the connection ended', async () => {
    const error = Object.assign(new Error('made up'), { code: 'UND_ERR_SOCKET' })
    expect(await readBody(failing(error), [], signal)).toEqual({
      body: Buffer.from('ab'),
      cut: { by: 'connection', message: 'the connection ended within the body' },
    })
  })

  it('is what came before the time was over', async () => {
    const received = await readBody(failing(new Error('aborted')), [], AbortSignal.abort())
    expect(received).toMatchObject({ body: Buffer.from('ab'), cut: { by: 'timeout' } })
  })

  it('lets errors go on that are none of the network’s', async () => {
    await expect(readBody(failing(new Error('a bug')), [], signal)).rejects.toThrow('a bug')
  })
})
