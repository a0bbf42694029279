import { readFileSync } from 'node:fs'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { withoutProxy } from '../cli/stub-server.ts'
import { stream } from '../safety/draw.ts'
import { skipSleep } from './leaping-sleep.ts'
import { findingsOf, runAllAgainst } from './outcome.ts'
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
const PERCENT = [1, 5, 20]
const SEEDS = [1, 2]
/** Three quarters of all requests are of these, and lose files in no other way. */
const REPETITIVE = 'concurrency/,identity/look-alike'
/** At so many, a run leaves nothing; above, it may leave what it names. */
const REMOVED_AT = 5

const cells = Object.keys(KINDS).flatMap((kind) =>
  PERCENT.map((percent) => [kind, percent] as const),
)
const verdicts = new Map<string, Set<string>>()

test.each(cells)(
  'of a server that may %s, at %i in a hundred requests, no file is lost track of',
  { timeout: 180_000 },
  async (kind, percent) => {
    for (const seed of SEEDS) {
      const draw = stream(seed)
      const server = await startSpoiled({
        when: () => draw.below(100) < percent,
        spoil: KINDS[kind] as Spoil,
      })
      const flags = ['--timeout', `${TIMEOUT_MS}ms`, '--seed', String(seed), '--skip', REPETITIVE]
      const outcome = await runAllAgainst(server.url, ...flags)
      const { verdict, files } = outcome.report
      verdicts.set(
        cellOf(kind, percent),
        (verdicts.get(cellOf(kind, percent)) ?? new Set()).add(verdict),
      )
      if (!kind.includes('500')) {
        expect(findingsOf(outcome).filter((one) => !one.startsWith('inconclusive'))).toEqual([])
      }
      const there = server.store.list('everybody').map(({ id }) => id)
      if (percent <= REMOVED_AT)
        expect({ there, left: files.left }).toEqual({ there: [], left: [] })
      const unnamed = there.filter((id) => !files.left.includes(id))
      expect(unnamed.length).toBeLessThanOrEqual(openUploads(files.left))
    }
  },
)

test('docs/reliability.md says what came of each', async ({ skip }) => {
  skip(verdicts.size < cells.length, 'not all of them were run')
  const page = readFileSync(new URL('../../docs/reliability.md', import.meta.url), 'utf8')
  expect(page).toMatch(SECTION)
  await expect(
    page.replace(SECTION, (_, begin: string, end: string) => `${begin}\n${table()}\n\n${end}`),
    'docs/reliability.md is stale; "npm run docs" writes its table of flaky servers anew',
  ).toMatchFileSnapshot('../../docs/reliability.md')
})

const SECTION = /(<!-- flaky servers: begin -->\n)[\s\S]*(<!-- flaky servers: end -->)/

function table(): string {
  const rows = Object.keys(KINDS).map((kind) => {
    const cellsOfRow = PERCENT.map((percent) => {
      const seen = [...(verdicts.get(cellOf(kind, percent)) ?? [])].toSorted().join(' or ')
      return `${seen}; ${percent <= REMOVED_AT ? 'none' : 'none, or named'}`
    })
    return `| ${kind} | ${cellsOfRow.join(' | ')} |`
  })
  return [
    `| a server may | ${PERCENT.map((percent) => `${percent} %: verdict; files left`).join(' | ')} |`,
    `| --- | ${PERCENT.map(() => '---').join(' | ')} |`,
    ...rows,
  ].join('\n')
}

function cellOf(kind: string, percent: number): string {
  return `${kind} ${percent}`
}

function openUploads(left: readonly string[]): number {
  return Number(/(\d+) uploads of which no file is known/.exec(left.join())?.[1] ?? 0)
}
