import { describe, expect, test } from 'vitest'
import { faults } from '../../fixtures/faults/faults.ts'
import { startReferenceServer } from '../../fixtures/server/reference-server.ts'
import { catalogue } from '../../suites/catalogue.ts'
import { examined, withVerdicts } from './examined.ts'

describe.concurrent('a faulty server is found out by exactly the requirements that it names', () => {
  test.each(faults)('$name: $does', async ({ alter, red, server: options = {} }) => {
    const server = await startReferenceServer({ ...options, alterations: [alter] })
    try {
      const report = await examined('-t', server.url, '--seed', '7', '--strict')
      expect(withVerdicts(report, 'failed', 'warned')).toEqual([...red].sort())
      expect(report.verdict).toBe('non-conforming')
    } finally {
      await server.close()
    }
  })
})

test('each faulty server has a name of its own', () => {
  expect(new Set(faults.map(({ name }) => name)).size).toBe(faults.length)
})

test('every requirement is violated by a faulty server', () => {
  const red = new Set(faults.flatMap(({ red }) => red))
  const never = catalogue
    .flatMap(({ requirements }) => requirements)
    .filter(({ id }) => !red.has(id))
  expect(never.map(({ id }) => id)).toEqual([])
})
