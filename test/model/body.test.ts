import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { halfCharacterIn, jsonBody, nameTwiceIn } from '../../model/body.ts'
import { response } from '../harness/made-up.ts'
import { anyString } from './any-string.ts'

describe('a body as JSON', () => {
  it.each([[{ a: [1, null] }], [null], [false], [0], ['']])('is its value: %j', (json) => {
    expect(jsonBody(response({ json }))).toEqual({ ok: true, value: json })
  })

  it.each([
    ['500 levels deep', '['.repeat(500) + ']'.repeat(500)],
    ['of any width', `[${'[],'.repeat(600)}[]]`],
    ['full of brackets in strings', JSON.stringify(['"[{'.repeat(600), '\\'])],
  ])('is read where it is %s', (_, body) => {
    expect(jsonBody(response({ body }))).toEqual({ ok: true, value: JSON.parse(body) })
  })

  it.each([
    ['an empty body', { body: '' }],
    ['octets that are no UTF-8', { body: Uint8Array.of(0x22, 0xff, 0x22) }],
    ['a byte order mark before the body', { body: '\uFEFF{}' }],
    ['<html>', { body: '<html>' }],
    [
      '1 octets, then the connection ended within the body',
      {
        body: '1',
        cut: { by: 'connection', message: 'the connection ended within the body' },
      },
    ],
    ['JSON nested deeper than 500 levels', { body: '['.repeat(501) + ']'.repeat(501) }],
    [
      'JSON nested deeper than 500 levels',
      { body: `${'{"a":'.repeat(400_000)}1${'}'.repeat(400_000)}` },
    ],
  ] as const)('is none: %s', (received, made) => {
    expect(jsonBody(response(made))).toEqual({ ok: false, received })
  })
})

/** A value of JSON as it is written, and the names that an object in it has twice. */
interface Written {
  readonly text: string
  readonly twice: readonly string[]
}

/** A string of JSON, some of whose characters are escaped. */
const string = fc
  .tuple(
    fc.oneof(fc.constantFrom('a', 'b', '', '__proto__', '"', '\\', '":', '{'), anyString),
    fc.nat(3),
  )
  .map(([value, every]) => ({ value, text: escapedIn(value, every) }))
const space = fc.constantFrom('', ' ', '\n\t')

const { written } = fc.letrec<{ written: Written; list: Written; object: Written }>((tie) => ({
  written: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom('1', 'null', 'true').map((text) => ({ text, twice: [] })),
    string.map(({ text }) => ({ text, twice: [] })),
    tie('list'),
    tie('object'),
  ),
  list: fc.array(tie('written'), { maxLength: 4 }).map((items) => ({
    text: `[${items.map(({ text }) => text).join(',')}]`,
    twice: items.flatMap(({ twice }) => twice),
  })),
  object: fc.array(fc.tuple(string, space, tie('written')), { maxLength: 4 }).map((members) => {
    const names = members.map(([{ value }]) => value)
    return {
      text: `{${members.map(([name, gap, { text }]) => `${name.text}${gap}:${gap}${text}`).join(',')}}`,
      twice: [
        ...names.filter((name, at) => names.indexOf(name) < at),
        ...members.flatMap(([, , { twice }]) => twice),
      ],
    }
  }),
}))

function escapedIn(value: string, every: number): string {
  const units = Array.from({ length: value.length }, (_, at) => value.charAt(at))
  const escaped = units.map((unit, at) =>
    every > 0 && at % every === 0
      ? `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
      : JSON.stringify(unit).slice(1, -1),
  )
  return `"${escaped.join('')}"`
}

describe('a name that stands twice', () => {
  it('is found in an object of any JSON, and nowhere else', () => {
    fc.assert(
      fc.property(written, ({ text, twice }) => {
        JSON.parse(text)
        const found = nameTwiceIn(text)
        if (twice.length === 0) expect(found).toBeUndefined()
        else expect(twice).toContain(found)
      }),
    )
  })

  it('is in no JSON that is made from a value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(nameTwiceIn(JSON.stringify(value, null, 1))).toBeUndefined()
      }),
    )
  })
})

describe('half a character', () => {
  it('is found in names and strings of any JSON, however it is written', () => {
    const unit = fc.constantFrom('a', '\u{1F5D1}', '\ud83d', '\uddd1', '\\', '"', '\\ud83d')
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: unit }), (value) => {
        const texts = stringsIn(value)
        const isFound = halfCharacterIn(JSON.stringify(value)) !== undefined
        expect(isFound).toBe(texts.some((text) => !text.isWellFormed()))
      }),
    )
  })

  it('is shown with what stands round it', () => {
    const text = JSON.stringify([`${'x'.repeat(30)}\ud83d`])
    expect(halfCharacterIn(text)).toBe(`${'x'.repeat(20)}\ud83d`)
  })
})

function stringsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, child]) => [name, ...stringsIn(child)])
}
