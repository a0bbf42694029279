import { type Command, Option } from 'commander'
import type { Shard } from '../model/report.ts'
import { env } from './variables.ts'

/** Flags that say what was accepted before. */
export interface GateFlags {
  readonly waivers?: string
  readonly baseline?: string
  readonly updateBaseline?: boolean
  readonly shard?: Shard
}

export function addGateOptions(command: Command): Command {
  return command
    .addOption(
      env(
        new Option('--waivers <file>', 'YAML list of violations that you live with until a day'),
        'WAIVERS',
      ),
    )
    .addOption(
      env(
        new Option(
          '--baseline <file>',
          'earlier report.json: what it has as violated is known, anything new fails',
        ),
        'BASELINE',
      ),
    )
}
