import { isUtf8 } from 'node:buffer'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { freshId } from '../../../fixtures/server/store.ts'
import { createDeleteGuard } from '../../../harness/safety/delete-guard.ts'
import { leadingNumber } from '../../../harness/safety/numbers.ts'
import { idOf, octetsOf, segmentOf } from '../../../model/path-segment.ts'
import {
  anyId,
  badUtf8Segment,
  malformedSegment,
  malformedSpellings,
} from '../../../suites/arbitraries/ids.ts'
import {
  DISPOSABLE_NAMES,
  oddNames,
  REVIEWED_NAMES,
} from '../../../suites/arbitraries/odd-names.ts'
import { facts, MARK } from '../../harness/made-up.ts'

/** Octets of a request target that common servers take. */
const TARGET_OCTETS = 8_000
const BASE_PATH_OCTETS = 500

/** What the guard of a run says that owns some ids. */
function decisions(disposable = false, owned: readonly string[] = []) {
  const guard = createDeleteGuard({
    runId: MARK,
    disposable,
    collection: '/v1/files',
    reviewed: new Set(REVIEWED_NAMES.map(({ id }) => id)),
    owns: (id) => owned.includes(id),
  })
  for (const id of owned) guard.own(id)
  return (segment: string) => {
    const decision = guard.decide(segment)
    return decision.allowed ? decision.reason : 'refused'
  }
}

const segments: readonly (readonly [string, fc.Arbitrary<string>])[] = [
  ['any id', anyId(facts()).map(segmentOf)],
  ['a malformed segment', malformedSegment(facts())],
  ['a segment of bad UTF-8', badUtf8Segment(facts())],
]

describe.each(segments)('%s', (_, arbitrary) => {
  it('always holds the run id, is allowed, and is short enough', () => {
    const decide = decisions()
    fc.assert(
      fc.property(arbitrary, (segment) => {
        expect(octetsOf(segment).toString('latin1')).toContain(MARK)
        expect(decide(segment)).toBe('run id')
        const target = `${'/'.repeat(BASE_PATH_OCTETS)}/v1/files/${segment}`
        expect(target.length).toBeLessThan(TARGET_OCTETS)
        expect(segment).toMatch(/^[!-.0-~]+$/)
      }),
      { numRuns: 500 },
    )
  })

  it('is still nobody’s where the server stops reading at the first odd octet', () => {
    fc.assert(
      fc.property(arbitrary, (segment) => {
        const [read = ''] = octetsOf(segment).toString('latin1').split('\0')
        expect(read === '' || leadingNumber(read) !== undefined).toBe(false)
      }),
      { numRuns: 500 },
    )
  })

  it('shrinks to something short that holds the run id', () => {
    const details = fc.check(
      fc.property(arbitrary, () => false),
      { seed: 1 },
    )
    const simplest = String(details.counterexample?.[0])
    expect(simplest).toContain(MARK)
    expect(simplest.length).toBeLessThan(MARK.length + 12)
  })
})

describe('any id', () => {
  it('has no slash, which a router may keep from the operation', () => {
    fc.assert(fc.property(anyId(facts()), (id) => !id.includes('/')))
  })

  it('begins with a number only where the target is disposable', () => {
    const isNumber = (id: string) => leadingNumber(id) !== undefined
    fc.assert(fc.property(anyId(facts()), (id) => !isNumber(id)))
    const numbers = fc.sample(anyId(facts({ disposable: true })), { numRuns: 2_000, seed: 1 })
    expect(numbers.some(isNumber)).toBe(true)
  })

  it('has no digits of any script where ids can be guessed, and nothing that becomes one', () => {
    const guessable = anyId(facts({ idsGuessable: true }))
    fc.assert(fc.property(guessable, (id) => !/\p{Nd}/u.test(id.normalize('NFKC'))))
    expect(fc.sample(anyId(facts()), { numRuns: 200, seed: 1 }).some((id) => /\d/.test(id))).toBe(
      true,
    )
  })
})

