import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { faults } from '../../fixtures/faults/faults.ts'
import { ACCOUNTS } from '../../fixtures/server/accounts.ts'
import { loadContract, type Progress, type Report, run } from '../../library/index.ts'
import { stateFolder } from '../../library/run-folder.ts'
import { invoke } from '../cli/invoke.ts'
import { closedUrl, startStub, withoutProxy } from '../cli/stub-server.ts'
import { addFiles, ownFolder, startServer } from './running.ts'

beforeEach(() => {
  withoutProxy()
  vi.stubEnv('CONFORMANCE_TOKEN', undefined)
  vi.stubEnv('CONFORMANCE_SECOND_TOKEN', undefined)
})
afterEach(() => {
  vi.unstubAllEnvs()
})

const FEW = { runs: 5, settle: '1ms' }

describe('run', () => {
  test('finds a conforming server conforming, and leaves no file there', async () => {
    const server = await startServer()
    const report = await run({ ...FEW, target: server.url })
    expect(report).toMatchObject({ verdict: 'conforming', target: { url: server.url } })
    expect(report.files.created).toBeGreaterThan(10)
    expect(report.files.left).toEqual([])
    expect(server.store.size).toBe(0)
  })

  test('sends no more than its budget allows, and says what it could not judge for it', async () => {
    const server = await startServer()
    const report = await run({ ...FEW, target: server.url, maxFiles: 7 })
    expect(report.files.created).toBe(7)
    expect(report.options.budget).toEqual({ maxFiles: 7 })
    expect(report.verdict).toBe('inconclusive')
    expect(report.reasons.join()).toContain('--max-files 7 is used up')
    expect(server.store.size).toBe(0)
  })

  test('tests the embedded reference server where no target is given', async () => {
    const report = await run({ ...FEW, only: ['deleted/'] })
    expect(report.verdict).toBe('conforming')
    expect(report.options.disposable).toBe(true)
  })

  test.each(['deletion-is-idempotent', 'nothing-removed'])(
    'names what a faulty server violates: %s',
    async (name) => {
      const fault = faults.find((one) => one.name === name)
      const [family = ''] = fault?.red[0]?.split('/') ?? []
      const server = await startServer({ alterations: fault ? [fault.alter] : [] })
      const report = await run({ ...FEW, target: new URL(server.url), only: [`${family}/`] })
      const violated = report.requirements.filter(({ violations }) => violations.length > 0)
      expect(report.verdict).toBe('non-conforming')
      expect(fault?.red).toEqual(expect.arrayContaining(violated.map(({ id }) => id)))
      expect(violated.map(({ id }) => id)).toContain(fault?.red[0])
    },
  )

  test('judges by the contract that it is given', async () => {
    const server = await startServer()
    const document = join(ownFolder(), 'openapi.yaml')
    const shipped = readFileSync('spec/openai-api-swagger.yaml', 'utf8')
    writeFileSync(document, shipped.replace('const: file', 'const: dossier'))
    const contract = await loadContract(document)
    const report = await run({ ...FEW, target: server.url, contract, only: ['deleted/'] })
    expect(report.document).toMatchObject({ source: document, shipped: false })
    expect(report.requirements.find(({ id }) => id === 'deleted/body')?.verdict).toBe('failed')
  })

  test('sends the same cases for the same seed, however it is written, two runs at once', async () => {
    const folder = ownFolder()
    const runs = [7, '7', 7n].map((seed, at) =>
      run({ ...FEW, seed, only: ['not-found/any-string'], out: join(folder, `${at}`) }),
    )
    const reports = await Promise.all(runs)
    expect(reports.map(({ seed }) => seed)).toEqual(['7', '7', '7'])
    expect(new Set(reports.map(({ runId }) => runId)).size).toBe(3)
    const [first, ...others] = reports.map((report, at) =>
      targetsOf(join(folder, `${at}`), report.runId),
    )
    expect(first?.length).toBeGreaterThan(5)
    for (const other of others) expect(other).toEqual(first)
  })

  test('holds violated SHOULDs against the server only where it is asked to', async () => {
    const fault = faults.find(({ red }) => red.every((id) => id.startsWith('wording/')))
    const server = await startServer({ alterations: fault ? [fault.alter] : [] })
    const options = { ...FEW, target: server.url, skip: ['sequence/', 'concurrency/'] }
    expect((await run(options)).verdict).toBe('conforming')
    expect((await run({ ...options, strict: true })).verdict).toBe('non-conforming')
  })

  test('is inconclusive, and throws nothing, where nothing listens', async () => {
    const report = await run({ ...FEW, target: await closedUrl() })
    expect(report.verdict).toBe('inconclusive')
    expect(report.reasons.join()).toMatch(/connection refused/)
  })

  test('keeps to its time for a request', async () => {
    const { url } = await startStub(() => undefined)
    const report = await run({ ...FEW, target: url, timeout: '100ms' })
    expect(report.reasons.join()).toMatch(/no answer within 100 ms|raise --timeout, which is 0.1 s/)
  })

  test('leaves no ledger of a run that has removed its files', async () => {
    const ledgers: string[] = []
    const onProgress = (one: Progress) => {
      if (one.kind === 'started') ledgers.push(one.ledgerPath)
    }
    await run({ ...FEW, only: ['deleted/status'], onProgress })
    expect(ledgers).toHaveLength(1)
    expect(dirname(ledgers[0] ?? '')).toBe(stateFolder())
    expect(ledgers.filter(existsSync)).toEqual([])
  })

  test('tells of families, requirements and cases while it goes on', async () => {
    const told: Progress[] = []
    await run({ ...FEW, only: ['deleted/'], onProgress: (one) => told.push(one) })
    const answered = told.flatMap((one) => (one.kind === 'exchange' ? [one.exchange] : []))
    expect(answered.filter(({ purpose }) => purpose === 'operation').length).toBeGreaterThan(0)
    const kinds = told.map(({ kind }) => kind).filter((kind) => kind !== 'exchange')
    expect(kinds[0]).toBe('started')
    expect(kinds.slice(-2)).toEqual(['family', 'cleanup'])
    expect(told).toContainEqual({
      kind: 'requirement',
      requirement: 'deleted/any-file',
      number: 2,
      of: 2,
    })
    expect(told).toContainEqual({
      kind: 'case',
      requirement: 'deleted/any-file',
      done: 2,
      planned: 2,
    })
  })
})

