import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { startReferenceServer } from '../../fixtures/server/reference-server.ts'
import { variants } from '../../fixtures/variants/variants.ts'
import { asBothAccounts, examined, withVerdicts } from './examined.ts'

asBothAccounts()

describe('a server that conforms raises no alarm, however it is made', () => {
  test.each(variants)(
    '$name: $does',
    async ({ server: options = {}, alter, words = [], handsOver, others = 0 }) => {
      const alterations = alter === undefined ? [] : [alter]
      const server = await startReferenceServer({ ...options, alterations })
      const before = addFiles(server.store, others)
      try {
        const report = await examined(
          ...['-t', server.url + (options.basePath ?? ''), '--strict', '--runs', '40', ...words],
          ...(handsOver === undefined
            ? []
            : ['--files', `ids:${provide(server.store, handsOver)}`]),
        )
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
        expect(words.includes('--disposable') ? [] : lost).toEqual([])
      } finally {
        await server.close()
      }
    },
  )
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

function provide(store: Store, count: number): string {
  const file = join(mkdtempSync(join(tmpdir(), 'delete-conformance-test-')), 'ids.txt')
  const lines = addFiles(store, count).map(({ id }) => `${id}\n`)
  writeFileSync(file, lines.join(''))
  return file
}
