import type { ConformanceListener } from '../harness/run/run.ts'
import type { RequirementResult } from '../model/report.ts'
import { type Family, isInvariant } from '../model/requirement.ts'

/** What is told while a run goes on. */
export type Progress =
  | {
      readonly kind: 'started'
      /** Base URL without credentials. */
      readonly target: string
      /** Decimal. */
      readonly seed: string
      /** The ledger of files, for `delete-conformance cleanup` should the process be killed. */
      readonly ledgerPath: string
    }
  | {
      readonly kind: 'requirement'
      /** The requirement whose cases are sent from now on. */
      readonly requirement: string
      /** Its place among those that send something, from 1. */
      readonly number: number
      readonly of: number
    }
  | {
      readonly kind: 'case'
      readonly requirement: string
      /** Cases that are over. */
      readonly done: number
      readonly planned: number
    }
  | {
      readonly kind: 'family'
      readonly family: string
      readonly results: readonly RequirementResult[]
    }
  /** Everything is judged; the files of the run are being removed. */
  | { readonly kind: 'cleanup' }

/** A listener that tells of a run over these families. */
export function progressListener(
  families: readonly Family[],
  tell: (progress: Progress) => void,
): ConformanceListener {
  const probing = families
    .flatMap(({ requirements }) => requirements)
    .filter((one) => !isInvariant(one))
  return {
    requirementStarted(requirement) {
      const at = probing.indexOf(requirement)
      if (at < 0) return
      const number = at + 1
      tell({ kind: 'requirement', requirement: requirement.id, number, of: probing.length })
    },
    caseDone: ({ id }, done, planned) => tell({ kind: 'case', requirement: id, done, planned }),
    familyDone: ({ name }, results) => tell({ kind: 'family', family: name, results }),
    cleaningUp: () => tell({ kind: 'cleanup' }),
  }
}
