import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { vi } from 'vitest'
import { invoke } from '../cli/invoke.ts'
import { withoutProxy } from '../cli/stub-server.ts'
import { CELL_OPTIONS, type CellOption, TOKEN_VARIABLES } from './cell-options.ts'
import { type CrowdCounts, startCrowdedServer, type Traffic } from './crowded-server.ts'
import { lookupNamed } from './lookups.ts'
import { type RefusedByReading, reportedIn } from './reported.ts'
import { schemeNamed } from './schemes.ts'

/** A way to run against a server of one kind. */
export interface Cell {
  /** Name of a scheme. */
  readonly scheme: string
  /** Name of a lookup. */
  readonly lookup: string
  readonly option: CellOption
  readonly seed: number
  /** Files of other people before the run. */
  readonly foreign?: number
  readonly traffic?: Traffic
  /** More words for the command line, which outweigh those of the option. */
  readonly words?: readonly string[]
}

/** What came of a cell. */
export interface CellResult extends CrowdCounts {
  readonly cell: Cell
  /** Of each run of the command line, in order: exit code, and the verdict where there was a report. */
  readonly runs: readonly { readonly code: number; readonly verdict: string | undefined }[]
  /** Requests that the tool has kept back, by the reading that somebody's file was found with. */
  readonly refused: RefusedByReading
  /** Whether the tool took the ids to be guessable, where it says so. */
  readonly guessable: boolean | undefined
  readonly durationMs: number
}

/**
 * Runs the command line against a crowded server, in this process.
 *
 * @throws Error if the command line would not run: what sends nothing loses nothing, and proves nothing
 */
export async function runCell(cell: Cell): Promise<CellResult> {
  const begin = performance.now()
  const folder = mkdtempSync(join(tmpdir(), 'delete-conformance-safety-'))
  const option = CELL_OPTIONS[cell.option]
  const server = await startCrowdedServer({
    scheme: schemeNamed(cell.scheme),
    lookup: lookupNamed(cell.lookup),
    seed: cell.seed,
    accounts: cell.option === 'accounts',
    ...(cell.foreign === undefined ? {} : { foreign: cell.foreign }),
    ...(cell.traffic === undefined ? {} : { traffic: cell.traffic }),
  })
  withoutProxy()
  for (const [name, token] of Object.entries(TOKEN_VARIABLES)) vi.stubEnv(name, token)
  try {
    const invocations = await option({ folder, seed: cell.seed, makeOwn: server.makeOwn })
    const runs: { code: number; verdict: string | undefined }[] = []
    const reports: ReturnType<typeof reportedIn>[] = []
    for (const [at, words] of invocations.entries()) {
      const file = join(folder, `report-${at}.json`)
      // Nothing is kept of a replay.
      const kept = cell.option === 'replay' ? [] : ['--report', `json=${file}`]
      const base = ['run', '-t', server.url, '--no-config', '--settle', SETTLE, '--linger', '20ms']
      const { code, stderr } = await invoke(...base, ...kept, ...words, ...(cell.words ?? []))
      if (!RAN.includes(code)) throw new Error(`${words.join(' ')}: exit ${code}: ${stderr}`)
      const reported = reportedIn(file)
      reports.push(reported)
      runs.push({ code, verdict: reported.verdict })
    }
    return {
      cell,
      ...server.counts(),
      runs,
      refused: summed(reports.map(({ refused }) => refused)),
      guessable: reports.find(({ guessable }) => guessable !== undefined)?.guessable,
      durationMs: performance.now() - begin,
    }
  } finally {
    vi.unstubAllEnvs()
    await server.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Exit codes of runs that were carried out: conforming, violating, inconclusive. */
const RAN = [0, 1, 3]

/** These servers show a deletion at once, and a run should not wait where one of them does wrong. */
const SETTLE = '100ms'

/** Adds up what was refused, by reading. */
export function summed(counts: readonly RefusedByReading[]): RefusedByReading {
  const sum: Record<string, number> = {}
  for (const one of counts) {
    for (const [reading, count] of Object.entries(one)) sum[reading] = (sum[reading] ?? 0) + count
  }
  return sum
}
