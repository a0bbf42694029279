import { describe, expect, test } from 'vitest'
import type { Fault } from '../../../fixtures/faults/fault.ts'
import { startReferenceServer } from '../../../fixtures/server/reference-server.ts'
import type { Report } from '../../../library/index.ts'
import { catalogue } from '../../../suites/catalogue.ts'
import { examined, LARGE, tokens, WHOLE, withVerdicts } from '../examined.ts'

const ids = catalogue.flatMap(({ requirements }) => requirements.map(({ id }) => id))

/** Tests that faulty servers are found out by exactly the requirements that they name. */
export function findOut(faults: readonly Fault[]): void {
  describe('a faulty server is found out by exactly the requirements that it names', () => {
    test.each(faults)('$name: $does', async (fault) => {
      const report = await examinedFault(fault)
      expect(withVerdicts(report, 'failed', 'warned')).toEqual(
        ids.filter((id) => fault.red.includes(id)),
      )
      const blocked = report.requirements.filter(({ blockedBy }) => blockedBy !== undefined)
      if (WHOLE) {
        const always = blocked.filter(({ id }) => fault.sometimesBlocked?.includes(id) !== true)
        expect(always.map(({ id }) => id)).toEqual(
          ids.filter((id) => fault.blocked?.includes(id) === true),
        )
      }
      expect(report.verdict).toBe('non-conforming')
    })
  })
}

/** Runs against a faulty server. */
export async function examinedFault({
  alter,
  server: options,
  disposable,
  red,
  cases = 10,
}: Fault): Promise<Report> {
  const server = await startReferenceServer({ ...options, alterations: [alter] })
  try {
    return await examined({
      ...(options?.accounts === undefined ? {} : tokens(2)),
      target: server.url,
      seed: 7,
      strict: true,
      ...(WHOLE
        ? { runs: Math.max(40, cases) }
        : { runs: cases, skip: LARGE.filter((id) => !red.includes(id)) }),
      settle: '100ms',
      disposable,
    })
  } finally {
    await server.close()
  }
}
