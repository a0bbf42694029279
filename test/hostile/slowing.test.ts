import { setTimeout as sleep } from 'node:timers/promises'
import { beforeEach, expect, test } from 'vitest'
import { withoutProxy } from '../cli/stub-server.ts'
import { runAllAgainst } from './outcome.ts'
import { inHttp, startSpoiled } from './spoiled-server.ts'

beforeEach(withoutProxy)

/** Time that each deletion takes longer than the one before. */
async function runAgainstSlower(byMs: number) {
  let deletions = 0
  const { url } = await startSpoiled({
    when: ({ method }) => method === 'DELETE',
    spoil: async ({ conforming }) => {
      deletions += 1
      await sleep(byMs * deletions)
      return inHttp(await conforming())
    },
  })
  const { report, stdout } = await runAllAgainst(url, '--only', 'deleted/,effect/,not-found/')
  expect(report.verdict).toBe('conforming')
  return { report, stdout }
}

test('notices that a server deletes ever more slowly, and passes it', async () => {
  const { report, stdout } = await runAgainstSlower(1)
  const text = expect.stringMatching(
    /^those that succeed take ever longer: (?:[\d.]+ m?s(?:, )?){4} \(/,
  )
  expect(report.observations).toEqual([{ about: 'Deletions', text, count: 1 }])
  expect(stdout).toMatch(/^Deletions those that succeed take ever longer/m)
})

test('notices nothing of the kind where deletions take the same time throughout', async () => {
  const { report } = await runAgainstSlower(0)
  expect(report.observations).toBeUndefined()
})
