import { tenth } from './figure.ts'
import { html, type SafeHtml } from './safe-html.ts'

/** A logarithmic axis of time. */
export interface LogAxis {
  /** Whole powers of ten, in milliseconds. */
  readonly ticksMs: readonly number[]
  /** The coordinate of a time. */
  at(ms: number): number
}

/** An axis between two coordinates, from the power of ten below the shortest to the one above the longest. */
export function logAxis(minMs: number, maxMs: number, left: number, right: number): LogAxis {
  const first = Math.floor(Math.log10(Math.max(0.1, minMs)))
  const last = Math.max(first + 1, Math.ceil(Math.log10(Math.max(0.1, maxMs))))
  const ticksMs = Array.from({ length: last - first + 1 }, (_, at) => 10 ** (first + at))
  return {
    ticksMs,
    at(ms) {
      const share = (Math.log10(Math.max(0.1, ms)) - first) / (last - first)
      return tenth(left + Math.min(1, Math.max(0, share)) * (right - left))
    },
  }
}

/** Lines through a plot, and their times below it. */
export function gridLines(axis: LogAxis, top: number, bottom: number): readonly SafeHtml[] {
  return axis.ticksMs.map(
    (
      ms,
    ) => html`<line class="grid" x1="${axis.at(ms)}" x2="${axis.at(ms)}" y1="${top}" y2="${bottom}"/>
<text class="tick" x="${axis.at(ms)}" y="${bottom + 18}" text-anchor="middle">${shortTime(ms)}</text>
`,
  )
}

/** `0.1 ms`, `12 ms`, `1.2 s`. */
export function shortTime(ms: number): string {
  const rounded = (value: number) => Number(value.toPrecision(2)).toLocaleString('en')
  return ms < 1_000 ? `${rounded(ms)} ms` : `${rounded(ms / 1_000)} s`
}
