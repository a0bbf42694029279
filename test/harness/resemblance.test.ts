import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { keepsItUnguessable } from '../../harness/resemblance.ts'

const UUID = '3f2504e0-4f89-41d3-9a0c-0305e82c3301'
const FILE = 'file-abc123DEF456ghi789JKL012'

const issued = fc.oneof(
  fc.uuid({ version: 4 }),
  fc.stringMatching(/^file-[0-9A-Za-z]{24}$/),
  fc.stringMatching(/^[0-9a-f]{32}$/),
)

describe('what resembles an owned id', () => {
  it('keeps what is unguessable in it whatever is put round it', () => {
    const round = fc.stringMatching(/^[ -~]{0,8}$/)
    fc.assert(
      fc.property(issued, round, round, (owned, before, after) =>
        keepsItUnguessable(owned, before + owned + after),
      ),
    )
  })

  it('keeps it with one character put, left out, or made another', () => {
    const put = fc.constantFrom('', 'x', '%', '*', '_', '\u200b', '[0-9A-Za-z]')
    fc.assert(
      fc.property(issued, fc.nat(), put, fc.boolean(), (owned, position, character, instead) => {
        const at = position % owned.length
        const rest = owned.slice(at + (instead ? 1 : 0))
        expect(keepsItUnguessable(owned, owned.slice(0, at) + character + rest)).toBe(true)
      }),
    )
  })

  it.each([
    FILE.toUpperCase(),
    FILE.toLowerCase(),
    FILE.replaceAll(/[!-~]/g, (one) => String.fromCharCode(one.charCodeAt(0) + 0xfee0)),
    FILE.slice(3, -3),
  ])('keeps it in another case, in another width, and without its ends: %j', (text) => {
    expect(keepsItUnguessable(FILE, text)).toBe(true)
  })

  it.each([
    '',
    '%',
    '*',
    'file-',
    'file-%',
    'file-abc123%',
    'file-abc123DEF456',
    'ghi789JKL012',
    [...FILE].reverse().join(''),
  ])('does not keep it where too little is left, or in another order: %j', (text) => {
    expect(keepsItUnguessable(FILE, text)).toBe(false)
  })

  it.each(['7', '1234567', 'report', 'file-1234567', 'a/b', '', 'über-0123456789abcdef01234567'])(
    'has nothing unguessable to keep where the id is %j',
    (owned) => {
      expect(keepsItUnguessable(owned, owned)).toBe(false)
      expect(keepsItUnguessable(owned, `${owned}x`)).toBe(false)
    },
  )

  it('does not keep it in half a UUID', () => {
    expect(keepsItUnguessable(UUID, UUID.slice(0, 18))).toBe(false)
    expect(keepsItUnguessable(UUID, UUID.slice(-16))).toBe(false)
  })

  it('is not what others can call a file in few characters', () => {
    const short = fc.string({ unit: 'binary-ascii', maxLength: 12 })
    fc.assert(fc.property(issued, short, (owned, text) => !keepsItUnguessable(owned, text)))
  })
})

describe('an id of the same shape that was drawn by chance', () => {
  // Met among some thousands of pairs: the digests of a count with a letter before it.
  it.each([
    ['1dc854b6d3a152676acf809e2985686b', '59463567d88e2369e96856d26d5e96ba'],
    ['9516bab0-da73-4681-8fed-8710f0d62877', '6e94465f-6d13-4a35-8181-df6285fa772b'],
  ])('does not resemble an owned one: %s, %s', (owned, foreign) => {
    expect(keepsItUnguessable(owned, foreign)).toBe(false)
  })

  it('does not resemble an owned one, however long both are', () => {
    const long = fc.stringMatching(/^[0-9A-Za-z]{200}$/)
    fc.assert(
      fc.property(long, long, (owned, foreign) => !keepsItUnguessable(owned, foreign)),
      { numRuns: 20, endOnFailure: true },
    )
  })

  it('does not resemble a long owned one where it is of common length', () => {
    const long = fc.stringMatching(/^[0-9A-Za-z]{200}$/)
    fc.assert(
      fc.property(long, issued, (owned, foreign) => !keepsItUnguessable(owned, foreign)),
      { numRuns: 20, endOnFailure: true },
    )
  })
})
