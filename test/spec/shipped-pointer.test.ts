import { beforeAll, describe, expect, it } from 'vitest'
import { loadDocument, type OpenApiDocument, shippedDocument } from '../../spec/document.ts'
import { shippedPointer, tokensOf } from '../../spec/pointer.ts'

const OPERATION = '/paths/~1v1~1files~1{file_id}/delete'
const SCHEMA = 'content/application~1json/schema'

/** What stands at a pointer. */
function at(document: object, pointer: string): unknown {
  return tokensOf(pointer).reduce<unknown>(
    (node, token) => (node as Record<string, unknown>)[token],
    document,
  )
}

describe('the pointer into the document as shipped', () => {
  let document: OpenApiDocument

  beforeAll(async () => {
    document = await loadDocument(shippedDocument(), () => Promise.reject(new Error('no URL')))
  })

  it.each([
    [`${OPERATION}/responses/404`, `${OPERATION}/responses/404`],
    [`${OPERATION}/responses/404/${SCHEMA}`, '/components/schemas/ErrorResponseModel'],
    [
      `${OPERATION}/responses/404/${SCHEMA}/properties/error/required`,
      '/components/schemas/ErrorDetail/required',
    ],
    [
      `${OPERATION}/responses/422/${SCHEMA}/properties/detail/items/properties/loc`,
      '/components/schemas/ValidationError/properties/loc',
    ],
  ])('follows each reference on the way: %s', (dereferenced, shipped) => {
    expect(shippedPointer(document.shipped, dereferenced)).toBe(shipped)
  })

  it('leads to the sentence that the dereferenced document has there', () => {
    const dereferenced = `${OPERATION}/responses/200/${SCHEMA}/properties/deleted`
    const shipped = shippedPointer(document.shipped, dereferenced)
    expect(at(document.shipped, shipped)).toEqual(at(document.dereferenced, dereferenced))
  })

  it('follows a chain of references', () => {
    const shipped = { a: { $ref: '#/b' }, b: { $ref: '#/c~1d' }, 'c/d': { e: 1 } }
    expect(shippedPointer(shipped, '/a/e')).toBe('/c~1d/e')
    expect(shippedPointer(shipped, '/a')).toBe('/c~1d')
  })

  it('decodes the fragment of a reference', () => {
    expect(shippedPointer({ a: { $ref: '#/b%20c' }, 'b c': {} }, '/a/d')).toBe('/b c/d')
  })

  it('ends at a reference to another file', () => {
    const shipped = { a: { $ref: 'other.yaml#/x' } }
    expect(shippedPointer(shipped, '/a/y~1z')).toBe('other.yaml#/x/y~1z')
  })

  it('stays as it is where references go round in a circle', () => {
    expect(shippedPointer({ a: { $ref: '#/a' } }, '/a/b')).toBe('/a/b')
  })

  it('leads to what stands beside a reference', () => {
    const shipped = { a: { $ref: '#/b', description: 'nearer' }, b: { type: 'object' } }
    expect(shippedPointer(shipped, '/a/description')).toBe('/a/description')
  })
})
