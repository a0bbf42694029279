import { describe, expect, it } from 'vitest'
import { retryAfterMs } from '../../../harness/http/retry-policy.ts'
import { response } from '../made-up.ts'

const NOW_MS = Date.UTC(2026, 0, 1, 12, 0, 0)

function asked(value: string) {
  return retryAfterMs(response({ headers: [['retry-after', value]] }), NOW_MS)
}

describe('Retry-After', () => {
  it.each([
    ['0', 0],
    ['7', 7_000],
    [' 7 ', 7_000],
    ['Thu, 01 Jan 2026 12:00:05 GMT', 5_000],
    ['Thursday, 01-Jan-26 12:00:05 GMT', 5_000],
    ['Thu, 01 Jan 2026 11:59:59 GMT', 0],
  ])('%j is understood', (value, ms) => {
    expect(asked(value)).toBe(ms)
  })

  it.each(['', 'soon', '-5', '1.5', 'in 5 minutes', '5s', 'Infinity', 'NaN'])(
    '%j is not understood',
    (value) => {
      expect(asked(value)).toBeUndefined()
    },
  )

  it('is counted from the date of the answer, whatever the time is here', () => {
    const headers = [
      ['date', 'Mon, 05 Jan 1970 09:00:00 GMT'],
      ['retry-after', 'Mon, 05 Jan 1970 09:00:05 GMT'],
    ] as const
    expect(retryAfterMs(response({ headers }), NOW_MS)).toBe(5_000)
  })

  it('is counted from the time here where the date of the answer is none', () => {
    const headers = [
      ['date', 'today'],
      ['retry-after', 'Thu, 01 Jan 2026 12:00:05 GMT'],
    ] as const
    expect(retryAfterMs(response({ headers }), NOW_MS)).toBe(5_000)
  })

  it('is not there where there is no such field', () => {
    expect(retryAfterMs(response({ headers: [['x-retry-after', '7']] }), NOW_MS)).toBeUndefined()
  })

  it('is the first where there are several', () => {
    const headers = [
      ['retry-after', '3'],
      ['retry-after', '9'],
    ] as const
    expect(retryAfterMs(response({ headers }), NOW_MS)).toBe(3_000)
  })
})
