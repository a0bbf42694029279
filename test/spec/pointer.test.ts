import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { pointerOf, tokensOf } from '../../spec/pointer.ts'

describe('a JSON Pointer', () => {
  it('gives back the tokens that it was made of', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: fc.constantFrom('~', '/', '0', '1', 'a', 'é') })),
        (tokens) => {
          expect(tokensOf(pointerOf(...tokens))).toEqual(tokens)
        },
      ),
    )
  })

  it('escapes the tilde before the slash', () => {
    expect(pointerOf('~1', '/v1/files/{file_id}', 0)).toBe('/~01/~1v1~1files~1{file_id}/0')
    expect(tokensOf('/~01/~10')).toEqual(['~1', '/0'])
  })

  it('of no token is the empty string, and of an empty one a slash', () => {
    expect(pointerOf()).toBe('')
    expect(pointerOf('')).toBe('/')
    expect(tokensOf('')).toEqual([])
  })
})
