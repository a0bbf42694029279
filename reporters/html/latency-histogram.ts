/** Shortest time that is told apart, in milliseconds; a loopback answer takes about as long. */
const SHORTEST_MS = 0.1

/** Bins of a power of ten: a quantile read off them is at most 6 % off. */
const BINS_PER_DECADE = 20

/** Up to 1,000 seconds, beyond any time limit. */
const BINS = 7 * BINS_PER_DECADE

/** Times in bins of equal width on a logarithmic axis: as large for a million as for one. */
export interface LatencyHistogram {
  /** How often a time fell into each bin. */
  readonly bins: readonly number[]
  readonly count: number
  readonly minMs: number
  readonly maxMs: number
}

/** A histogram that is being filled. */
export interface GrowingHistogram {
  add(ms: number): void
  histogram(): LatencyHistogram
}

export function createHistogram(): GrowingHistogram {
  const bins = new Array<number>(BINS).fill(0)
  let count = 0
  let minMs = Number.POSITIVE_INFINITY
  let maxMs = 0
  return {
    add(ms) {
      const bin = binOf(ms)
      bins[bin] = (bins[bin] ?? 0) + 1
      count += 1
      minMs = Math.min(minMs, ms)
      maxMs = Math.max(maxMs, ms)
    },
    histogram: () => ({ bins, count, minMs, maxMs }),
  }
}

function binOf(ms: number): number {
  if (!(ms > SHORTEST_MS)) return 0
  return Math.min(BINS - 1, Math.floor(Math.log10(ms / SHORTEST_MS) * BINS_PER_DECADE))
}

/** The time at the lower edge of a bin, in milliseconds. */
export function edgeMs(bin: number): number {
  return SHORTEST_MS * 10 ** (bin / BINS_PER_DECADE)
}

/** The time that this share of all does not exceed, in milliseconds. */
export function quantileMs({ bins, count, minMs, maxMs }: LatencyHistogram, share: number): number {
  let left = share * count
  const bin = bins.findIndex((inBin) => {
    left -= inBin
    return inBin > 0 && left <= 0
  })
  return Math.min(maxMs, Math.max(minMs, edgeMs(bin + 0.5)))
}