describe('a malformed segment', () => {
  it('stands for a control character or far too many characters', () => {
    fc.assert(
      fc.property(malformedSegment(facts()), (segment) => {
        const id = idOf(segment) ?? ''
        expect(/\p{Cc}| /u.test(id) || id.length > 4_096).toBe(true)
      }),
    )
  })
})

describe('a segment of bad UTF-8', () => {
  it('stands for no id', () => {
    fc.assert(fc.property(badUtf8Segment(facts()), (segment) => idOf(segment) === undefined))
  })
})

describe('malformed spellings', () => {
  const ids = Array.from({ length: 8 }, () => freshId())
  const owned = ids[7] ?? ''

  it('begin with the id, differ from it and from each other, and are allowed while it is owned', () => {
    const spellings = malformedSpellings(segmentOf(owned))
    const decide = decisions(false, ids)
    expect(new Set(spellings).size).toBe(spellings.length)
    for (const spelling of spellings) {
      expect(spelling.startsWith(owned)).toBe(true)
      expect(idOf(spelling)).not.toBe(owned)
      expect(decide(spelling)).toBe('near-miss')
      expect(decisions()(spelling)).toBe('refused')
    }
  })
})

describe('odd names', () => {
  it('are all allowed on a target whose files matter, as long as nothing is known of its ids', () => {
    const names = oddNames(facts())
    expect(names.length).toBeGreaterThan(40)
    const decide = decisions()
    const refused = names.filter(({ id }) => decide(segmentOf(id)) === 'refused')
    expect(refused).toEqual([])
  })

  it('hold small numbers only where the target is disposable', () => {
    const ids = (disposable: boolean) => oddNames(facts({ disposable })).map(({ id }) => id)
    for (const { id } of DISPOSABLE_NAMES) {
      expect(ids(false)).not.toContain(id)
      expect(ids(true)).toContain(id)
      expect(decisions(true)(segmentOf(id))).toBe('disposable')
    }
  })

  it('are each there once, with a reason', () => {
    const all = oddNames(facts({ disposable: true }))
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length)
    for (const { why } of all) expect(why).not.toBe('')
  })

  it('are no pattern that matches a file, and no path that leads away', () => {
    for (const { id } of oddNames(facts())) {
      expect(id).not.toMatch(/^[.*%_?]*$/)
      expect(id).not.toContain('..')
    }
  })

  const sizes = [64, 128, 255, 256, 512, 1024]
  const ids = oddNames(facts()).map(({ id }) => id)

  it.each(sizes)('are cut within a character of one of them, wherever near %d that is', (size) => {
    const plain = ids.filter((id) => !/[\u{10000}-\u{10ffff}]/u.test(id))
    for (let cut = Math.max(32, size - 100); cut <= size; cut += 1) {
      for (const some of [ids, plain]) {
        expect(some.some((id) => !isUtf8(Buffer.from(id).subarray(0, cut)))).toBe(true)
      }
      expect(ids.some((id) => !id.slice(0, cut).isWellFormed())).toBe(true)
      const escaped = ids.map((id) => JSON.stringify(id).slice(1, -1).slice(0, cut))
      expect(escaped.some((text) => /(?<!\\)(?:\\\\)*\\$/.test(text))).toBe(true)
    }
  })

  it('are no longer than request targets that common servers take', () => {
    for (const id of ids) expect(segmentOf(id).length).toBeLessThan(4_200)
  })

  it('are, without the run id, a list that is reviewed', () => {
    const unmarked = oddNames(facts()).filter(({ id }) => !id.includes(MARK))
    expect(unmarked.map(({ id }) => id).join(' ')).toMatchInlineSnapshot(
      `"constructor __proto__ toString 9223372039002259456 18446744075857035264 -9223372039002259456"`,
    )
  })
})
