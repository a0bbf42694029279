import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { quote } from '../../model/violation.ts'

describe('a quoted value', () => {
  it('is its JSON on one line', () => {
    expect(quote({ a: 'line\nend' })).toBe('{"a":"line\\nend"}')
    expect(quote(undefined)).toBe('nothing')
  })

  it('is short and on one line, whatever the value, and says how long it was', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = quote(value)
        const whole = JSON.stringify(value)
        expect(text).not.toContain('\n')
        if (whole.length > 160) {
          expect(text).toBe(`${whole.slice(0, 160)}… (${whole.length} characters)`)
        } else expect(text).toBe(whole)
      }),
    )
  })
})
