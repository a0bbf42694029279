import type { Accepted } from '../harness/gate/gate.ts'
import { waiversFrom } from '../harness/gate/waivers.ts'
import { expectWritable } from '../library/run-folder.ts'
import { UsageError } from '../model/errors.ts'
import type { Family } from '../model/requirement.ts'
import { baselineFrom } from './baseline.ts'
import type { GateFlags } from './run-options.ts'

/** What the flags of the gate name; undefined where they name nothing. */
export async function acceptedBy(
  flags: GateFlags,
  catalogue: readonly Family[],
): Promise<Accepted | undefined> {
  const { waivers, baseline, updateBaseline } = flags
  if (updateBaseline === true) {
    if (baseline === undefined) {
      throw new UsageError('--update-baseline: found no file to write, accepted is --baseline FILE')
    }
    if (flags.shard !== undefined) {
      throw new UsageError(
        '--update-baseline: a shard is a part of a run only, accepted is the report.json of "merge"',
      )
    }
    expectWritable(`--baseline ${baseline}`, baseline)
  }
  const today = new Date().toISOString().slice(0, 10)
  const accepted: Accepted = {
    ...(waivers === undefined ? {} : { waivers: await waiversFrom(waivers, catalogue, today) }),
    ...(baseline === undefined || updateBaseline === true
      ? {}
      : { baseline: { file: baseline, report: await baselineFrom(baseline) } }),
  }
  return Object.keys(accepted).length === 0 ? undefined : accepted
}
