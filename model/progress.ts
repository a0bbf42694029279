import type { Exchange } from './exchange.ts'
import type { RequirementResult } from './report.ts'

/** News of a run that is under way. */
export type Progress =
  | {
      readonly kind: 'started'
      /** Base URL without credentials. */
      readonly target: string
      /** Decimal. */
      readonly seed: string
      /** Ledger of the run's files, for `delete-conformance cleanup` should the process be killed. */
      readonly ledgerPath: string
    }
  | {
      readonly kind: 'requirement'
      /** Id of the requirement whose cases are sent from now on. */
      readonly requirement: string
      /** Its place among those that send requests, from 1. */
      readonly number: number
      readonly of: number
    }
  | {
      readonly kind: 'case'
      readonly requirement: string
      /** Cases that have ended. */
      readonly done: number
      readonly planned: number
    }
  /** A request was answered, or could not be; set-up and cleanup included. */
  | { readonly kind: 'exchange'; readonly exchange: Exchange }
  | { readonly kind: 'result'; readonly result: RequirementResult }
  | {
      readonly kind: 'family'
      readonly family: string
      readonly results: readonly RequirementResult[]
    }
  /** Everything is judged; the files of the run are being removed. */
  | { readonly kind: 'cleanup' }
