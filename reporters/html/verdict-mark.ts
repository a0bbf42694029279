import type { RunVerdict, Verdict } from '../../model/verdict.ts'
import { html, type SafeHtml } from './safe-html.ts'

/** Drawn in a square of 16: a tick, a cross, an exclamation mark, a question mark, a dash. */
const SHAPES: Readonly<Record<Verdict, string>> = {
  passed: 'M4 8.4l2.7 2.7L12 5.4',
  failed: 'M5 5l6 6M11 5l-6 6',
  warned: 'M8 4v5M8 11.6v.4',
  inconclusive: 'M6 6.2c0-2.9 4.2-2.7 4.2-.2C10.2 7.6 8 7.8 8 9.3M8 11.7v.3',
  inapplicable: 'M5 8h6',
}

const OF_RUN: Readonly<Record<RunVerdict, Verdict>> = {
  conforming: 'passed',
  'non-conforming': 'failed',
  inconclusive: 'inconclusive',
}

/** A verdict as icon and word: colour says nothing that they do not. */
export function verdictMark(verdict: Verdict): SafeHtml {
  return html`<span class="mark ${verdict}">${icon(verdict)}${verdict}</span>`
}

export function runVerdictMark(verdict: RunVerdict, words: string): SafeHtml {
  const like = OF_RUN[verdict]
  return html`<span class="mark ${like}">${icon(like)}${words}</span>`
}

export function icon(verdict: Verdict): SafeHtml {
  return html`<svg class="icon" viewBox="0 0 16 16" aria-hidden="true"><circle cx="8" cy="8" r="7.25"/><path d="${SHAPES[verdict]}"/></svg>`
}
