import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { json } from '../../fixtures/server/message.ts'
import { type Ended, planned, runWithin, startCounting } from './budgeted.ts'
import { invoke } from './invoke.ts'
import { handling, type Respond, withoutProxy } from './stub-server.ts'

beforeEach(() => {
  withoutProxy()
  vi.stubEnv('CONFORMANCE_TOKEN', undefined)
})
afterEach(() => {
  vi.unstubAllEnvs()
})

const SEED = ['--seed', '7']
/** Words for a run with a known number of requests: that of near-misses depends on the id. */
const EXACT = ['--skip', 'identity/look-alike']
const WIDTHS = [1, 16]
const each = (numbers: readonly number[]) =>
  numbers.flatMap((most) => WIDTHS.map((width) => ({ most, width })))
const atOnce = (width: number) => ['--concurrency', String(width)]

/** Answers each nth request with 429, and all others normally. */
function throttlingEvery(nth: number): Parameters<typeof startCounting>[0] {
  let count = 0
  return (handle) =>
    handling(async (request) => {
      count += 1
      return count % nth === 0 ? json(429, {}, { 'retry-after': '0' }) : handle(request)
    })
}

/** Answers the first deletion of each file with 500. */
const failingFirst: Parameters<typeof startCounting>[0] = (handle) => {
  const asked = new Set<string>()
  return handling(async (request) => {
    const again = asked.has(request.target)
    asked.add(request.target)
    return request.method !== 'DELETE' || again ? handle(request) : json(500, {})
  })
}

function expectCutShort({ code, report, stdout }: Ended, reason: string): void {
  expect(report.verdict).toBe('inconclusive')
  expect(report.reasons.join('; ')).toContain(reason)
  expect(stdout.split('\n').find((line) => line.startsWith('Verdict '))).toContain(reason)
  expect(code).toBe(3)
}

/** Requirement for which requests are kept aside. */
const LATE = 'effect/stays-deleted'

describe('--max-requests', () => {
  test.each(each([1, 2, 3, 5, 8, 13, 40, 121, 200]))(
    'is never exceeded, and no file is left: $most, $width at once',
    async ({ most, width }) => {
      const server = await startCounting()
      const words = ['--max-requests', String(most), ...atOnce(width), ...SEED]
      const ended = await runWithin(server.url, ...words)
      expect(server.received.length).toBeLessThanOrEqual(most)
      expect(server.received.length).toBe(
        ended.exchanges.reduce((sum, { attempts }) => sum + attempts, 0),
      )
      expect(server.store.size).toBe(0)
      expect(ended.report.files).toEqual({ created: server.created(), left: [] })
      const without = ended.report.requirements.filter(({ verdict }) => verdict === 'inapplicable')
      for (const { reason } of without) expect(reason).not.toContain('never observed')
      expectCutShort(ended, `not sent: --max-requests ${most} is used up`)
    },
  )

  test.each(each([30, 200]))(
    'counts what is sent again after 429, and no file is left: $most, $width at once',
    async ({ most, width }) => {
      const server = await startCounting(throttlingEvery(9))
      const ended = await runWithin(
        server.url,
        ...['--max-requests', String(most), ...atOnce(width), ...SEED],
      )
      expect(ended.exchanges.some(({ attempts }) => attempts > 1)).toBe(true)
      expect(server.received.length).toBeLessThanOrEqual(most)
      expect(server.store.size).toBe(0)
      expectCutShort(ended, `not sent: --max-requests ${most} is used up`)
    },
  )

  test.each(WIDTHS)(
    'cuts nothing off when it is what --plan says, with as many files: %i at once',
    async (width) => {
      const server = await startCounting()
      const words = [...atOnce(width), ...SEED, ...EXACT]
      const { requests, files } = await planned(server.url, ...words)
      expect(server.received).toEqual([])
      const budget = ['--max-requests', String(requests), '--max-files', String(files)]
      const ended = await runWithin(server.url, ...words, ...budget)
      expect(ended.report.reasons).toEqual([])
      expect(ended.code).toBe(0)
      expect(server.received.length).toBe(requests)
      expect(server.created()).toBe(files)
    },
  )

  /** Number of the last requests, which look for deleted files and read the list; they decide nothing. */
  const LAST_LOOKS = 12

  test.each(WIDTHS)('cuts off the rest when it is one less: %i at once', async (width) => {
    const server = await startCounting()
    const words = [...atOnce(width), ...SEED, ...EXACT]
    const { requests } = await planned(server.url, ...words)
    const most = requests - LAST_LOOKS - 1
    const ended = await runWithin(server.url, ...words, '--max-requests', String(most))
    expect(server.received.length).toBeLessThanOrEqual(most)
    expect(server.store.size).toBe(0)
    expectCutShort(ended, `--max-requests ${most} is used up`)
  })

  test('says of each requirement that was not run why, and sends nothing more once it was so', async () => {
    const server = await startCounting()
    const { report, exchanges } = await runWithin(
      server.url,
      ...['--max-requests', '60', ...atOnce(4), ...SEED],
    )
    const undecided = report.requirements.filter(({ verdict }) => verdict === 'inconclusive')
    expect(undecided.length).toBeGreaterThan(20)
    for (const { reason } of undecided) expect(reason).toMatch(/^not sent: --max-requests 60 is/)
    const never = undecided.filter(({ cases }) => cases.unit === 'case' && cases.judged === 0)
    expect(new Set(never.map(({ reason }) => reason))).toEqual(
      new Set(['not sent: --max-requests 60 is used up']),
    )
    const at = exchanges.findIndex(({ failure }) => failure?.kind === 'not-sent')
    const later = exchanges
      .slice(at)
      .filter(({ attempts, requirement }) => attempts > 0 && requirement !== LATE)
    expect(later.filter(({ request }) => request.method !== 'DELETE')).toEqual([])
    const refusals = exchanges.filter(({ failure }) => failure?.kind === 'not-sent')
    for (const { id } of undecided.filter((one) => one.id !== LATE)) {
      expect(refusals.filter(({ requirement }) => requirement === id).length).toBeLessThanOrEqual(8)
    }
  })

  test('outweighs no violation that was found before', async () => {
    const server = await startCounting((handle) =>
      handling(async (request) => (request.method === 'DELETE' ? json(500, {}) : handle(request))),
    )
    const folder = await invoke(
      ...['run', '-t', server.url, '--max-requests', '60', ...SEED, '--runs', '5'],
    )
    expect(server.received.length).toBeLessThanOrEqual(60)
    expect(folder.stdout).toContain('non-conforming: ')
    expect(folder.code).toBe(1)
  })

  test.each([50, 111])(
    'leaves no file behind where deletions fail the first time, but not the second: %i',
    async (most) => {
      const server = await startCounting(failingFirst)
      await runWithin(server.url, '--max-requests', String(most), ...atOnce(8), ...SEED)
      expect(server.received.length).toBeLessThanOrEqual(most)
      expect(server.store.size).toBe(0)
    },
  )
})

