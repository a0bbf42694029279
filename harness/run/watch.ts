import type { Answered, Exchange } from '../../model/exchange.ts'
import { isAnswered } from '../../model/exchange.ts'
import type { Observation } from '../../model/report.ts'
import { octets } from './seed.ts'

/** Deletions that are looked at again at the end of a run: the first, the last, and some that the seed chooses. */
const FIRST = 8
const LAST = 8
const DRAWN = 16
/** Deletions that are remembered. */
const MAX_KNOWN = 10_000
/** Time that clocks and timers may be off. */
const SLACK_MS = 50

export type Watch = ReturnType<typeof createWatch>

/**
 * Remembers deletions that succeeded, to look at some of them again when everything else is done. It sees
 * exchanges in the order in which they are recorded, so that a replay chooses the same.
 */
export function createWatch(
  seed: string,
  lingerMs: number,
  isDeletion: (exchange: Answered) => boolean,
) {
  const octet = octets(seed, 'deletions to look at again')
  const first: Answered[] = []
  const last: Answered[] = []
  const drawn: Answered[] = []
  const known = new Map<string, Answered>()
  let count = 0
  let lastEndMs = 0
  let begun = false
  let waitedMs: number | undefined

  const draw = (deletion: Answered) => {
    const lot = [octet(), octet(), octet(), octet()].reduce((sum, one) => sum * 256 + one, 0)
    const at = lot % count
    if (drawn.length < DRAWN) drawn.push(deletion)
    else if (at < DRAWN) drawn[at] = deletion
  }

  return {
    see(exchange: Exchange) {
      const { id, startedAtMs, durationMs, action } = exchange
      if (begun && action !== 'delete') waitedMs ??= startedAtMs - lastEndMs
      if (action !== 'delete' || id === undefined || !isAnswered(exchange)) return
      // A file that stays can be deleted twice.
      if (!isDeletion(exchange) || known.has(id)) return
      if (known.size < MAX_KNOWN) known.set(id, exchange)
      count += 1
      lastEndMs = Math.max(lastEndMs, startedAtMs + durationMs)
      if (first.length < FIRST) first.push(exchange)
      last.push(exchange)
      if (last.length > LAST) last.shift()
      draw(exchange)
    },
    /**
     * Lists the deletions to look at: of each file the first.
     *
     * @param also - ids of further files
     */
    chosen(also: readonly string[]): readonly Answered[] {
      const all = [...first, ...drawn, ...last, ...also.flatMap((id) => known.get(id) ?? [])]
      return all.filter(({ id }, at) => all.findIndex((one) => one.id === id) === at)
    },
    /** Counts the requests to keep aside for a look at them, each read and once more deleted; none once it began. */
    requests(offers: ReadonlySet<string>): number | undefined {
      if (begun || lingerMs === 0) return undefined
      const reads = ['retrieve', 'content'].filter((one) => offers.has(one)).length
      return (1 + reads) * Math.min(count, FIRST + LAST + DRAWN)
    },
    /** Gives the time until they are looked at. */
    restMs: (nowMs: number) => Math.max(0, lastEndMs + lingerMs - nowMs),
    begin() {
      begun = true
    },
    /** Says that the look came earlier than it should. */
    observations(): readonly Observation[] {
      if (waitedMs === undefined || waitedMs >= lingerMs - SLACK_MS) return []
      const seconds = (ms: number) => `${(ms / 1_000).toFixed(1)} s`
      const text = `looked at ${seconds(waitedMs)} after the last deletion and not after ${seconds(lingerMs)} (--linger), for want of time`
      return [{ about: 'Deleted files', text, count: 1 }]
    },
  }
}
