import { describe, expect, it } from 'vitest'
import { documentUri } from '../../reporters/links.ts'
import { HOSTILE } from './hostile.ts'
import { madeUpReport } from './made-up-report.ts'

const uriOf = (source: string, shipped = false) =>
  documentUri({ ...madeUpReport().document, source, shipped })

describe('the URI of a document', () => {
  it.each([
    ['openapi.yaml', 'openapi.yaml'],
    ['api/open api.yaml', 'api/open%20api.yaml'],
    ['api\\openapi.yaml', 'api/openapi.yaml'],
    ['/srv/openapi.yaml', 'file:///srv/openapi.yaml'],
    ['https://host.invalid/a b.json', 'https://host.invalid/a%20b.json'],
  ])('is of %s %s', (source, uri) => {
    expect(uriOf(source)).toBe(uri)
  })

  it('is the path in this project for the shipped one, wherever it is installed', () => {
    expect(uriOf('/usr/lib/node_modules/x/spec/openai-api-swagger.yaml', true)).toBe(
      'spec/openai-api-swagger.yaml',
    )
  })

  it.each(HOSTILE)('is a URI of bounded length whatever the source is: %s', (_, source) => {
    expect(uriOf(source)).toMatch(/^[\w.~%/:-]{1,20000}$/)
  })
})
