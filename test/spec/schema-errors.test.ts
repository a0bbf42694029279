import { describe, expect, it } from 'vitest'
import { schemaViolations } from '../../spec/body-check.ts'
import { schemaCompiler } from '../../spec/compile.ts'

const compile = schemaCompiler('made-up.yaml')

function violationsOf(schema: object, value: unknown) {
  const validate = compile({ ...schema }, '/schema')
  validate(value)
  return schemaViolations(validate.errors ?? [])
}

const STRING_OR_NULL = { anyOf: [{ type: 'string' }, { type: 'null' }] }

describe('a schema violation in words', () => {
  it('names a property that is missing, at the object that lacks it', () => {
    const schema = {
      properties: {
        error: { type: 'object', properties: { message: {} }, required: ['message'] },
      },
    }
    expect(violationsOf(schema, { error: { code: 1 } })).toEqual([
      { where: '/error', expected: 'a property "message"', received: { code: 1 } },
    ])
  })

  it.each([
    ['the constant', { const: 'file' }, 'File', '"file"'],
    ['the values of an enumeration', { enum: ['a', 1] }, 'b', 'one of ["a",1]'],
    ['the type', { type: 'boolean' }, 'true', 'a value of type boolean'],
    ['a union of types', { type: ['string', 'null'] }, 1, 'a value of type string or null'],
    ['the types of alternatives', STRING_OR_NULL, 1, 'a value of type string or null'],
    [
      'what ajv says of other keywords',
      { type: 'string', minLength: 3 },
      'ab',
      'must NOT have fewer than 3 characters',
    ],
  ])('names %s', (_, schema, received, expected) => {
    expect(violationsOf({ properties: { 'a/b': schema } }, { 'a/b': received })).toEqual([
      { where: '/a~1b', expected, received },
    ])
  })

  it('stands once for each value at fault, not once for each branch of an alternative', () => {
    expect(violationsOf({ type: 'array', items: STRING_OR_NULL }, [1, 'a', {}])).toEqual([
      { where: '/0', expected: 'a value of type string or null', received: 1 },
      { where: '/2', expected: 'a value of type string or null', received: {} },
    ])
  })

  it('stands for the first five of the values that break one rule, and for each rule', () => {
    const numbers = new Array<number>(1_000).fill(1)
    const schema = {
      properties: {
        a: { items: { type: 'string' } },
        b: { items: STRING_OR_NULL },
        c: { type: 'string' },
      },
    }
    const found = violationsOf(schema, { a: numbers, b: numbers, c: 1 })
    const places = (of: string) => [0, 1, 2, 3, 4].map((at) => `/${of}/${at}`)
    expect(found.map(({ where }) => where)).toEqual([...places('a'), ...places('b'), '/c'])
  })

  it('stands for every fault, not only the first', () => {
    const schema = { required: ['a', 'b'], properties: { a: {}, b: {}, c: { type: 'string' } } }
    expect(violationsOf(schema, { c: 1 })).toHaveLength(3)
  })
})