describe('credentials', () => {
  const [token = '', secondToken = ''] = [...ACCOUNTS.keys()]

  test('that are given directly are sent, and named by a variable only', async () => {
    const server = await startServer({ accounts: ACCOUNTS })
    const only = ['security/', 'deleted/status', 'not-found/never-issued']
    const report = await run({ ...FEW, target: server.url, token, secondToken, only })
    expect(report.verdict).toBe('conforming')
    expect(report.target).toMatchObject({
      tokenEnv: 'CONFORMANCE_TOKEN',
      secondTokenEnv: 'CONFORMANCE_SECOND_TOKEN',
    })
    expect(JSON.stringify(report)).not.toContain(token)
    expect(JSON.stringify(report)).not.toContain(secondToken)
  })

  test('are named by the variable that is chosen', async () => {
    const server = await startServer({ accounts: ACCOUNTS })
    const options = { ...FEW, target: server.url, only: ['deleted/status'] }
    const report = await run({ ...options, token, tokenEnv: 'STAGING_TOKEN' })
    expect(report.target.tokenEnv).toBe('STAGING_TOKEN')
    vi.stubEnv('STAGING_TOKEN', token)
    const taken = await run({ ...options, tokenEnv: 'STAGING_TOKEN' })
    expect(taken.files.created).toBeGreaterThan(0)
  })

  test('come from the environment, unless none are wanted', async () => {
    vi.stubEnv('CONFORMANCE_TOKEN', token)
    const server = await startServer({ accounts: ACCOUNTS })
    const options = { ...FEW, target: server.url, only: ['deleted/status'] }
    expect((await run(options)).files.created).toBeGreaterThan(0)
    const without = await run({ ...options, token: null })
    expect(without.verdict).toBe('inconclusive')
    expect(without.reasons.join()).toContain('no credentials are configured')
  })

  test('in header fields are sent with every request', async () => {
    const { url, received } = await startStub((_, response) => response.writeHead(404).end('{}'))
    await run({ ...FEW, target: url, header: { 'X-Api-Key': 'key-of-one' }, only: ['not-found/'] })
    expect(received.length).toBeGreaterThan(0)
    expect(received.filter(({ headers }) => headers['x-api-key'] !== 'key-of-one')).toEqual([])
  })
})

