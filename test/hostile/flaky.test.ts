import { readFileSync } from 'node:fs'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { withoutProxy } from '../cli/stub-server.ts'
import { stream } from '../safety/draw.ts'
import { atOnce } from './at-once.ts'
import { skipSleep } from './leaping-sleep.ts'
import { findingsOf, runAllAgainst, runUnverified } from './outcome.ts'
import { http, inHttp, type Spoil, startSpoiled } from './spoiled-server.ts'

beforeEach(() => {
  withoutProxy()
  skipSleep()
})
afterEach(() => vi.unstubAllEnvs())

const TIMEOUT_MS = 200

/** What a server that conforms does now and then. */
const KINDS: Readonly<Record<string, Spoil>> = {
  'answer 503 without `Retry-After`': () => http(503, {}),
  'reset the connection before it does anything': ({ socket }) => {
    socket.resetAndDestroy()
    return undefined
  },
  'do what it is asked and reset the connection': async ({ socket, conforming }) => {
    await conforming()
    socket.resetAndDestroy()
    return undefined
  },
  'do what it is asked and answer after the time limit': async ({ conforming }) => {
    const answer = await conforming()
    await new Promise((resolve) => setTimeout(resolve, 1.5 * TIMEOUT_MS))
    return inHttp(answer)
  },
  'answer 500, which the document does not have': () => http(500, {}),
}
/** Only a whole run has enough requests for a failure that is so rare. */
const RARE = 1
const PERCENT = [RARE, 5, 20]
const SEEDS = [1, 2]
/** Most requests are of these: they make few files, or many in the way of others. */
const SHORT = ['--skip', 'concurrency/,identity/look-alike,invalid/,not-found/']
/** At so many, a run leaves nothing; above, it may leave what it names. */
const REMOVED_AT = 5

const verdicts = new Map<string, Set<string>>()

test.each(Object.entries(KINDS))(
  'of a server that may %s, in however many of a hundred requests, no file is lost track of',
  { timeout: 180_000 },
  (kind, spoil) =>
    atOnce(runsOf(kind), async ([_, percent, seed]) => {
      const draw = stream(seed)
      const server = await startSpoiled({ when: () => draw.below(100) < percent, spoil })
      const flags = ['--timeout', `${TIMEOUT_MS}ms`, '--seed', String(seed)]
      const isVerified = percent !== RARE && seed === SEEDS[0]
      const outcome = await (isVerified ? runAllAgainst : runUnverified)(
        server.url,
        ...flags,
        ...(percent === RARE ? [] : SHORT),
      )
      const { verdict, files } = outcome.report
      const seen = verdicts.get(cellOf(kind, percent)) ?? new Set()
      verdicts.set(cellOf(kind, percent), seen.add(verdict))
      if (!kind.includes('500')) {
        expect(findingsOf(outcome).filter((one) => !one.startsWith('inconclusive'))).toEqual([])
      }
      const there = server.store.list('everybody').map(({ id }) => id)
      if (percent <= REMOVED_AT)
        expect({ there, left: files.left }).toEqual({ there: [], left: [] })
      const unnamed = there.filter((id) => !files.left.includes(id))
      expect(unnamed.length).toBeLessThanOrEqual(openUploads(files.left))
    }),
)

test('docs/reliability.md says what came of each', async ({ skip }) => {
  skip(verdicts.size < Object.keys(KINDS).length * PERCENT.length, 'not all of them were run')
  const page = readFileSync(new URL('../../docs/reliability.md', import.meta.url), 'utf8')
  expect(page).toMatch(SECTION)
  await expect(
    page.replace(SECTION, (_, begin: string, end: string) => `${begin}\n${table()}\n\n${end}`),
    'docs/reliability.md is stale; "npm run docs" writes its table of flaky servers anew',
  ).toMatchFileSnapshot('../../docs/reliability.md')
})

/** Rows of which chance decides: what is sent anew may be lost again. */
const HEALED = 'reset the connection'
const EITHER = 'conforming or inconclusive'
const MAY_HEAL = /^(?:conforming|inconclusive|conforming or inconclusive)$/

const SECTION = /(<!-- flaky servers: begin -->\n)[\s\S]*(<!-- flaky servers: end -->)/

function table(): string {
  const rows = Object.keys(KINDS).map((kind) => {
    const cellsOfRow = PERCENT.map((percent) => {
      const seen = [...(verdicts.get(cellOf(kind, percent)) ?? [])].toSorted().join(' or ')
      const shown = kind.includes(HEALED) && MAY_HEAL.test(seen) ? EITHER : seen
      return `${shown}; ${percent <= REMOVED_AT ? 'none' : 'none, or named'}`
    })
    return `| ${kind} | ${cellsOfRow.join(' | ')} |`
  })
  return [
    `| a server may | ${PERCENT.map((percent) => `${percent} %: verdict; files left`).join(' | ')} |`,
    `| --- | ${PERCENT.map(() => '---').join(' | ')} |`,
    ...rows,
  ].join('\n')
}

/** One run, for its length, of failures that are rare. */
function runsOf(kind: string) {
  return PERCENT.flatMap((percent) =>
    (percent === RARE ? SEEDS.slice(0, 1) : SEEDS).map(
      (seed) => [`${cellOf(kind, percent)} with seed ${seed}`, percent, seed] as const,
    ),
  )
}

function cellOf(kind: string, percent: number): string {
  return `${kind} ${percent}`
}

function openUploads(left: readonly string[]): number {
  return Number(/(\d+) uploads? of which no file is known/.exec(left.join())?.[1] ?? 0)
}
