import type { NotSent } from '../../model/report.ts'
import { shortened } from '../../model/violation.ts'
import type { Decision } from './delete-guard.ts'

/** Why a segment is not sent. */
export type Refused = Extract<Decision, { readonly allowed: false }>

/** What a run does not send, so that nobody else's files are lost. */
export interface HeldBack {
  refused(requirement: string, segment: string, refusal: Refused): void
  /** A near-miss of a requirement has deleted a file: no more of them is sent. */
  end(requirement: string): void
  ended(requirement: string): boolean
  /** Whether any has deleted a file. */
  anyEnded(): boolean
  notSent(): readonly NotSent[]
}

/** Longest segment and id that a report shows. */
const SHOWN_LENGTH = 200

/** Keeps account of what a run does not send, so that nobody else's files are lost. */
export function createHeldBack(disposable: boolean): HeldBack {
  const ended = new Set<string>()
  let any = false
  const refusals = new Map<string, NotSent>()
  return {
    refused(requirement, segment, { reading, witness }) {
      const key = JSON.stringify([requirement, reading])
      const known = refusals.get(key)
      refusals.set(
        key,
        known === undefined
          ? {
              requirement,
              reading,
              count: 1,
              segment: shortened(segment, SHOWN_LENGTH),
              witness: shortened(witness, SHOWN_LENGTH),
            }
          : { ...known, count: known.count + 1 },
      )
    },
    end(requirement) {
      any = true
      if (!disposable) ended.add(requirement)
    },
    anyEnded: () => any,
    ended: (requirement) => ended.has(requirement),
    notSent: () => [...refusals.values()],
  }
}
