import { expect, test } from 'vitest'
import { sequenceFaults } from '../../../fixtures/faults/sequence-faults.ts'
import { startReferenceServer } from '../../../fixtures/server/reference-server.ts'
import { examined, tokens } from '../examined.ts'
import { findOut } from './find-out.ts'

findOut(sequenceFaults)

/** Most operations of a counterexample: those that a fault needs, after an upload. */
const MOST = 7

test.concurrent.each(sequenceFaults)(
  'the sequence that shows the fault of $name is shrunk to a few operations',
  async ({ alter, server: options }) => {
    const server = await startReferenceServer({ ...options, alterations: [alter] })
    const report = await examined({
      ...(options?.accounts === undefined ? {} : tokens(2)),
      target: server.url,
      only: ['sequence/model'],
      seed: 7,
      settle: '100ms',
    })
    await server.close()
    const [{ violations = [] } = {}] = report.requirements.filter(({ id }) => id.startsWith('seq'))
    const lengths = violations.map(
      ({ counterexample = '' }) => counterexample.match(/"do":/g)?.length ?? 0,
    )
    expect(Math.min(...lengths)).toBeLessThanOrEqual(MOST)
    expect(Math.min(...lengths)).toBeGreaterThan(1)
  },
)

test('there are fifteen of these faults and more', () => {
  expect(sequenceFaults.length).toBeGreaterThanOrEqual(15)
})
