import { marked } from 'marked'
import { expect, test } from 'vitest'
import { faults } from '../../fixtures/faults/faults.ts'
import { cataloguePage, headingAnchor } from '../../reporters/catalogue/page.ts'
import { compileContract } from '../../spec/contract.ts'
import { loadDocument, shippedDocument } from '../../spec/document.ts'
import { pickOperation } from '../../spec/operation.ts'
import { catalogue } from '../../suites/catalogue.ts'

const document = await loadDocument(shippedDocument(), () =>
  Promise.reject(new Error('no network')),
)
const page = cataloguePage(catalogue, compileContract(document, pickOperation(document)), faults)

const headings: string[] = []
const targets: string[] = []
void marked.walkTokens(marked.lexer(page), (token) => {
  if (token.type === 'heading') headings.push(token.text)
  if (token.type === 'link') targets.push(token.href)
})

test('docs/requirements.md shows the catalogue as it is', async () => {
  await expect(
    page,
    'docs/requirements.md is stale; "npm run docs" writes it anew',
  ).toMatchFileSnapshot('../../docs/requirements.md')
})

test('every family and every requirement has a heading of its own', () => {
  const named = catalogue.flatMap(({ name, requirements }) => [
    name,
    ...requirements.map(({ id }) => id),
  ])
  expect(headings).toEqual(['Requirements', ...named])
  expect(new Set(headings.map(headingAnchor)).size).toBe(headings.length)
})

test('the table of contents leads to every heading below it, in their order', () => {
  const fragments = targets.filter((target) => target.startsWith('#'))
  expect(fragments).toEqual(headings.slice(1).map((heading) => `#${headingAnchor(heading)}`))
})

test('every RFC that is a source is linked, at its section', () => {
  const environment = targets.filter((target) => target.startsWith('https:'))
  expect(environment.length).toBeGreaterThan(0)
  for (const target of environment) {
    expect(target).toMatch(/^https:\/\/www\.rfc-editor\.org\/rfc\/rfc\d{4}#section-[\d.]+$/)
  }
})

test('every faulty server is found first, or alone, by one requirement', () => {
  const firsts = page.split('\n').filter((line) => line.startsWith('- finds, first or alone: '))
  const names = firsts.flatMap((line) => [...line.matchAll(/`([^`]+)`/g)].map(([, name]) => name))
  expect(names.sort()).toEqual(faults.map(({ name }) => name).sort())
})
