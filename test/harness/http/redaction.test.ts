import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { redactionOf } from '../../../harness/http/redaction.ts'
import { foundIn, octetsOf, SPELLINGS, secret } from '../../hostile/spelled.ts'
import { response } from '../made-up.ts'

const names = Object.keys(SPELLINGS)

/** A secret spelled in one way within another, the last one outermost. */
function spelled(octets: Buffer, chain: readonly string[]): Buffer {
  return chain.reduce((inner, name) => SPELLINGS[name]?.(inner) ?? inner, octets)
}

describe('a credential is taken out', () => {
  it.each(names)('of body, field, message and error: %s', (name) => {
    fc.assert(
      fc.property(
        secret('äé€'),
        fc.array(fc.constantFrom(...names), { maxLength: 2 }),
        fc.constantFrom('', 'told: ', '{"a":"', 'x=', 'AAAA.'),
        fc.constantFrom('', ' end', '"}', '&y'),
        (one, outer, before, after) => {
          const redaction = redactionOf([one, 'another-secret'])
          for (const octets of octetsOf(one)) {
            // Beyond the first, a spelling by characters is one of UTF-8.
            if (octets.toString('utf8') !== one && /JSON|HTML/.test([name, ...outer].join()))
              continue
            const told = Buffer.concat([
              Buffer.from(before),
              spelled(octets, [name, ...outer]),
              Buffer.from(after),
            ])
            expect(foundIn(told, [one])).toEqual([one])
            const binary = told.toString('latin1')
            const cut = { by: 'coding' as const, message: told.toString('utf8') }
            const clean = redaction.response(
              response({ headers: [['x-told', binary]], body: told, cut }),
            )
            expect(foundIn(Buffer.from(clean.body), [one])).toEqual([])
            expect(foundIn(Buffer.from(clean.headers[0]?.[1] ?? '', 'latin1'), [one])).toEqual([])
            expect(Buffer.from(clean.body).toString('latin1').startsWith(before)).toBe(true)
            expect(Buffer.from(clean.body).toString('latin1').endsWith(after)).toBe(true)
            if (octets.toString('utf8') !== one) continue
            const error = new Error(told.toString(), {
              cause: Object.assign(new Error('inner'), { path: told.toString() }),
            })
            redaction.error(error)
            const { message, stack = '', cause } = error
            const texts = [
              message,
              stack,
              (cause as { path: string }).path,
              clean.cut?.message,
              redaction.failure({ kind: 'tls', message: told.toString() }).message,
            ]
            for (const text of texts) expect(foundIn(Buffer.from(text ?? ''), [one])).toEqual([])
          }
        },
      ),
      { numRuns: 25 },
    )
  })
})

describe('nothing else is taken out', () => {
  it('of an answer that holds no credential, whatever stands in it', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 400 }),
        fc.string({ unit: 'binary' }),
        (body, text) => {
          const { response: clean, text: cleanText } = redactionOf([
            'Zq7-long-enough',
            'Zq7-änother',
          ])
          expect(clean(response({ body })).body).toEqual(Buffer.from(body))
          expect(cleanText(text)).toBe(text)
        },
      ),
    )
  })

  it('of the largest body in base 64', () => {
    const body = Buffer.from(Buffer.alloc(768 * 1024, 'content of a file; ').toString('base64'))
    const clean = redactionOf(['Zq7-long-enough']).response(response({ body }))
    expect(body.equals(clean.body)).toBe(true)
  })
})

it('takes out as a whole what cannot be decoded in bounded time', () => {
  const body = `${'%25252541&amp;amp;amp;#65;\\\\\\\\\\\\\\\\u0041'.repeat(5_000)}`
  const clean = redactionOf(['Zq7-long-enough']).response(response({ body }))
  expect(Buffer.from(clean.body).toString()).toBe('[credential]')
})
