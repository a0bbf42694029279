import type { RunVerdict } from '../model/verdict.ts'

/** What the process ends with. */
export const EXIT = {
  conforms: 0,
  violates: 1,
  usage: 2,
  inconclusive: 3,
  internal: 4,
  interrupted: 130,
} as const

export const EXIT_OF_VERDICT: Readonly<Record<RunVerdict, number>> = {
  conforming: EXIT.conforms,
  'non-conforming': EXIT.violates,
  inconclusive: EXIT.inconclusive,
}

/** Wrong usage or configuration; the message names the flag or file, what was found and what is accepted. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}