describe('--max-files', () => {
  test.each(each([1, 2, 3, 20]))(
    'is never exceeded by uploads: $most, $width at once',
    async ({ most, width }) => {
      const server = await startCounting()
      const words = ['--max-files', String(most), ...atOnce(width), ...SEED]
      const ended = await runWithin(server.url, ...words)
      expect(server.created()).toBe(most)
      expect(server.store.size).toBe(0)
      expectCutShort(ended, `not sent: --max-files ${most} is used up`)
      const judged = ended.report.requirements.filter(({ verdict }) => verdict === 'passed')
      expect(judged.map(({ id }) => id)).toContain('not-found/any-string')
    },
  )

  test.each(WIDTHS)('is never exceeded by ids that are provided: %i at once', async (width) => {
    const server = await startCounting()
    const ids = Array.from(
      { length: 20 },
      () =>
        server.store.add({
          account: 'everybody',
          filename: 'provided',
          purpose: 'batch',
          content: Buffer.from(''),
        }).id,
    )
    const files = `ids:${listOf(ids)}`
    const ended = await runWithin(
      server.url,
      ...['--files', files, '--max-files', '3', ...atOnce(width), ...SEED],
    )
    expect(server.store.size).toBe(17)
    expectCutShort(ended, 'not asked for: --max-files 3 is used up')
    const refusals = ended.evidence.filter(
      (line) => 'provided' in line && 'refused' in line.provided,
    )
    expect(refusals.length).toBeGreaterThan(0)
    // Where the file of ids is used up, each case asks; where the budget is, those that are under way.
    const adorned = refusals.filter(({ requirement }) => requirement === 'http/adorned')
    expect(adorned.length).toBe(width === 1 ? 1 : Math.min(2 * width, 10))
  })

  test('bounds how often a command is asked', async () => {
    const server = await startCounting()
    const calls = listOf([])
    const command = `command:echo called >> ${calls}; wc -l < ${calls} | sed 's/ *//;s/^/never-there-/'`
    // Eight are for the preflight.
    const needsFiles = ['deleted/status', 'not-found/already-deleted', 'effect/not-retrievable']
    const { code, report } = await runWithin(
      server.url,
      ...['--files', command, '--max-files', '9', ...atOnce(16)],
      ...needsFiles.flatMap((id) => ['--only', id]),
    )
    expect(readFileSync(calls, 'utf8')).toBe('called\n'.repeat(9))
    expect(code).toBe(1)
    expect(report.options.budget).toEqual({ maxFiles: 9 })
  })
})

