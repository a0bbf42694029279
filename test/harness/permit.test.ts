import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createPermits, type PermitRules } from '../../harness/permit.ts'
import { couldBeNumber } from '../../model/number-like.ts'
import { octetsOf, segmentOf } from '../../model/path-segment.ts'
import { anyString } from '../model/any-string.ts'
import { MARK } from './made-up.ts'

const OWNED = 'file-ownedByThisRun'
const MINTED = 'file-mintedHere'
const REVIEWED = ['constructor', 'null']

function permits(rules: Partial<PermitRules> = {}, owned: readonly string[] = [OWNED]) {
  const made = createPermits({
    mark: MARK,
    disposable: false,
    collection: '/v1/files',
    reviewed: new Set(REVIEWED),
    owns: (id) => owned.includes(id),
    ownedIds: () => owned,
    ...rules,
  })
  made.mint(MINTED)
  return made
}

/** Ids round what is permitted, and any others. */
const id = fc.oneof(
  anyString,
  fc
    .array(
      fc.constantFrom(
        MARK,
        OWNED,
        MINTED,
        ...REVIEWED,
        '%',
        '*',
        '/',
        '..',
        '7',
        '-',
        'a',
        '\0',
        ' ',
        ',',
      ),
      { maxLength: 4 },
    )
    .map((parts) => parts.join('')),
)

/** Whether every id that a careless server could find in a text is this run's. */
function isThisRuns(text: string): boolean {
  const parts = text.split(/[/,]/).filter((part) => !['', '.', '..'].includes(part.trim()))
  const isOurs = (part: string) =>
    part.includes(OWNED) || (part.includes(MARK) && !couldBeNumber(part))
  return parts.length > 0 && parts.map((part) => part.split('\0')[0] ?? '').every(isOurs)
}

