import type { Accepted } from '../model/gate.ts'
import type { Family } from '../model/requirement.ts'
import { baselineFrom } from './baseline.ts'
import { UsageError } from './exit-code.ts'
import type { GateFlags } from './gate-options.ts'
import { waiversFrom } from './waivers.ts'

/** What the flags of the gate name; undefined where they name nothing. */
export function acceptedBy(flags: GateFlags, catalogue: readonly Family[]): Accepted | undefined {
  const { waivers, baseline, updateBaseline } = flags
  if (updateBaseline === true && baseline === undefined) {
    throw new UsageError('--update-baseline: found no file to write, accepted is --baseline FILE')
  }
  if (updateBaseline === true && flags.shard !== undefined) {
    throw new UsageError(
      '--update-baseline: a shard is a part of a run only, accepted is the report.json of "merge"',
    )
  }
  const today = new Date().toISOString().slice(0, 10)
  const accepted: Accepted = {
    ...(waivers === undefined ? {} : { waivers: waiversFrom(waivers, catalogue, today) }),
    ...(baseline === undefined || updateBaseline === true
      ? {}
      : { baseline: { file: baseline, report: baselineFrom(baseline) } }),
  }
  return Object.keys(accepted).length === 0 ? undefined : accepted
}
