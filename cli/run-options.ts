import { type Command, Option } from 'commander'
import { DEFAULTS, LIMITS } from '../library/run-options.ts'
import type { Shard } from '../model/report.ts'
import type { CapabilityName } from '../model/requirement.ts'
import { FORMAT_NAMES } from '../reporters/format.ts'
import { addBudgetOptions, type BudgetFlags } from './budget-options.ts'
import {
  addConfigOptions,
  addPrintConfigOption,
  type ConfigFlags,
  type SettingsFormat,
} from './config-options.ts'
import { addConnectionOptions, type ConnectionFlags } from './connection-options.ts'
import { addDocumentOptions } from './document-options.ts'
import { addGateOptions, type GateFlags } from './gate-options.ts'
import {
  CAPABILITIES,
  type CaseName,
  capabilities,
  caseName,
  challenge,
  durationMs,
  gathered,
  runId,
  seed,
  shard,
  statuses,
  wholeNumber,
} from './parse.ts'
import { env } from './variables.ts'

/** Flags of `run`, as parsed. */
export interface RunFlags extends ConnectionFlags, BudgetFlags, GateFlags, ConfigFlags {
  readonly target?: string
  readonly spec?: string
  readonly operation?: string
  readonly allowRemoteRefs?: boolean
  readonly files: string
  readonly only: readonly string[]
  readonly skip: readonly string[]
  readonly runs: number
  readonly seed?: string
  readonly shard?: Shard
  readonly strict?: boolean
  readonly expectStatus: readonly number[]
  readonly disposable?: boolean
  readonly settle: number
  readonly capabilities: readonly CapabilityName[]
  readonly plan?: boolean
  readonly printConfig?: SettingsFormat
  readonly replay?: CaseName
  readonly mark?: string
  readonly idSample: readonly string[]
  readonly out?: string
  readonly report: readonly string[]
  readonly challenge?: string
  readonly sign?: string
  readonly subject?: string
}

const FORMATS = FORMAT_NAMES.join(', ')

/** Adds the flags of `run`; each can be given as `CONFORMANCE_…` as well. */
export function addRunOptions(command: Command): Command {
  addDocumentOptions(
    command.addOption(
      env(
        new Option(
          '-t, --target <url>',
          'base URL of the server (default: the embedded reference server)',
        ),
        'TARGET',
      ),
    ),
  )
  addConnectionOptions(command)
  addGateOptions(command).addOption(
    new Option('--update-baseline', 'write the report of this run to the file of --baseline'),
  )
  addPrintConfigOption(addConfigOptions(command))
  addBudgetOptions(command)
  return command
    .addOption(
      env(
        new Option(
          '--files <source>',
          'where disposable files come from: upload, ids:FILE, command:CMD, none',
        ).default('upload'),
        'FILES',
      ),
    )
    .addOption(
      env(
        new Option('--only <id-prefix>', 'run only these requirements; repeatable')
          .argParser(gathered)
          .default([], 'all'),
        'ONLY',
      ),
    )
    .addOption(
      env(
        new Option('--skip <id-prefix>', 'leave out these requirements; repeatable')
          .argParser(gathered)
          .default([], 'none'),
        'SKIP',
      ),
    )
    .addOption(
      env(
        new Option('--runs <n>', 'cases of each property')
          .argParser(wholeNumber(1, LIMITS.runs))
          .default(DEFAULTS.runs),
        'RUNS',
      ),
    )
    .addOption(env(new Option('--seed <n>', 'send the same cases again').argParser(seed), 'SEED'))
    .addOption(
      env(
        new Option(
          '--shard <i/n>',
          'run one of n parts, which "merge" joins; all with the same --seed',
        ).argParser(shard),
        'SHARD',
      ),
    )
    .addOption(env(new Option('--strict', 'a violated SHOULD fails the run, too'), 'STRICT'))
    .addOption(
      env(
        new Option(
          '--expect-status <status>',
          'inconclusive unless this status was seen; repeatable',
        )
          .argParser(statuses)
          .default([], 'none'),
        'EXPECT_STATUS',
      ),
    )
    .addOption(
      env(
        new Option(
          '--disposable',
          "no file on the target matters: what could be somebody else's id is deleted, too",
        ),
        'DISPOSABLE',
      ),
    )
    .option(
      '--second-token-env <name>',
      'environment variable that holds the bearer token of another account (default: CONFORMANCE_SECOND_TOKEN)',
    )
    .addOption(
      env(
        new Option('--settle <duration>', 'how long a deletion may take to show in reads')
          .argParser(durationMs)
          .default(DEFAULTS.settleMs, '5s'),
        'SETTLE',
      ),
    )
    .addOption(
      env(
        new Option(
          '--capabilities <names>',
          `what the target has beside deletion, found out unless declared: ${CAPABILITIES.join(', ')}`,
        )
          .argParser(capabilities)
          .default([], 'found out'),
        'CAPABILITIES',
      ),
    )
    .addOption(env(new Option('--plan', 'say what would be sent, and send nothing'), 'PLAN'))
    .addOption(
      new Option('--id-sample <id>', 'for --plan: an id as the target makes them; repeatable')
        .argParser(gathered)
        .default([], 'as OpenAI makes them'),
    )
    .addOption(
      new Option(
        '--replay <requirement:case>',
        'send one case again, as a failure names it; with its seed',
      ).argParser(caseName),
    )
    .addOption(
      new Option('--mark <run-id>', 'the run id of the run that --replay repeats').argParser(runId),
    )
    .addOption(
      env(
        new Option(
          '--out <dir>',
          'keep report and evidence in this new or empty folder, for "verify"',
        ),
        'OUT',
      ),
    )
    .addOption(
      env(
        new Option('--report <format[=file]>', `write a report, repeatable: ${FORMATS}`)
          .argParser(gathered)
          .default([], 'none'),
        'REPORT',
      ),
    )
    .addOption(
      env(
        new Option(
          '--challenge <text>',
          "a verifier's word: the seed follows from it, and every file and request bears it",
        ).argParser(challenge),
        'CHALLENGE',
      ),
    )
    .addOption(
      env(
        new Option(
          '--sign <key.pem>',
          'attest the run with this Ed25519 key, in the folder of --out',
        ),
        'SIGN',
      ),
    )
    .addOption(
      env(new Option('--subject <name@sha256:digest>', 'what was tested, for --sign'), 'SUBJECT'),
    )
}
