import type { Accepted } from '../harness/gate/gate.ts'
import { baselineFrom } from '../harness/gate/report-file.ts'
import { waiversFrom } from '../harness/gate/waivers.ts'
import type { SettingValues } from '../settings/table.ts'
import { catalogue } from '../suites/catalogue.ts'
import { expectWritable } from './output-file.ts'

type GateChoices = {
  readonly [N in 'waivers' | 'baseline' | 'updateBaseline']?: SettingValues[N] | undefined
}

/**
 * Reads the violations that are accepted; undefined if there are none.
 *
 * @throws UsageError if a file cannot be used
 */
export async function acceptedBy({
  waivers,
  baseline: file,
  updateBaseline = false,
}: GateChoices): Promise<Accepted | undefined> {
  if (file !== undefined && updateBaseline) expectWritable(`--baseline ${file}`, file)
  const today = new Date().toISOString().slice(0, 10)
  const accepted: Accepted = {
    ...(waivers !== undefined && { waivers: await waiversFrom(waivers, catalogue, today) }),
    ...(file !== undefined &&
      !updateBaseline && { baseline: { file, report: await baselineFrom(file) } }),
  }
  return Object.keys(accepted).length === 0 ? undefined : accepted
}
