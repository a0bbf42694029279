import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ACCOUNTS } from '../../fixtures/server/accounts.ts'
import { invoke } from '../cli/invoke.ts'

/** What an option is made from. */
interface Setting {
  /** A temporary folder of the cell. */
  readonly folder: string
  readonly seed: number
  readonly makeOwn: (count: number) => readonly string[]
}

/** Gives the words of each run of the command line, one after the other against the same server. */
type Invocations = (setting: Setting) => Promise<readonly (readonly string[])[]>

/** Cases of each property; so few keep a run near a second. */
const FEW = ['--runs', '20']
const SHARDS = 3
/** Files that are provided: more than such a run asks for. */
const PROVIDED = 200
/** Cases that are sent again, each in a run of its own. */
const REPLAYED = 4
/** The families in which ids are made up. */
const MADE_UP = ['identity/', 'not-found/']
const ONLY = MADE_UP.flatMap((family) => ['--only', family])
/** A plan sends nothing, and depends on no server. */
const NOWHERE = 'http://127.0.0.1:1'
/** A line of `--plan`: a requirement and how many cases it has. */
const PLANNED = /^ +([\w-]+\/[\w-]+) +(\d+) /gm

/** The environment variables that tokens of a cell stand in. */
export const TOKEN_VARIABLES = Object.fromEntries(
  [...ACCOUNTS.keys()].map((token, at) => [`SAFETY_TOKEN_${at + 1}`, token]),
)
const [FIRST = '', SECOND = ''] = Object.keys(TOKEN_VARIABLES)

/** Ways to run, by name. */
export const CELL_OPTIONS = {
  default: async ({ seed }) => [[...FEW, '--seed', `${seed}`]],
  'many-runs': async ({ seed }) => [['--runs', '1000', '--seed', `${seed}`, ...ONLY]],
  shards: async ({ seed }) =>
    Array.from({ length: SHARDS }, (_, at) => {
      return [...FEW, '--seed', `${seed}`, '--shard', `${at + 1}/${SHARDS}`]
    }),
  replay: async ({ seed }) => {
    const planned = await plannedCases()
    return Array.from({ length: REPLAYED }, (_, at) => {
      const [requirement, cases] = planned[(seed + at) % planned.length] ?? ['', 1]
      const name = `${requirement}:${(seed * REPLAYED + at) % cases}`
      return [...FEW, '--seed', `${seed}`, '--replay', name]
    })
  },
  ids: async ({ folder, seed, makeOwn }) => {
    const file = join(folder, 'ids.txt')
    writeFileSync(file, makeOwn(PROVIDED).join('\n'))
    return [[...FEW, '--seed', `${seed}`, '--files', `ids:${file}`]]
  },
  command: async ({ folder, seed, makeOwn }) => {
    const command = poppingCommand(folder, makeOwn(PROVIDED))
    return [[...FEW, '--seed', `${seed}`, '--files', `command:${command}`]]
  },
  accounts: async ({ seed }) => {
    const tokens = ['--token-env', FIRST, '--second-token-env', SECOND]
    return [[...FEW, '--seed', `${seed}`, ...tokens]]
  },
  disposable: async ({ seed }) => [[...FEW, '--seed', `${seed}`, '--disposable']],
} satisfies Record<string, Invocations>

export type CellOption = keyof typeof CELL_OPTIONS

/** Tells how often an option runs the command line. */
export function runsOf(option: CellOption): number {
  if (option === 'shards') return SHARDS
  return option === 'replay' ? REPLAYED : 1
}

/** A shell command that prints an id of a folder, each once however many of it run: a move is atomic. */
function poppingCommand(folder: string, ids: readonly string[]): string {
  const [waiting, taken] = [join(folder, 'waiting'), join(folder, 'taken')]
  for (const one of [waiting, taken]) mkdirSync(one)
  for (const [at, id] of ids.entries()) writeFileSync(join(waiting, `${at}`), id)
  const take = `mv "$file" "${taken}/$name" 2>/dev/null && cat "${taken}/$name" && break`
  return `for file in "${waiting}"/*; do name="\${file##*/}"; ${take}; done`
}

/**
 * Asks the command line for the requirements that delete by made-up ids, and how many cases each has.
 *
 * @throws Error if its plan has none, so that no cell passes for want of cases
 */
async function plannedCases(): Promise<readonly (readonly [string, number])[]> {
  const { stdout } = await invoke('run', '-t', NOWHERE, '--no-config', '--plan', ...FEW, ...ONLY)
  const planned = [...stdout.matchAll(PLANNED)]
    .map(([, requirement = '', cases]) => [requirement, Number(cases)] as const)
    .filter(([requirement]) => MADE_UP.some((family) => requirement.startsWith(family)))
  if (planned.length === 0) throw new Error(`no requirement in the plan:\n${stdout}`)
  return planned
}
