import { describe, expect, it } from 'vitest'
import { createSilence } from '../../../harness/run/silence.ts'
import type { Exchange, TransportFailure } from '../../../model/exchange.ts'
import { answered, MARK, unanswered } from '../made-up.ts'

type Kind = TransportFailure['kind']

const asked = (target: string, startedAtMs: number, durationMs = 10): Partial<Exchange> => ({
  request: { ...answered().request, target },
  startedAtMs,
  durationMs,
})

/** Asks a target that answers, or fails, as it says time after time; then it goes on as at last. */
function listening(...outcomes: readonly (Kind | 'answer')[]) {
  const silence = createSilence()
  const paused: number[] = []
  const steps: unknown[] = []
  let nowMs = 1_000
  const parts = {
    runId: MARK,
    client: {
      async request(step: Pick<Exchange, 'requirement' | 'case' | 'step'>) {
        const kind = outcomes[Math.min(steps.length, outcomes.length - 1)] ?? 'answer'
        steps.push(step)
        nowMs += 10
        const rest = { ...step, ...asked('/nowhere', nowMs, 1) }
        const exchange = kind === 'answer' ? answered({}, rest) : unanswered(kind, rest)
        silence.see(exchange)
        return exchange
      },
    },
    environment: {
      async pause(ms: number) {
        paused.push(ms)
      },
    },
  }
  return { silence, parts, paused, steps }
}

describe('a target', () => {
  it('that answers is asked once', async () => {
    const { silence, parts, steps } = listening('answer')
    expect(await silence.ends(parts)).toBe(true)
    expect(steps).toEqual([{ requirement: 'set-up/still-there', case: '0', step: 0 }])
    expect(silence.since()).toBeUndefined()
  })

  it('that is started anew is asked until it answers', async () => {
    const { silence, parts, paused } = listening('refused', 'reset', 'answer')
    expect(await silence.ends(parts)).toBe(true)
    expect(paused).toEqual([50, 100])
  })

  it('is given three seconds', async () => {
    const { silence, parts, paused } = listening('refused')
    expect(await silence.ends(parts)).toBe(false)
    expect(paused.reduce((sum, ms) => sum + ms, 0)).toBe(3_150)
  })

  it('that takes the whole time limit is not asked again', async () => {
    const { silence, parts, steps } = listening('timeout')
    expect(await silence.ends(parts)).toBe(false)
    expect(await silence.lasts(parts)).toMatch(/has not answered since/)
    expect(steps).toHaveLength(1)
  })

  it('that comes back later is asked once more, and no more blamed', async () => {
    const { silence, parts, steps } = listening(...Array<Kind>(8).fill('refused'), 'answer')
    await silence.ends(parts)
    expect(await silence.lasts(parts)).toMatch(/has not answered since/)
    expect(await silence.lasts(parts)).toBeUndefined()
    expect(await silence.lasts(parts)).toBeUndefined()
    expect(steps).toHaveLength(9)
  })

  it('is not blamed where this program holds back', async () => {
    const { silence, parts } = listening('not-sent')
    expect(await silence.ends(parts)).toBe(false)
    expect(silence.since()).toBeUndefined()
  })
})

describe('the request since which a target does not answer', () => {
  const sinceWhich = async (...seen: readonly Exchange[]) => {
    const { silence, parts } = listening('refused')
    for (const exchange of seen) silence.see(exchange)
    await silence.ends(parts)
    return silence.since()
  }

  it('is the first that was lost after the last that was answered', async () => {
    expect(
      await sinceWhich(
        unanswered('reset', asked('/a', 0)),
        answered({}, asked('/b', 20)),
        unanswered('refused', asked('/c', 40)),
        unanswered('reset', asked('/d', 60)),
        unanswered('reset', asked('/e', 80)),
      ),
    ).toBe('the target has not answered since DELETE /d')
  })

  it('may be one of several, whose losses are told in any order', async () => {
    const some = [
      unanswered('reset', asked('/c', 25, 7)),
      answered({}, asked('/a', 10, 20)),
      unanswered('reset', asked('/b', 22, 10)),
      unanswered('dropped', asked('/d', 33)),
    ]
    const reason = 'the target has not answered since DELETE /b, one of 2 requests at once'
    expect(await sinceWhich(...some)).toBe(reason)
    expect(await sinceWhich(...some.toReversed())).toBe(reason)
  })

  it('is shown in part if it is long', async () => {
    const since = await sinceWhich(unanswered('reset', asked(`/${'x'.repeat(5_000)}`, 0)))
    expect(since?.length).toBeLessThan(220)
  })
})