/** Writes a file with a line for each. */
function listOf(lines: readonly string[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'budget-ids-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'ids.txt')
  writeFileSync(file, lines.map((line) => `${line}\n`).join(''))
  return file
}

describe('--deadline', () => {
  /** Longer than the time limit of a test: a run that waits for it fails the test. */
  const TOO_LONG_S = 59
  /** Files that are uploaded before the first case. */
  const OF_THE_PREFLIGHT = 8

  /** Answers the first deletion of a file with a long Retry-After. */
  function puttingOff(status: number): (respond: Respond) => Respond {
    let known = 0
    let hasPutOff = false
    return (respond) => (request, response) => {
      const { method, url = '' } = request
      if (method === 'POST') known += 1
      const isOfCase = method === 'DELETE' && url.includes('/file-') && known > OF_THE_PREFLIGHT
      if (!isOfCase || hasPutOff) return respond(request, response)
      hasPutOff = true
      response.writeHead(status, { 'retry-after': String(TOO_LONG_S) }).end()
    }
  }

  /** Gives the times at which requests were sent, counted from the first; without the cleanup. */
  function begunMs({ exchanges }: Ended): readonly number[] {
    const [first] = exchanges
    return exchanges
      .filter(({ attempts, requirement }) => attempts > 0 && requirement !== 'set-up/cleanup')
      .map(({ startedAtMs }) => startedAtMs - (first?.startedAtMs ?? 0))
  }

  test.each(WIDTHS)(
    'ends a run whose deletions are never answered, and begins none later: %i at once',
    async (width) => {
      let givenUp = false
      const server = await startCounting((handle, store) => {
        const respond = handling(handle)
        return (request, response) => {
          const id = request.url?.split('/').at(-1) ?? ''
          const isOfFile = request.method === 'DELETE' && store.find('everybody', id) !== undefined
          if (!isOfFile || givenUp) return respond(request, response)
          // Given up by the client, which is later than the deadline: what comes then is the removal.
          response.on('close', () => {
            givenUp = true
          })
        }
      })
      const ended = await runWithin(
        server.url,
        ...['--deadline', '300ms', '--timeout', '400ms', ...atOnce(width), ...SEED],
      )
      expectCutShort(ended, 'not sent: --deadline 300ms is over')
      expect(Math.max(...begunMs(ended))).toBeLessThanOrEqual(300)
      expect(server.store.size).toBe(0)
    },
  )

  test('begins nothing more on a target that answers nothing at all', async () => {
    const server = await startCounting(() => () => undefined)
    const ended = await runWithin(server.url, '--deadline', '300ms', '--timeout', '400ms')
    expectCutShort(ended, 'the target cannot be tested: no answer within 400 ms')
    expect(server.received.length).toBe(1)
  })

  test('makes a run inconclusive whose target was not looked at to the end', async () => {
    const server = await startCounting((handle) => {
      const respond = handling(handle)
      return (request, response) => {
        if (request.method !== 'GET') respond(request, response)
      }
    })
    const ended = await runWithin(server.url, '--deadline', '300ms', '--timeout', '400ms')
    expectCutShort(ended, 'the target cannot be tested: no answer within 400 ms')
    expect(ended.report.files.created).toBe(server.created())
  })

  test.each<[waits: string, words: readonly string[], respond: (respond: Respond) => Respond]>([
    ['for its turn', ['--rate', `${1 / TOO_LONG_S}`], (respond) => respond],
    ['for Retry-After', [], puttingOff(429)],
    ['for a file that is still being processed', [], puttingOff(409)],
  ])('ends waiting %s', async (_, words, alter) => {
    const server = await startCounting((handle) => alter(handling(handle)))
    const ended = await invoke(
      ...['run', '-t', server.url, '--deadline', '1s', '--only', 'deleted/', ...words],
    )
    expect(ended.stdout).toContain('--deadline 1s is over')
    expect(ended.code).toBe(3)
  })

  test('ends looking again whether a deletion shows', async () => {
    const server = await startCounting((handle) =>
      handling(async (request) =>
        request.method === 'DELETE' && request.target.includes('/file-')
          ? json(200, { id: request.target.split('/').at(-1), object: 'file', deleted: true })
          : handle(request),
      ),
    )
    const ended = await invoke(
      ...['run', '-t', server.url, '--deadline', '300ms', '--settle', `${TOO_LONG_S}s`],
      ...['--only', 'effect/not-retrievable'],
    )
    expect(ended.stdout).toContain('not sent: --deadline 300ms is over')
    expect(ended.code).toBe(3)
  })
})

test('the budget stands in the report when it was given, by flag or by variable, and else not', async () => {
  const server = await startCounting()
  vi.stubEnv('CONFORMANCE_MAX_FILES', '9')
  vi.stubEnv('CONFORMANCE_DEADLINE', '2m')
  const only = ['--only', 'not-found/never-issued']
  const { report } = await runWithin(server.url, ...only, '--max-requests', '50')
  expect(report.options.budget).toEqual({ maxRequests: 50, maxFiles: 9, deadlineMs: 120_000 })
  vi.unstubAllEnvs()
  withoutProxy()
  expect((await runWithin(server.url, ...only)).report.options).not.toHaveProperty('budget')
})

test.each([
  ['--max-requests', '0', 'a whole number from 1'],
  ['--max-files', 'many', 'a whole number from 1'],
  ['--deadline', 'tomorrow', 'a duration from 1ms to 60m'],
])('refuses %s %s, and says what is accepted', async (flag, value, accepted) => {
  const { code, stderr } = await invoke('run', flag, value)
  expect(stderr).toContain(flag)
  expect(stderr).toContain(accepted)
  expect(code).toBe(2)
})
