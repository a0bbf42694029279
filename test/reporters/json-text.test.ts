import { describe, expect, it } from 'vitest'
import { jsonText } from '../../reporters/json-text.ts'
import { HOSTILE, RAW_CONTROL } from './hostile.ts'

describe('JSON that is safe to print', () => {
  it.each(HOSTILE)(
    'says the same as plain JSON, with no control character in it: %s',
    (_, text) => {
      const json = jsonText({ text, [text]: 1 }, 2)
      expect(JSON.parse(json)).toEqual({ text, [text]: 1 })
      expect(json).not.toMatch(RAW_CONTROL)
    },
  )
})
