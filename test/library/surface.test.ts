import { readFileSync } from 'node:fs'
import { expect, expectTypeOf, test } from 'vitest'
import * as library from '../../library/index.ts'
import { catalogue } from '../../suites/catalogue.ts'

const { loadContract, requirements, run } = library

test('has these names and no others', () => {
  expect(Object.keys(library).sort()).toEqual([
    'DocumentError',
    'EvidenceError',
    'InternalError',
    'LedgerError',
    'RunInterrupted',
    'SelectionError',
    'UsageError',
    'loadContract',
    'requirements',
    'run',
    'toMatchContract',
  ])
})

test('lists the requirements as they are tested, with their family', () => {
  const rows = requirements()
  expect(rows.map(({ id }) => id)).toEqual(
    catalogue.flatMap((family) => family.requirements.map(({ id }) => id)),
  )
  expect(rows.filter(({ id, family }) => !id.startsWith(`${family}/`))).toEqual([])
  expect(rows[0]).toEqual({
    id: 'deleted/status',
    family: 'deleted',
    why: expect.stringMatching(/\.$/),
    level: 'MUST',
    title: 'answers with the documented success when the file is there',
  })
})

test('says of requirements where they come from in a document', async () => {
  const rows = requirements(await loadContract())
  expect(rows.find(({ id }) => id === 'deleted/status')).toMatchObject({
    source: { kind: 'document' },
    citation: '/paths/~1v1~1files~1{file_id}/delete/responses/200',
  })
  expect(rows.find(({ id }) => id === 'documented/json')).toMatchObject({
    source: { kind: 'rfc', rfc: 8259, section: '8.1' },
    citation: 'RFC 8259 §8.1',
  })
  expect(rows.map(({ id }) => id)).toEqual(requirements().map(({ id }) => id))
})

test('has the types that its users need', () => {
  expectTypeOf(run).returns.resolves.toEqualTypeOf<library.Report>()
  expectTypeOf(run).parameter(0).toEqualTypeOf<library.RunOptions | undefined>()
  expectTypeOf(loadContract).returns.resolves.toExtend<library.Contract>()
  expectTypeOf(requirements()).items.toEqualTypeOf<library.Requirement>()
  expectTypeOf<ReturnType<typeof sourced>>().items.toEqualTypeOf<library.SourcedRequirement>()
  expectTypeOf<library.RequirementResult['verdict']>().toEqualTypeOf<library.Verdict>()
  // A variable that is not set must not choose the embedded server.
  expectTypeOf<{ target: string | undefined }>().not.toExtend<library.RunOptions>()
  expectTypeOf<{ token: string | undefined }>().toExtend<library.RunOptions>()
})

test('exports the types that signatures name, but for parts of one', () => {
  const api = readFileSync(new URL('../../library/index.api.md', import.meta.url), 'utf8')
  const named = [...api.matchAll(/^(?:interface|type) (\w+)/gm)].map(([, name]) => name)
  const renamed = [...api.matchAll(/^export \{ (\w+) as /gm)].map(([, name]) => name)
  expect(named.filter((name) => !renamed.includes(name))).toEqual(['BodyReader', 'Place'])
})

const sourced = (contract: library.Contract) => requirements(contract)
