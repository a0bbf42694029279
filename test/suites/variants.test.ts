import { describe, expect, test } from 'vitest'
import { startReferenceServer } from '../../fixtures/server/reference-server.ts'
import { variants } from '../../fixtures/variants/variants.ts'
import { examined, LARGE, tokens, WHOLE, withVerdicts } from './examined.ts'

describe.concurrent('a server that conforms raises no alarm, however it is made', () => {
  test.each(variants)(
    '$name: $does',
    async ({ server: options = {}, alter, settings, tokens: accounts, handsOver, others = 0 }) => {
      const alterations = alter === undefined ? [] : [alter]
      const server = await startReferenceServer({ ...options, alterations })
      const before = addFiles(server.store, others)
      try {
        const provided = addFiles(server.store, handsOver ?? 0)
        const report = await examined({
          ...tokens(accounts ?? 0),
          ...(handsOver === undefined ? {} : { files: { ids: provided.map(({ id }) => id) } }),
          target: server.url + (options.basePath ?? ''),
          strict: true,
          ...(WHOLE ? { runs: 40 } : { runs: 10, seed: 7, skip: LARGE }),
          ...settings,
        })
        expect(
          report.requirements
            .filter(({ verdict }) => verdict !== 'passed' && verdict !== 'inapplicable')
            .map(({ id, verdict, reason, violations }) => ({
              id,
              verdict,
              reason,
              violation: violations[0],
            })),
        ).toEqual([])
        expect(report.verdict).toBe('conforming')
        expect(withVerdicts(report, 'passed').length).toBeGreaterThan(20)
        expect(report.files.left).toEqual([])
        const lost = before.filter(({ id }) => server.store.find('everybody', id) === undefined)
        expect(settings?.disposable === true ? [] : lost).toEqual([])
      } finally {
        await server.close()
      }
    },
  )
})

test('content that changes between upload and reading is noted, and is no fault of deletions', async () => {
  const variant = variants.find(({ name }) => name === 'changes-content')
  if (variant?.alter === undefined) throw new Error('no such server')
  const server = await startReferenceServer({ alterations: [variant.alter] })
  const report = await examined({ target: server.url, strict: true, only: ['effect/'], runs: 3 })
  await server.close()
  expect(report.verdict).toBe('conforming')
  expect(report.observations).toEqual([
    {
      about: 'Content',
      text: expect.stringMatching(/\d+ octets were uploaded, and \d+ different ones read/),
      count: 1,
    },
  ])
})

type Store = Awaited<ReturnType<typeof startReferenceServer>>['store']

function addFiles(store: Store, count: number) {
  return Array.from({ length: count }, (_, at) =>
    store.add({
      account: 'everybody',
      filename: `${at}`,
      purpose: 'batch',
      content: new Uint8Array(),
    }),
  )
}