describe('files that are provided', () => {
  const only = ['deleted/status', 'not-found/already-deleted']

  test('as ids are deleted, and no others', async () => {
    const server = await startServer()
    // Fewer ids do not show whether they can be guessed.
    const [mine, ...handed] = addFiles(server, 5)
    const report = await run({ ...FEW, target: server.url, files: { ids: handed }, only })
    expect(report.requirements.filter(({ verdict }) => verdict !== 'passed')).toEqual([])
    expect(server.store.find('everybody', mine ?? '')).toBeDefined()
    expect(server.store.size).toBe(3)
  })

  test('by a function are deleted', async () => {
    const server = await startServer()
    const out = join(ownFolder(), 'run')
    const files = async () => addFiles(server, 1)[0] ?? ''
    const report = await run({ ...FEW, target: server.url, files, only, out })
    expect(report.requirements.filter(({ verdict }) => verdict !== 'passed')).toEqual([])
    expect(report.options.files).toBe('function')
    expect(await invoke('verify', out)).toMatchObject({ code: 0 })
  })

  test.each<[string, () => string, RegExp]>([
    ['throws', () => expect.fail('out of disk'), /the function of files threw: .*out of disk/],
    ['gives nothing', () => '', /the function of files gave empty text/],
  ])(
    'by a function that %s make the run inconclusive, with the reason',
    async (_, files, reason) => {
      const server = await startServer()
      const report = await run({ ...FEW, target: server.url, files, only: ['deleted/status'] })
      expect(report.verdict).toBe('inconclusive')
      expect(report.requirements[0]?.reason).toMatch(reason)
    },
  )

  test('are not asked for where there are to be none', async () => {
    const server = await startServer()
    const report = await run({ ...FEW, target: server.url, files: 'none', only })
    expect(report.files.created).toBe(0)
    expect(report.requirements.map(({ verdict }) => verdict)).not.toContain('passed')
    expect(report.requirements[0]?.reason).toContain('there are no disposable files')
  })

  test('as ids, too few of them, make the run inconclusive', async () => {
    const server = await startServer()
    const files = { ids: addFiles(server, 1) }
    const report = await run({ ...FEW, target: server.url, files, only })
    expect(report.requirements[1]?.reason).toBe('the 1 ids are used up')
  })
})

describe('the folder of out', () => {
  test('is verified by the command line, violations and all', async () => {
    const fault = faults.find(({ name }) => name === 'fails-on-quotes')
    const server = await startServer({ alterations: fault ? [fault.alter] : [] })
    const out = join(ownFolder(), 'run')
    const only = ['deleted/', 'not-found/any-string', 'security/']
    const report = await run({ target: server.url, runs: 12, seed: 7, only, out, settle: '1ms' })
    expect(readdirSync(out).sort()).toEqual(
      ['SHA256SUMS', 'document.yaml', 'evidence.ndjson', 'report.json'].sort(),
    )
    expect(JSON.parse(readFileSync(join(out, 'report.json'), 'utf8'))).toEqual(
      JSON.parse(JSON.stringify(report)),
    )
    const { code, stdout } = await invoke('verify', out)
    expect(stdout).toContain('verified: non-conforming')
    expect(code).toBe(0)
  })

  test('with ids that were provided is verified, too', async () => {
    const server = await startServer()
    const out = join(ownFolder(), 'run')
    const files = { ids: addFiles(server, 2) }
    await run({ ...FEW, target: server.url, files, only: ['deleted/', 'identity/'], out })
    expect(await invoke('verify', out)).toMatchObject({ code: 0 })
  })

  test('holds what the command line would write for the same seed', async () => {
    const server = await startServer()
    const folder = ownFolder()
    const words = ['--runs', '5', '--seed', '7', '--settle', '1ms', '--only', 'not-found/']
    const [command, library] = [join(folder, 'command'), join(folder, 'library')]
    await invoke('run', '-t', server.url, ...words, '--out', command)
    const options = { ...FEW, seed: 7, only: ['not-found/'] }
    const { runId } = await run({ ...options, target: server.url, out: library })
    const report = JSON.parse(readFileSync(join(command, 'report.json'), 'utf8')) as Report
    expect(targetsOf(library, runId).length).toBeGreaterThan(5)
    expect(targetsOf(library, runId)).toEqual(targetsOf(command, report.runId))
  })
})

/** Lists requests that name no file, without the run id. */
function targetsOf(folder: string, runId = ''): readonly string[] {
  const evidence = readFileSync(join(folder, 'evidence.ndjson'), 'utf8')
  return [...evidence.matchAll(/"target":"[^"]*"/g)]
    .map(([target]) => target.replaceAll(runId, 'RUN'))
    .filter((target) => !target.includes('file-'))
    .sort()
}
