import { describe, expect, it, vi } from 'vitest'
import { bodyCheck } from '../../spec/body-check.ts'
import { patternEngine, schemaCompiler } from '../../spec/compile.ts'
import { within } from '../../spec/time-limit.ts'

vi.mock('../../spec/time-limit.ts', { spy: true })

const LIMIT_MS = 200
const ENDLESS = '^(a+)+$'
const endlessly = (text = '') => `${text}${'a'.repeat(50)}!`

/** Checks bodies against a schema; one that JSON cannot write has octets of its own. */
function checking(schema: object) {
  const patterns = patternEngine()
  const check = bodyCheck(
    schemaCompiler('d', patterns)({ ...schema }, '/s'),
    schema,
    patterns,
    LIMIT_MS,
  )
  return (value: unknown, octets = Buffer.from(JSON.stringify(value))) => check(value, octets)
}

const backtracking = {
  undecided: `the body cannot be judged: the pattern "${ENDLESS}" of its schema backtracks without end on it (stopped after 0.2 s)`,
}
const tooLong = {
  undecided: 'the body cannot be judged: its schema takes too long on it (stopped after 0.2 s)',
}
const tooDeep = { undecided: 'the body cannot be judged: it is nested too deep' }

/** Objects in one another, more than the stack has room for. */
function deep(levels = 100_000): unknown {
  let value: unknown = 1
  for (let at = 0; at < levels; at += 1) value = { a: value }
  return value
}

describe('the check of a body', () => {
  it.each(['^file-[A-Za-z0-9]+$', '^(?:ab|cd)*$', '^\\p{Letter}{2}$'])(
    'decides by a pattern as JavaScript does: %s',
    (pattern) => {
      const check = checking({ properties: { id: { pattern } } })
      for (const id of ['file-1', 'file-', 'abcdab', 'abc', 'äö', 'ä', '']) {
        const found = check({ id }) as readonly object[]
        expect([id, found.length]).toEqual([id, new RegExp(pattern, 'u').test(id) ? 0 : 1])
      }
    },
  )

  it.each([
    ['nothing that takes long', { properties: { id: { type: 'string' } } }, 100_000, false],
    ['a plain pattern', { properties: { id: { pattern: '^file-[a-z]+$' } } }, 1_000, false],
    ['a plain pattern, on a larger body', { properties: { id: { pattern: '^a+$' } } }, 5_000, true],
    ['a pattern with a group', { properties: { id: { pattern: '^(a|b)$' } } }, 1, true],
    ['one of names', { patternProperties: { '^(a|b)$': {} } }, 1, true],
    ['two quantifiers', { properties: { id: { pattern: 'a*b*' } } }, 1, true],
    ['a format', { properties: { id: { format: 'email' } } }, 1_000, false],
    ['a format, on a larger body', { properties: { id: { format: 'email' } } }, 5_000, true],
    [
      'many keywords, on a large body',
      { enum: Array.from({ length: 100 }, (_, at) => at) },
      100_000,
      true,
    ],
  ])('takes the time for a limit where it may be needed: %s', (_, schema, length, limited) => {
    const check = checking(schema)
    vi.mocked(within).mockClear()
    check({ id: 'a'.repeat(length) })
    expect(vi.mocked(within).mock.calls.length > 0).toBe(limited)
  })

  it('cannot say what a pattern that backtracks without end says, and names it', () => {
    const check = checking({ properties: { id: { pattern: ENDLESS } } })
    expect(check({ id: endlessly() })).toEqual(backtracking)
  })

  it('is asked about the same body again without waiting again, and still decides others', () => {
    const check = checking({ properties: { id: { pattern: ENDLESS } } })
    for (let at = 0; at < 1_000; at += 1) expect(check({ id: endlessly() })).toEqual(backtracking)
    expect(check({ id: 'aaa' })).toEqual([])
    expect(check({ id: 'aab' })).toHaveLength(1)
  })

  it('takes no name for endless by which a pattern of names goes', () => {
    const check = checking({ patternProperties: { [ENDLESS]: { type: 'string' } } })
    expect(check({ aaa: 1 })).toHaveLength(1)
    expect(check({ [endlessly()]: 1 })).toEqual(backtracking)
  })

  it('cannot say what takes too long for another reason', () => {
    const unique = Array.from({ length: 60_000 }, (_, a) => ({ a }))
    expect(checking({ uniqueItems: true })(unique)).toEqual(tooLong)
  })

  it('stops where each of many values breaks each of many keywords', () => {
    const allOf = Array.from({ length: 500 }, () => ({ type: 'string' }))
    expect(checking({ items: { allOf } })(Array(400_000).fill(0))).toEqual(tooLong)
  })

  it('tells the first few of the values that break one rule', () => {
    expect(checking({ items: { type: 'string' } })(Array(50_000).fill(0))).toHaveLength(5)
  })

  it.each([
    [
      'a schema that calls itself without going deeper',
      { $dynamicAnchor: 'a', $dynamicRef: '#a' },
      1,
    ],
    [
      'a schema that calls itself for each level',
      { $dynamicAnchor: 'a', properties: { a: { $dynamicRef: '#a' } } },
      deep(),
    ],
    ['a value that cannot be quoted', { type: 'string' }, deep()],
  ])('cannot say what takes the whole stack: %s', (_, schema, value) => {
    expect(checking(schema)(value, Buffer.from('few'))).toEqual(tooDeep)
  })

  it('gives up after ten bodies that each took all its time', () => {
    const check = checking({ properties: { id: { pattern: ENDLESS } } })
    for (let at = 0; at < 10; at += 1) check({ id: endlessly(), at })
    for (let at = 10; at < 500; at += 1) {
      expect(check({ id: endlessly(), at })).toEqual(backtracking)
    }
    expect(check({ id: 'aaa' })).toEqual(backtracking)
  })
})

describe('a pattern', () => {
  it.each([
    ['too large', 'a'.repeat(1_000_000)],
    ['nested too deep', '('.repeat(100_000) + ')'.repeat(100_000)],
    ['none', '('],
    ['endless on an empty text', '^(?:a?|b?){60}(?=x)'],
  ])('is refused with its document where it is %s, in a line of bounded length', (_, pattern) => {
    const compiling = () => schemaCompiler('d')({ pattern }, '/s')
    expect(compiling).toThrow(/^document d: schema at \/s cannot be compiled: [^\n]{1,600}$/)
  })
})
