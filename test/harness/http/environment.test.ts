import { expect, it } from 'vitest'
import { openEnvironment } from '../../../harness/http/environment.ts'
import { ledgerInMemory } from '../../../harness/safety/ledger.ts'
import { Interrupted } from '../../../model/errors.ts'
import { LEDGER_HEADER, STEP, stubTransport, target } from '../made-up.ts'

/** Longer than the time limit of a test. */
const TOO_LONG_MS = 120_000
const REQUEST = { method: 'GET', target: '/', headers: [] }

function environmentWith(signal: AbortSignal) {
  const transport = stubTransport(() => ({ status: 204 }))
  const { state: files } = ledgerInMemory(LEDGER_HEADER)
  const budget = { limits: { deadlineMs: 5 }, files }
  return openEnvironment({ target: target(), transport, concurrency: 1, signal, budget })
}

it('ends a pause at the deadline, sends nothing then, and still removes files', async () => {
  const environment = environmentWith(new AbortController().signal)
  await environment.pause(TOO_LONG_MS)
  expect(await environment.exchange(STEP, REQUEST)).toMatchObject({
    failure: { kind: 'not-sent', message: 'not sent: --deadline 5ms is over' },
    attempts: 0,
  })
  const found = await environment.provide(STEP, async () => ({ id: 'asked' }))
  expect(found).toEqual({ refused: 'not asked for: --deadline 5ms is over', notAsked: true })
  const removal = await environment.uninterrupted().exchange(STEP, { ...REQUEST, method: 'DELETE' })
  expect(removal).toMatchObject({ response: { status: 204 }, attempts: 1 })
})

it('is interrupted rather than over where it is both', async () => {
  const interrupt = new AbortController()
  const environment = environmentWith(interrupt.signal)
  await environment.pause(TOO_LONG_MS)
  interrupt.abort()
  await expect(environment.pause(TOO_LONG_MS)).rejects.toThrow(Interrupted)
  await expect(environment.exchange(STEP, REQUEST)).rejects.toThrow(Interrupted)
})
