import { type Exchange, isAnswered } from '../../model/exchange.ts'
import { nowhere } from '../../model/resource.ts'
import { shortened } from '../../model/violation.ts'
import type { Client } from '../http/client.ts'
import type { Environment } from '../http/environment.ts'

export type Silence = ReturnType<typeof createSilence>

interface SilenceParts {
  readonly client: Pick<Client, 'request'>
  readonly environment: Pick<Environment, 'pause'>
  readonly runId: string
}

/** Id under which it is recorded that a target was asked whether it answers. */
const STILL_THERE = 'set-up/still-there'

/** Pauses before a target is asked again: a process that is started anew has some three seconds. */
const PAUSES_MS = [0, 50, 100, 200, 400, 800, 1_600]

/** Requests without an answer that are remembered: those at once with the first are among them. */
const MAX_REMEMBERED = 100
/** Characters of a request target in a reason. */
const SHOWN_TARGET = 120

/** Finds out whether a target answers at all, and since which request it does not. */
export function createSilence() {
  /** Those that may have come after the last that was answered. */
  let unanswered: Exchange[] = []
  let lastAnsweredStartMs = 0
  let steps = 0
  let isSilent = false
  let isLate = false

  const since = () => {
    const [first, ...others] = unanswered.toSorted(byBlame)
    if (first === undefined) return undefined
    const atOnce = others.filter((one) => isLost(one) && one.startedAtMs <= endMs(first))
    const { method, target } = first.request
    const also = atOnce.length === 0 ? '' : `, one of ${atOnce.length + 1} requests at once`
    return `the target has not answered since ${method} ${shortened(target, SHOWN_TARGET)}${also}`
  }

  const ask = async ({ client, environment, runId }: SilenceParts, pausesMs: readonly number[]) => {
    for (const ms of pausesMs) {
      if (ms > 0) await environment.pause(ms)
      const step = { requirement: STILL_THERE, case: '0', step: steps++ }
      const exchange = await client.request(step, nowhere(runId))
      const { failure } = exchange
      if (failure?.kind === 'not-sent') return false
      isSilent = failure !== undefined
      isLate = failure?.kind === 'timeout'
      if (!isSilent || isLate) return !isSilent
    }
    return false
  }

  return {
    see(exchange: Exchange): void {
      const { startedAtMs, failure, attempts } = exchange
      if (isAnswered(exchange)) {
        lastAnsweredStartMs = Math.max(lastAnsweredStartMs, startedAtMs)
        unanswered = unanswered.filter((one) => endMs(one) > lastAnsweredStartMs)
      } else if (attempts > 0 && failure?.kind !== 'not-sent' && failure?.kind !== 'interrupted') {
        const isAfter = endMs(exchange) > lastAnsweredStartMs
        if (isAfter && unanswered.length < MAX_REMEMBERED) unanswered.push(exchange)
      }
    },
    /** Asks for what is not there until the target answers, or for some three seconds. */
    ends: (parts: SilenceParts) => ask(parts, PAUSES_MS),
    /** Says since which request the target does not answer, after asking it once more; undefined if it does. */
    async lasts(parts: SilenceParts): Promise<string | undefined> {
      // To ask once more would take the whole time limit.
      if (isSilent && !isLate) await ask(parts, [0])
      return isSilent ? since() : undefined
    },
    /** Says since which request the target does not answer; undefined if it did when it was asked last. */
    since: () => (isSilent ? since() : undefined),
  }
}

/** Puts what may have ended a process first, before what was refused afterwards. */
function byBlame(one: Exchange, other: Exchange): number {
  return Number(isLost(other)) - Number(isLost(one)) || one.startedAtMs - other.startedAtMs
}

function isLost({ failure }: Exchange): boolean {
  return failure?.kind !== 'refused'
}

function endMs({ startedAtMs, durationMs }: Exchange): number {
  return startedAtMs + durationMs
}
