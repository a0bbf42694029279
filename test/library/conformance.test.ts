import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test, vi } from 'vitest'
import { faults } from '../../fixtures/faults/faults.ts'
import type { ReferenceServer } from '../../fixtures/server/reference-server.ts'
import { catalogue } from '../../suites/catalogue.ts'
import { addFiles, ownFolder, startServer } from './running.ts'
import { OWN_FRAME, runUserTests, startUserTests, VITEST_ENTRY } from './user-tests.ts'

const WHOLE = 'conformance > the run as a whole can be judged, and leaves no file'

/** Starts a server with a fault, and counts its requests. */
async function startFaulty(name?: string): Promise<ReferenceServer & { requests(): number }> {
  let requests = 0
  const fault = faults.find((one) => one.name === name)
  if (fault === undefined && name !== undefined) throw new Error(`no such fault: ${name}`)
  const server = await startServer({
    alterations: [
      ...(fault === undefined ? [] : [fault.alter]),
      (handle) => (request) => {
        requests += 1
        return handle(request)
      },
    ],
  })
  return Object.assign(server, { requests: () => requests })
}

/** Writes a call of `conformance`. */
const call = ({ url }: { readonly url: string }, options = '') =>
  `conformance({ target: '${url}', runs: 1, linger: 0, ${options} })`

