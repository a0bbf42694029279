import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { idOf, octetsOf, segmentOf } from '../../model/path-segment.ts'
import { anyString } from './any-string.ts'

describe('a path segment', () => {
  it('stands for the id that it was made of, whatever the id', () => {
    fc.assert(fc.property(anyString, (id) => idOf(segmentOf(id)) === id))
  })

  it('stands for the octets that it was made of', () => {
    fc.assert(
      fc.property(anyString, (id) => {
        expect(octetsOf(segmentOf(id))).toEqual(Buffer.from(id, 'utf8'))
      }),
    )
  })

  it('holds nothing but unreserved characters and percent-encoded octets in upper case', () => {
    fc.assert(
      fc.property(anyString, (id) => /^(?:[A-Za-z0-9._~-]|%[0-9A-F]{2})*$/.test(segmentOf(id))),
    )
  })

  it('leaves unreserved characters as they are', () => {
    const unreserved = 'ABCXYZabcxyz0189-._~'
    expect(segmentOf(unreserved)).toBe(unreserved)
  })

  it('writes a lone surrogate as the replacement character', () => {
    expect(segmentOf('a\uD800b')).toBe('a%EF%BF%BDb')
  })

  it.each([
    ['%', '%'],
    ['100%zz', '100%zz'],
    ['a%2', 'a%2'],
    ['%2f%2F', '//'],
  ])('takes a percent sign without two digits for itself: %s', (segment, octets) => {
    expect(octetsOf(segment).toString('latin1')).toBe(octets)
  })

  it.each(['%FF', '%C0%AF', '%ED%A0%80', 'a%E2%82'])(
    'stands for no id where its octets are no UTF-8: %s',
    (segment) => {
      expect(idOf(segment)).toBeUndefined()
    },
  )

  it('keeps a byte order mark', () => {
    expect(idOf('%EF%BB%BFa')).toBe('\uFEFFa')
  })
})
