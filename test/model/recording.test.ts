import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { quoted, recorded, responseOf } from '../../model/evidence.ts'
import { answered, unanswered } from '../harness/made-up.ts'
import { anyString } from './any-string.ts'

const bodyOf = (body: string | Uint8Array) => recorded(answered({ body })).response?.body

describe('a recorded exchange', () => {
  it('keeps a short body of UTF-8 as it is, whatever it holds', () => {
    fc.assert(
      fc.property(anyString, (text) => {
        expect(bodyOf(text)).toEqual({
          bytes: Buffer.byteLength(text),
          encoding: 'utf-8',
          value: text,
          shortened: false,
        })
      }),
    )
  })

  it('keeps a byte order mark, which a judge may have found fault with', () => {
    expect(bodyOf('\uFEFF{}')).toMatchObject({ bytes: 5, value: '\uFEFF{}' })
  })

  it('keeps octets that are no UTF-8 in base 64', () => {
    expect(bodyOf(Uint8Array.of(0xff, 0x00))).toEqual({
      bytes: 2,
      encoding: 'base64',
      value: '/wA=',
      shortened: false,
    })
  })

  it.each([0, 1, 2])('is shortened between characters, wherever the limit falls (%i)', (shift) => {
    const text = 'x'.repeat(shift) + '€'.repeat(5_000)
    const { body } = quoted(answered({ body: text })).response ?? {}
    expect(body).toMatchObject({
      bytes: Buffer.byteLength(text),
      encoding: 'utf-8',
      shortened: true,
    })
    expect(text.startsWith(body?.value ?? 'nothing')).toBe(true)
    expect(Buffer.byteLength(body?.value ?? '')).toBeGreaterThan(4_000)
  })

  it('is whole as evidence, and gives the response back octet by octet', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 20_000, size: 'max' }), (octets) => {
        const cut = { by: 'size', message: 'made up' } as const
        const { response } = answered({ body: octets, cut })
        const { response: found } = recorded({ ...answered(), response })
        expect(found?.body.shortened).toBe(false)
        expect(JSON.stringify(found && responseOf(found))).toBe(JSON.stringify(response))
      }),
      { numRuns: 50 },
    )
  })

  it('can be written as JSON and read again', () => {
    for (const exchange of [
      recorded(answered({ json: { a: 1 } })),
      recorded(unanswered('reset')),
    ]) {
      expect(JSON.parse(JSON.stringify(exchange))).toEqual(exchange)
    }
  })
})