describe('conformance({ target })', () => {
  test('registers a test for each requirement, below its family, and one for the whole', async () => {
    const server = await startFaulty()
    addFiles(server, 2)
    const { code, tests, of } = await runUserTests(call(server))
    expect(tests.map(({ name }) => name)).toEqual([
      ...catalogue.flatMap(({ name: family, requirements }) =>
        requirements.map(
          ({ id, level, title }) => `conformance > ${family} > ${title} (${id}, ${level})`,
        ),
      ),
      WHOLE,
    ])
    expect(tests.filter(({ status }) => status === 'failed')).toEqual([])
    expect(of('deleted/status')?.status).toBe('passed')
    expect(of('security/token-needed')?.status).toBe('skipped')
    expect(code).toBe(0)
    expect(server.store.size).toBe(2)
  })

  test('fails where the own signal of the user ends the run, and says so once', async () => {
    const server = await startFaulty()
    const { code, tests } = await runUserTests(call(server, 'signal: AbortSignal.timeout(1)'))
    const failed = tests.filter(({ status }) => status === 'failed')
    expect(failed).toHaveLength(1)
    expect(failed[0]?.messages.join()).toMatch(/RunInterrupted: interrupted/)
    expect(code).toBe(1)
  })

  test('fails the test of what is violated, at the line of the user, with what shows it', async () => {
    const server = await startFaulty('answers-without-object')
    const { code, tests, stdout, stderr, of } = await runUserTests(
      `\n${call(server, "only: ['deleted/', 'documented/body']")}`,
    )
    const failed = tests.filter(({ status }) => status === 'failed')
    expect(failed).toEqual([of('deleted/body')])
    // They say no more than the finding does.
    expect(of('deleted/any-file')?.status).toBe('skipped')
    const [message = ''] = failed[0]?.messages ?? []
    expect(message).toMatch(/^ConformanceError: FAILED deleted\/body \(MUST\)\n/)
    expect(message).toContain('expected  a property "object"')
    expect(message).toMatch(/received {2}\{"id":"file-/)
    expect(message).toMatch(/request {3}DELETE \/v1\/files\/file-/)
    expect(message).toMatch(/curl .* -X DELETE/)
    expect(message).toMatch(/api\.test\.ts:3:1/)
    expect(message).not.toMatch(OWN_FRAME)
    expect(stdout + stderr).not.toMatch(OWN_FRAME)
    expect(code).toBe(1)
  })

  test('sends only what the tests that -t leaves over need, and judges only these', async () => {
    const whole = await startFaulty()
    await runUserTests(call(whole))
    const server = await startFaulty('answers-without-object')
    const { code, tests, of } = await runUserTests(call(server), '-t', 'deleted/flag')
    const judged = tests.filter(({ status }) => status !== 'skipped' && status !== 'pending')
    // Its answers come from tests of its family, which are no matter here: one of them would fail.
    expect(judged).toEqual([of('deleted/flag')])
    expect(judged[0]?.status).toBe('passed')
    expect(code).toBe(0)
    expect(server.requests()).toBeLessThan(whole.requests() / 4)
  })

  test('sends nothing if -t leaves no test over', async () => {
    const server = await startFaulty()
    await runUserTests(call(server), '-t', 'nothing of the kind', '--passWithNoTests')
    expect(server.requests()).toBe(0)
  })

  test('annotates a violated SHOULD, which fails only with strict', async () => {
    const server = await startFaulty('message-is-none')
    const only = "only: ['wording/']"
    const lenient = await runUserTests(call(server, only))
    expect(lenient.of('wording/message')?.status).toBe('passed')
    expect(lenient.stdout).toContain('WARNED wording/message (SHOULD)')
    expect(lenient.code).toBe(0)
    const strict = await runUserTests(call(server, `${only}, strict: true`))
    expect(strict.of('wording/message')?.status).toBe('failed')
    expect(strict.code).toBe(1)
  })

  test('fails what it cannot judge, with the reason', async () => {
    const { code, tests } = await runUserTests(
      call({ url: 'http://127.0.0.1:1' }, "only: ['deleted/']"),
    )
    expect(tests.map(({ status }) => status)).toEqual(tests.map(() => 'failed'))
    for (const { messages } of tests) {
      expect(messages.join()).toContain('the target cannot be tested: connection refused')
    }
    expect(code).toBe(1)
  })

  test.each([
    ['all tests run', []],
    ['-t leaves out the last test', ['-t', 'not-found/never-issued']],
    ['bail leaves out the last test', ['--bail', '1']],
  ])('names the files that it could not delete, once, where %s', async (_, words) => {
    let deletions = 0
    const locked = { status: 423, headers: {}, body: Buffer.from('') }
    const server = await startServer({
      alterations: [
        (handle) => (request) => {
          if (request.method !== 'DELETE') return handle(request)
          deletions += 1
          return deletions === 1 ? handle(request) : Promise.resolve(locked)
        },
      ],
    })
    const source = call(server, "only: ['deleted/status', 'not-found/never-issued']")
    const { code, stdout, stderr } = await runUserTests(`\n${source}`, ...words)
    const [before = '', told = '', ...more] = (stdout + stderr).split('Error: files left behind: ')
    expect(more).toEqual([])
    const ids = server.store.list('everybody').map(({ id }) => id)
    expect(ids.filter((id) => !told.includes(id))).toEqual([])
    expect(ids.length).toBeGreaterThan(0)
    expect(told).toMatch(/; remove with: delete-conformance cleanup \S+\.ledger -t http/)
    expect(told).toContain('api.test.ts:3:1')
    expect(before + told).not.toMatch(OWN_FRAME)
    expect(code).toBe(1)
  })

  test('accepts the violations in a file of waivers', async () => {
    const server = await startFaulty('answers-without-object')
    const waivers = join(ownFolder(), 'waivers.yaml')
    const entry = 'requirement: deleted/body, reason: x, owner: y, expires: 2999-12-31'
    writeFileSync(waivers, `- { ${entry} }\n`)
    const options = `only: ['deleted/body'], waivers: ${JSON.stringify(waivers)}`
    const { code, tests, of } = await runUserTests(call(server, options))
    expect(of('deleted/body')?.status).toBe('passed')
    expect(tests.at(-1)).toMatchObject({ name: WHOLE, status: 'passed' })
    expect(code).toBe(0)
  })

  test('works where each test must assert something, is tried again, and all run at once', async () => {
    const server = await startFaulty('answers-without-object')
    const { code, tests, of } = await runUserTests(
      call(server, "only: ['deleted/']"),
      ...['--expect.requireAssertions', '--retry', '1', '--sequence.concurrent'],
    )
    const failed = tests.filter(({ status }) => status === 'failed')
    expect(failed).toEqual([of('deleted/body')])
    expect(of('deleted/body')?.messages.join('\n')).not.toMatch(OWN_FRAME)
    expect(code).toBe(1)
  })
})

describe('a set-up that cannot be used is told once, at the line of the user', () => {
  test.each([
    ['an unknown option', "{ target: 'http://127.0.0.1:1', tagret: 1 }", 'UsageError: unknown op'],
    ['no requirement', "{ target: 'http://127.0.0.1:1', only: ['x/'] }", 'SelectionError: --only'],
    ['no target', '{}', 'UsageError: target: found none'],
  ])('%s, before there are tests', async (_, options, message) => {
    const { code, tests, stdout, stderr } = await runUserTests(`conformance(${options})`)
    expect(tests).toEqual([])
    expect(stderr.split(message)).toHaveLength(2)
    expect(stderr).toContain('api.test.ts:2:1')
    expect(stdout + stderr).not.toMatch(OWN_FRAME)
    expect(code).toBe(1)
  })

  test('a folder that is not empty, by the first test', async () => {
    const out = ownFolder()
    writeFileSync(join(out, 'x'), '')
    const options = `out: ${JSON.stringify(out)}`
    const { code, tests } = await runUserTests(
      call({ url: 'http://127.0.0.1:1' }, options),
      ...['--retry', '1'],
    )
    const [first, ...others] = tests
    expect(first?.status).toBe('failed')
    expect(first?.messages[0]).toMatch(/^UsageError: out .*: holds x already/)
    expect(first?.messages.join()).toContain('api.test.ts:2:1')
    expect(first?.messages.join()).not.toMatch(OWN_FRAME)
    expect(others.filter(({ status }) => status !== 'skipped')).toEqual([])
    expect(code).toBe(1)
  })
})

describe('a run that is cut off removes its files', () => {
  /** Starts a server that takes its time to delete. */
  const startSlow = () =>
    startServer({
      alterations: [
        (handle) => async (request) => {
          await sleep(request.method === 'DELETE' ? 700 : 10)
          return handle(request)
        },
      ],
    })

  test('when vitest ends, as by Ctrl-C', async () => {
    const server = await startSlow()
    const source = `import { conformance } from ${VITEST_ENTRY}\n${call(server, 'runs: 500')}\n`
    const { kill, ended } = startUserTests({ 'api.test.ts': source })
    const { store } = server
    await vi.waitFor(() => expect(store.size).toBeGreaterThan(8), { timeout: 20_000, interval: 5 })
    kill('SIGINT')
    const { code, stderr } = await ended
    expect({ code, stderr }).toMatchObject({ code: 130 })
    // Its bystanders are there until the cleanup.
    await vi.waitFor(() => expect(store.size).toBe(0), { timeout: 20_000 })
  })

  test('when another test fails, with --bail', async () => {
    const server = await startSlow()
    const source = `import { conformance } from ${VITEST_ENTRY}\n${call(server, 'runs: 500')}\n`
    const failing = [
      "import { expect, test } from 'vitest'",
      "test('x', async () => {",
      '  const count = async () =>',
      `    (await (await fetch('${server.url}/v1/files')).json()).data.length`,
      '  await expect.poll(count, { timeout: 20_000 }).toBeGreaterThan(8)',
      "  throw new Error('x')",
      '})',
    ].join('\n')
    const { ended } = startUserTests(
      { 'api.test.ts': source, 'failing.test.ts': failing },
      ...['--bail', '1', '--testTimeout', '30000', '--maxWorkers', '2'],
    )
    const { code, stdout } = await ended
    expect(stdout).not.toContain('did not succeed in time')
    expect(code).toBe(1)
    expect(server.store.size).toBe(0)
  })
})
