import { describe, expect, test } from 'vitest'
import type { Fault } from '../../../fixtures/faults/fault.ts'
import { catalogue } from '../../../suites/catalogue.ts'
import { examinedFault, withVerdicts } from '../examined.ts'

const ids = catalogue.flatMap(({ requirements }) => requirements.map(({ id }) => id))

/** Tests that the whole suite finds out faulty servers by exactly the requirements that they name. */
export function findOut(faults: readonly Fault[]): void {
  describe('a faulty server is found out by exactly the requirements that it names', () => {
    test.each(faults)('$name: $does', async (fault) => {
      const report = await examinedFault(fault)
      expect(withVerdicts(report, 'failed', 'warned')).toEqual(
        ids.filter((id) => fault.red.includes(id)),
      )
      expect(report.verdict).toBe('non-conforming')
    })
  })
}