describe('a permit to delete', () => {
  it('is given to nothing but owned, minted, marked, reviewed and resembling ids', () => {
    const { groundFor } = permits()
    fc.assert(
      fc.property(id, (asked) => {
        const harmless = asked === MINTED || REVIEWED.includes(asked) || isThisRuns(asked)
        if (!harmless) expect(groundFor(segmentOf(asked))).toBeUndefined()
      }),
      { numRuns: 1_000 },
    )
  })

  it('is given to everything with the mark that leads nowhere else', () => {
    const before = fc.stringMatching(/^ ?[a-z%*'"\u0100-\u0200-]*$/)
    const after = fc.stringMatching(/^[a-z%*'"\u0100-\u0200-]*(?:[ ?#][a-z]{0,5})*$/)
    fc.assert(
      fc.property(before, after, (begins, ends) => {
        expect(permits().groundFor(segmentOf(begins + MARK + ends))).toBe('resembling')
      }),
    )
  })

  it.each([...'\0\t\n?#;&=,|/\\'])('is not given where the mark stands behind %j', (cut) => {
    expect(permits().groundFor(segmentOf(`file-somebodys${cut}${MARK}`))).toBeUndefined()
  })

  it.each([
    ['owned', OWNED],
    ['never issued', MINTED],
    ['resembling', `a${MARK}`],
    ['resembling', `%${MARK}%`],
    ['reviewed', 'constructor'],
    ['resembling', `${OWNED}%`],
    ['resembling', `${OWNED}/`],
    ['resembling', `${OWNED}\0x`],
  ])('has the ground %s: %j', (ground, asked) => {
    expect(permits().groundFor(segmentOf(asked))).toBe(ground)
  })

  it.each([
    '',
    '%',
    '*',
    '.',
    '..',
    '0',
    '-1',
    '%25',
    '%2A',
    '%2e',
    '%2E%2E',
    '../..',
    'file-',
    'file-%',
    '_',
  ])('is for disposable targets alone: %j', (segment) => {
    expect(permits().groundFor(segment)).toBeUndefined()
    expect(permits({ disposable: true }).groundFor(segment)).toBe('disposable')
  })

  it.each([`0${MARK}`, ` 1e5${MARK}`, `"7"${MARK}`])(
    'is not given to a number with the mark: %j',
    (asked) => {
      expect(permits().groundFor(segmentOf(asked))).toBeUndefined()
    },
  )

  it('is not given to a reviewed name that could be a number', () => {
    expect(permits({ reviewed: new Set(['0']) }).groundFor('0')).toBeUndefined()
  })

  it.each(['', '2', 'a', 'é', '78', '7-2'])(
    'goes by whole owned ids where others could have similar ones: %j for the last character',
    (rest) => {
      const owned = 'file-1234567'
      expect(permits({}, [owned]).groundFor(segmentOf(owned.slice(0, -1) + rest))).toBeUndefined()
    },
  )

  it('goes by the octets of a segment, however they are spelled', () => {
    const spelled = [...Buffer.from(OWNED)].map((octet) => `%${octet.toString(16)}`).join('')
    expect(permits().groundFor(spelled)).toBe('owned')
    expect(permits().groundFor(`${spelled}%00`)).toBe('resembling')
    expect(permits().groundFor(`${spelled}%FF`)).toBe('resembling')
  })

  it('is given to every owned id, whatever the server called it', () => {
    fc.assert(
      fc.property(anyString, (owned) => {
        fc.pre(owned !== '')
        expect(permits({}, [owned]).groundFor(segmentOf(owned))).toBe('owned')
      }),
    )
  })

  it('is given to nothing before anything is owned, minted or marked', () => {
    const { groundFor } = createPermits({
      mark: MARK,
      disposable: false,
      collection: '/v1/files',
      reviewed: new Set(),
      owns: () => false,
      ownedIds: () => [],
    })
    fc.assert(fc.property(anyString, (asked) => groundFor(segmentOf(asked)) === undefined))
  })

  it.each([`${OWNED}/../file-somebodys`, `${OWNED}%2F..`, `${OWNED},file-somebodys`])(
    'is not given to what leads from an owned id to what is not: %j',
    (asked) => {
      expect(permits().groundFor(octetsOf(asked).toString('latin1'))).toBeUndefined()
      expect(permits().groundFor(segmentOf(asked))).toBeUndefined()
    },
  )

  it.each([`${MARK}/..`, `${MARK}/../..`, `../${MARK}/../file-somebodys`])(
    'is not given to what leads away from the mark: %j',
    (asked) => {
      expect(permits().groundFor(segmentOf(asked))).toBeUndefined()
    },
  )

  it.each([
    OWNED.toUpperCase(),
    `${OWNED.slice(0, -1)}%25`,
    `%2566ile-${OWNED.slice(5)}`,
    `./${OWNED}`,
    `${OWNED}-2`,
  ])('is given to what resembles an owned id, as long as that is owned: %j', (segment) => {
    expect(permits({}, []).groundFor(segment)).toBeUndefined()
    expect(permits({}, ['file-anotherOfThisRun']).groundFor(segment)).toBeUndefined()
    expect(permits().groundFor(segment)).toBe('resembling')
  })

  it.each([
    'file-',
    'file-own%25',
    '*',
    '..',
    '',
    'file-somebodys',
    `${OWNED},file-somebodys`,
    `${OWNED}/../x`,
  ])('is not given to what only seems to resemble an owned id: %j', (segment) => {
    expect(permits().groundFor(segment)).toBeUndefined()
  })

  it.each(['7', 'report', 'file-1234567'])(
    'is not given to what resembles an owned id that others could have: %j',
    (owned) => {
      expect(permits({}, [owned]).groundFor(owned.toUpperCase().concat('x'))).toBeUndefined()
    },
  )
})

/** Ids as servers issue them, and short ones. */
const issued = fc.oneof(
  fc.uuid(),
  fc.stringMatching(/^file-[0-9A-Za-z]{24}$/),
  fc.stringMatching(/^[0-9a-f]{24}$/),
  fc.stringMatching(/^[a-z]{1,12}$/),
  fc.nat().map(String),
)
/** Too short to share 64 bits with an owned id. */
const foreign = fc
  .stringMatching(/^[\w-]{1,12}$/)
  .filter((one) => one !== 'content' && !REVIEWED.includes(one))

const LEADING_ELSEWHERE: readonly (readonly [
  string,
  (owned: string, foreign: string) => string,
])[] = [
  ['a list', (owned, theirs) => `${owned},${theirs}`],
  ['a list that begins with another’s', (owned, theirs) => `${theirs},${owned}`],
  ['a list in lines that begins with another’s', (owned, theirs) => `${theirs}\n${owned}`],
  ['a list with bars', (owned, theirs) => `${owned}|${theirs}`],
  ['a list of JSON', (owned, theirs) => `["${owned}","${theirs}"]`],
  ['dot segments behind an owned id', (owned, theirs) => `${owned}/../${theirs}`],
  ['dot segments behind the mark', (_, theirs) => `${MARK}/../${theirs}`],
  ['a path of Windows', (owned, theirs) => `${owned}\\..\\${theirs}`],
  ['what is above the collection', (_, theirs) => `../${theirs}`],
  ['the collection once more', (_, theirs) => `../files/${theirs}`],
  ['another collection', (owned, theirs) => `../${theirs}s/${owned}`],
  ['the collection itself', (owned) => `${owned}/..`],
  ['the collection behind the mark', () => `${MARK}/..`],
  ['above the collection', (owned) => `${owned}/../..`],
  ['the collection by its name', (owned) => `${owned}/../../files`],
  ['an id cut by a control character', (owned, theirs) => `${theirs}\0${owned}`],
]

describe('a permit to delete what an owned id or the mark stands in', () => {
  it.each(LEADING_ELSEWHERE)('is not given to %s, encoded once, twice or not', (_, asked) => {
    const once = (text: string) =>
      [...Buffer.from(text)].map((octet) => `%${octet.toString(16).padStart(2, '0')}`).join('')
    fc.assert(
      fc.property(issued, foreign, (owned, theirs) => {
        fc.pre(owned !== theirs && owned !== `${theirs}s`)
        const { groundFor } = permits({}, [owned])
        const text = asked(owned, theirs)
        const spelled = [text, segmentOf(text), once(text), once(once(text)), segmentOf(once(text))]
        for (const segment of spelled)
          expect([segment, groundFor(segment)]).toEqual([segment, undefined])
      }),
      { numRuns: 200 },
    )
  })

  it.each(['\n', ';', ' '])('is not given to a list with another’s id behind %j', (separator) => {
    expect(permits().groundFor(segmentOf(`${OWNED}${separator}file-somebodys`))).toBeUndefined()
  })

  it.each(['file-somebodys', '7'])(
    'is not given to another’s id before white space: %j',
    (theirs) => {
      expect(permits().groundFor(segmentOf(`${theirs} ${OWNED}`))).toBeUndefined()
      expect(permits().groundFor(segmentOf(`${theirs} ${MARK}`))).toBeUndefined()
    },
  )

  it.each(['content', '../content', `${OWNED}/../content`, `${OWNED},content`])(
    'is not given to the name of a sub-resource that stands behind no file: %j',
    (asked) => {
      expect(permits().groundFor(segmentOf(asked))).toBeUndefined()
    },
  )

  it('is given to a sub-resource of an owned file', () => {
    expect(permits().groundFor(`${OWNED}%2Fcontent`)).toBe('resembling')
  })
})
