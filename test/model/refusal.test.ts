import { describe, expect, it } from 'vitest'
import { refusalOf } from '../../model/reads.ts'
import { answered, unanswered } from '../harness/made-up.ts'

const words = (made: Parameters<typeof answered>[0]) =>
  refusalOf(answered({ status: 400, ...made }))
const OUTCOME = 'DELETE /v1/files/file-1 answered 400'

describe("a refusal in the server's own words", () => {
  it.each([
    [{ error: { message: 'no', type: 'x', param: 'file' } }, 'no'],
    [{ error: 'no', message: 'rather this' }, 'rather this'],
    [{ error: 'no' }, 'no'],
    [{ detail: 'no' }, 'no'],
    [{ detail: { error: { message: 'no' } } }, 'no'],
    [
      { detail: [{ loc: ['body', 'purpose'], msg: 'Field required' }, { msg: 'and' }] },
      'body.purpose: Field required; and',
    ],
    [{ type: 'about:blank', title: 'no' }, 'no'],
    ['no', 'no'],
    [{ other: 1 }, '{"other":1}'],
    [null, 'null'],
  ])('is the message in JSON: %j', (json, expected) => {
    expect(words({ json })).toBe(`${OUTCOME}: ${JSON.stringify(expected)}`)
  })

  it('is the text of any other body, in one line', () => {
    expect(words({ body: ' a\n\tb\u001b ' })).toBe(`${OUTCOME}: "a b\\u001b"`)
    expect(words({ body: Buffer.from([0xff]) })).toBe(`${OUTCOME}: "\ufffd"`)
  })

  it('is cut where it is long', () => {
    expect(words({ body: 'x'.repeat(100_000) }).length).toBeLessThan(280)
  })

  it('is nothing where there is none', () => {
    expect(words({ body: '' })).toBe(OUTCOME)
    expect(refusalOf(unanswered('reset'))).toBe('DELETE /v1/files/file-1 made up')
  })
})
