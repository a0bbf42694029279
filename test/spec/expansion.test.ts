import { describe, expect, it } from 'vitest'
import { DocumentError } from '../../model/errors.ts'
import { expand } from '../../spec/expansion.ts'

const ROOT = 'file:///document.json'

const expanded = (value: unknown) => expand('document', new Map([[ROOT, value]]), ROOT)

/** Schemas that each refer to the next; the last one is a text. */
const chained = (count: number, link: ($ref: string) => object) => {
  const schemas = Array.from({ length: count }, (_, at) => [
    `A${at}`,
    at === count - 1 ? { type: 'string' } : link(`#/schemas/A${at + 1}`),
  ])
  return { start: { $ref: '#/schemas/A0' }, schemas: Object.fromEntries(schemas) }
}

describe('the expansion of references', () => {
  it('puts what a reference stands for in its place, and once', () => {
    const result = expanded({
      a: { $ref: '#/schemas/S' },
      b: { $ref: '#/schemas/S' },
      schemas: { S: { type: 'string' } },
    }) as Record<string, unknown>
    expect(result.a).toEqual({ type: 'string' })
    expect(result.a).toBe(result.b)
  })

  it('adds keywords that stand beside a reference, which win', () => {
    expect(
      expanded({
        a: { $ref: '#/s', description: 'mine', items: { $ref: '#/t' } },
        s: { type: 'array', description: 'theirs' },
        t: { type: 'null' },
      }),
    ).toMatchObject({ a: { type: 'array', description: 'mine', items: { type: 'null' } } })
  })

  it('goes through other references on the way, and unescapes', () => {
    expect(
      expanded({
        a: { $ref: '#/b~1c/x%20y/0' },
        'b/c': { $ref: '#/d' },
        d: { 'x y': [{ $ref: '#/e' }] },
        e: { type: 'null' },
      }),
    ).toMatchObject({ a: { type: 'null' } })
  })

  it('leaves what is no reference: a property of that name, and an anchor', () => {
    const value = { properties: { $ref: { type: 'string' } }, other: { $ref: '#anchor' } }
    expect(expanded(value)).toEqual(value)
  })

  it('follows 10,000 references in a row, with and without keywords beside them', () => {
    for (const beside of [{}, { title: 'x' }]) {
      const result = expanded(chained(10_000, ($ref) => ({ $ref, ...beside })))
      expect(result).toMatchObject({ start: { type: 'string', ...beside } })
    }
  })

  it.each([
    ['to itself', { a: { $ref: '#/a' } }],
    ['to the whole', { a: { $ref: '#' } }],
    ['to what it stands in', { a: { b: { $ref: '#/a' } } }],
    ['to one another', { a: { $ref: '#/b' }, b: { $ref: '#/a' } }],
    ['to one another, through values', { a: { x: { $ref: '#/b' } }, b: { y: { $ref: '#/a' } } }],
    ['beside keywords', { a: { $ref: '#/b', x: { $ref: '#/a' } }, b: {} }],
    ['on the way', { c: { $ref: '#/a/x' }, a: { $ref: '#/b' }, b: { $ref: '#/a' } }],
    ['each through the next', chained(10_000, ($ref) => ({ $ref: `${$ref}/x/x` }))],
  ])('refuses a reference that leads in a circle: %s', (_, value) => {
    expect(() => expanded(value)).toThrow(DocumentError)
    expect(() => expanded(value)).toThrow(/\$ref "#[^ ]*" leads in a circle/)
  })

  it.each([
    '#/nowhere',
    '#/list/length',
    '#/list/7',
    '#/constructor',
    '#/text/length',
    '#/list/-1',
  ])('refuses a reference to nowhere: %s', ($ref) => {
    const value = { a: { $ref }, list: [1], text: 'x' }
    expect(() => expanded(value)).toThrow(`$ref "${$ref}" leads nowhere: found no `)
  })

  it('refuses a few references that come to more values than can be looked at', () => {
    const twice = ($ref: string) => ({ properties: { a: { $ref }, b: { $ref } } })
    expect(() => expanded(chained(40, twice))).toThrow('more than 3000000 values')
  })

  it('refuses objects that stand in many places, as aliases make them, likewise', () => {
    let value: object = { type: 'string' }
    for (let at = 0; at < 40; at += 1) value = { a: value, b: value }
    expect(() => expanded(value)).toThrow('more than 3000000 values')
  })

  it('refuses a few references that come to more levels than can be compiled', () => {
    const deeper = ($ref: string) => ({ properties: { a: { $ref } } })
    expect(() => expanded(chained(240, deeper))).not.toThrow()
    expect(() => expanded(chained(10_000, deeper))).toThrow('more than 500 levels')
  })

  it('takes names that objects of JavaScript have, and refuses the one that is no name', () => {
    const names = { constructor: { $ref: '#/toString' }, toString: 1, hasOwnProperty: 2 }
    expect(expanded(names)).toEqual({ ...names, constructor: 1 })
    expect(() => expanded(JSON.parse('{"__proto__": {"a": 1}}'))).toThrow(
      'found the name "__proto__"',
    )
  })
})
