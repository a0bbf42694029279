import { describe, expect, it } from 'vitest'
import { DocumentError } from '../../model/errors.ts'
import { schemaCompiler } from '../../spec/compile.ts'

const compile = schemaCompiler('made-up.yaml')

describe('the schema compiler', () => {
  it.each([
    ['an unknown keyword', { type: 'string', minLenght: 3 }, 'minLenght'],
    ['an unknown format', { type: 'string', format: 'file-id' }, 'file-id'],
    ['a keyword with a value that it cannot have', { type: 'string', minLength: '3' }, 'minLength'],
  ])('refuses %s, and says where it stands', (_, schema, word) => {
    const compiling = () => compile(schema, '/components/schemas/X')
    expect(compiling).toThrow(DocumentError)
    expect(compiling).toThrow(/^document made-up\.yaml: schema at \/components\/schemas\/X cannot/)
    expect(compiling).toThrow(word)
  })

  it('takes the annotations of OpenAPI and extensions for what they are', () => {
    const schema = {
      type: 'object',
      example: {},
      properties: { a: { type: ['string', 'null'], 'x-order': 1, xml: {} } },
    }
    expect(compile(schema, '')({ a: null })).toBe(true)
    expect(compile(schema, '')({ a: 1 })).toBe(false)
  })

  it('takes a property that is required in one part of a schema and described in another', () => {
    const schema = { allOf: [{ properties: { a: { type: 'string' } } }, { required: ['a'] }] }
    expect(compile(schema, '')({})).toBe(false)
  })

  it('checks formats', () => {
    const validate = compile({ type: 'string', format: 'date-time' }, '')
    expect(validate('2026-01-01T00:00:00Z')).toBe(true)
    expect(validate('yesterday')).toBe(false)
  })
})
