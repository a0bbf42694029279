import type { GateVerdict } from '../model/gate.ts'
import type { Report } from '../model/report.ts'
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

const EXIT_OF_VERDICT: Readonly<Record<RunVerdict, number>> = {
  conforming: EXIT.conforms,
  'non-conforming': EXIT.violates,
  inconclusive: EXIT.inconclusive,
}

const EXIT_OF_GATE: Readonly<Record<GateVerdict, number>> = {
  open: EXIT.conforms,
  closed: EXIT.violates,
  undecided: EXIT.inconclusive,
  stale: EXIT.usage,
}

/** Where there is a gate, it decides: that is what it is for. */
export function exitCodeOf({ gate, verdict }: Report): number {
  return gate === undefined ? EXIT_OF_VERDICT[verdict] : EXIT_OF_GATE[gate.verdict]
}
