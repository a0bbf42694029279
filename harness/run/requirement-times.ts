import type { Exchange } from '../../model/exchange.ts'
import type { RequirementResult } from '../../model/report.ts'

/**
 * Measures how long each requirement took, from the beginning of its first request to the end of its last
 * answer. Only recorded times count, so that a replay measures the same.
 */
export function createRequirementTimes() {
  const spans = new Map<string, { readonly fromMs: number; readonly toMs: number }>()
  return {
    see({ requirement, attempts, startedAtMs, durationMs }: Exchange): void {
      if (attempts === 0) return
      const { fromMs = startedAtMs, toMs = startedAtMs } = spans.get(requirement) ?? {}
      spans.set(requirement, {
        fromMs: Math.min(fromMs, startedAtMs),
        toMs: Math.max(toMs, startedAtMs + durationMs),
      })
    },
    /** Adds its time to the result of a requirement that sent requests. */
    timed(result: RequirementResult): RequirementResult {
      const span = spans.get(result.id)
      if (span === undefined) return result
      return { ...result, durationMs: Math.round(span.toMs - span.fromMs) }
    },
  }
}
