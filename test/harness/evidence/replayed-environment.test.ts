import { describe, expect, it } from 'vitest'
import type { ReadLine } from '../../../harness/evidence/evidence-file.ts'
import { replayedEnvironment } from '../../../harness/evidence/replayed-environment.ts'
import { type EvidenceRecord, recorded } from '../../../model/evidence.ts'
import { answered, unanswered } from '../made-up.ts'

const REQUEST = { method: 'DELETE', target: '/v1/files/x', headers: [] }

function over(...records: readonly EvidenceRecord[]) {
  const lines: ReadLine[] = records.map((record, at) => ({
    number: at + 1,
    text: JSON.stringify(record),
    record,
    previous: '',
  }))
  return replayedEnvironment(() => lines.shift())
}

const step = (number: number, caseKey = '0') => ({
  requirement: 'family/name',
  case: caseKey,
  step: number,
})
const answer = (number: number, status = 200, caseKey = '0') =>
  recorded(answered({ status }, step(number, caseKey)))

describe('evidence in the place of a target', () => {
  it('gives each request the answer that was recorded for its step, octets and times included', async () => {
    const made = answered({ body: Buffer.from([0xff, 0]) }, { ...step(0), durationMs: 12.5 })
    const environment = over(recorded(made))
    expect(await environment.exchange(step(0), REQUEST)).toEqual({
      response: made.response,
      attempts: 1,
      startedAtMs: made.startedAtMs,
      waitMs: made.waitMs,
      durationMs: 12.5,
    })
    expect(environment.unused()).toBeUndefined()
  })

  it('gives the failure where there was no answer', async () => {
    const environment = over(recorded(unanswered('reset', step(0))))
    expect(await environment.exchange(step(0), REQUEST)).toMatchObject({
      failure: { kind: 'reset' },
    })
  })

  it('answers in the order in which answers came, not in which they are asked for', async () => {
    const environment = over(answer(2), answer(0), answer(1))
    const order: number[] = []
    await Promise.all(
      [0, 1, 2].map(async (number) => {
        await environment.exchange(step(number), REQUEST)
        order.push(number)
      }),
    )
    expect(order).toEqual([2, 0, 1])
  })

  it('waits for what is asked only after an earlier answer', async () => {
    const environment = over(answer(0, 200, '1'), answer(0), answer(1, 200, '1'), answer(1))
    const seen: string[] = []
    const both = async (caseKey: string) => {
      for (const number of [0, 1]) {
        await environment.exchange(step(number, caseKey), REQUEST)
        seen.push(`${caseKey}.${number}`)
      }
    }
    await Promise.all([both('0'), both('1')])
    expect(seen).toEqual(['1.0', '0.0', '1.1', '0.1'])
  })

  it('provides the file that was provided, and asks nobody', async () => {
    const environment = over({ ...step(0), provided: { id: 'file-7' } })
    const asked = () => Promise.reject(new Error('asked'))
    expect(await environment.provide(step(0), asked)).toEqual({ id: 'file-7' })
  })

  it('ends where a line follows that nobody asks for', async () => {
    const environment = over(answer(0), answer(0, 200, '9'), answer(1))
    await environment.exchange(step(0), REQUEST)
    const parted =
      'family/name case 9 step 0 follows, and the run goes on with family/name case 0 step 1'
    await expect(environment.exchange(step(1), REQUEST)).rejects.toThrow(parted)
    expect(environment.mismatch?.line).toBe(2)
    await expect(environment.exchange(step(2), REQUEST)).rejects.toThrow(parted)
  })

  it('ends where lines are missing', async () => {
    const environment = over(answer(0))
    await environment.exchange(step(0), REQUEST)
    await expect(environment.exchange(step(1), REQUEST)).rejects.toThrow(
      'the run goes on with family/name case 0 step 1',
    )
  })

  it('names the line that is left when the run is over', async () => {
    const environment = over(answer(0), answer(1))
    await environment.exchange(step(0), REQUEST)
    expect(environment.unused()).toMatchObject({
      line: 2,
      message: 'family/name case 0 step 1 follows the end of the run',
    })
  })
})
