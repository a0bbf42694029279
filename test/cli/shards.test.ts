import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { faults } from '../../fixtures/faults/faults.ts'
import { startReferenceServer } from '../../fixtures/server/reference-server.ts'
import type { Report } from '../../model/report.ts'
import { catalogue } from '../../suites/catalogue.ts'
import { invoke } from './invoke.ts'

let folder = ''
const path = (name: string) => join(folder, name)
const SHARDS = [1, 2, 3, 4]
const SHARED = ['--runs', '3', '--seed', '11']

/** Runs against a server with these faults, in one and in four parts. */
async function runBoth(name: string, chosen: readonly string[]) {
  const alterations = faults
    .filter((fault) => chosen.includes(fault.name))
    .map(({ alter }) => alter)
  const server = await startReferenceServer({ alterations, validateIds: chosen.length === 0 })
  try {
    const run = (out: string, ...words: readonly string[]) =>
      invoke('run', '-t', server.url, ...SHARED, '--out', path(`${name}-${out}`), ...words)
    await run('whole')
    for (const at of SHARDS) await run(`${at}`, '--shard', `${at}/4`)
    await invoke(
      ...['run', '-t', server.url, '--runs', '3', '--seed', '12', '--shard', '1/4'],
      ...['--out', path(`${name}-other`)],
    )
  } finally {
    await server.close()
  }
}

const shardsOf = (name: string) => SHARDS.map((at) => path(`${name}-${at}`))

function reportIn(name: string): Report {
  return JSON.parse(readFileSync(join(path(name), 'report.json'), 'utf8')) as Report
}

const verdictsIn = (name: string) =>
  reportIn(name).requirements.map(({ id, verdict }) => `${id} ${verdict}`)

describe('shards of a run', () => {
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'delete-conformance-test-'))
    await runBoth('good', [])
    await runBoth('bad', ['missing-without-type', 'answers-without-object'])
    await invoke('merge', ...shardsOf('good').toReversed(), '--out', path('good-merged'))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it('probe each requirement once among them', () => {
    const probed = SHARDS.flatMap((at) =>
      reportIn(`good-${at}`).requirements.filter(({ cases }) => cases.unit === 'case'),
    ).map(({ id }) => id)
    const whole = reportIn('good-whole').requirements
    expect(probed.toSorted()).toEqual(
      whole
        .filter(({ cases }) => cases.unit === 'case')
        .map(({ id }) => id)
        .toSorted(),
    )
  })

  it('merge to commands that send a case again with the run id of its shard', async () => {
    const alterations = faults
      .filter(({ name }) => name === 'fails-on-quotes')
      .map(({ alter }) => alter)
    const server = await startReferenceServer({ alterations })
    const words = ['run', '-t', server.url, ...SHARED, '--only', 'not-found/']
    for (const at of [1, 2]) {
      await invoke(...words, '--shard', `${at}/2`, '--out', path(`again-${at}`))
    }
    const folders = [path('again-1'), path('again-2')]
    const { stdout } = await invoke('merge', ...folders, '--out', path('again'))
    const replays = [...stdout.matchAll(/replay +delete-conformance (.*--replay \S+)/g)]
    const marks = new Set(replays.map(([, words]) => /--mark (\S+)/.exec(words ?? '')?.[1]))
    expect([...marks].toSorted()).toEqual(
      [reportIn('again-1').runId, reportIn('again-2').runId].toSorted(),
    )
    for (const [, command = ''] of replays) {
      expect(await invoke(...command.split(' '))).toMatchObject({ code: 1 })
    }
    await server.close()
  })

  it('verify each on its own', async () => {
    expect(await invoke('verify', path('good-2'))).toMatchObject({ code: 0 })
  })

  it('merge to the verdicts of the run in one, in any order', async () => {
    expect(verdictsIn('good-merged')).toEqual(verdictsIn('good-whole'))
    expect(reportIn('good-merged')).toMatchObject({
      verdict: 'conforming',
      totals: reportIn('good-whole').totals,
      selection: { ...reportIn('good-whole').selection },
    })
    const { code, stdout } = await invoke('merge', ...shardsOf('bad'), '--out', path('bad-merged'))
    expect(stdout).toContain('Verdict   non-conforming')
    expect(code).toBe(1)
    expect(verdictsIn('bad-merged')).toEqual(verdictsIn('bad-whole'))
    const fingerprints = (name: string) =>
      reportIn(name).requirements.map(({ id, violations }) => [
        id,
        [...new Set(violations.map(({ fingerprint }) => fingerprint))].toSorted(),
      ])
    expect(fingerprints('bad-merged')).toEqual(fingerprints('bad-whole'))
  })

  it('merge to one evidence that verifies', async () => {
    const { code, stdout } = await invoke('verify', path('good-merged'))
    const { length } = catalogue.flatMap(({ requirements }) => requirements)
    expect(stdout).toContain(`${length} requirements judged again: all the same`)
    expect(code).toBe(0)
    const lines = (name: string) => reportIn(name).evidence?.lines ?? 0
    expect(lines('good-merged')).toBe(SHARDS.reduce((sum, at) => sum + lines(`good-${at}`), 0))
  })

  it('merged from what was tampered with are noticed', async () => {
    cpSync(path('good-merged'), path('tampered'), { recursive: true })
    appendFileSync(path('tampered/evidence.ndjson'), readFileSync(path('good-1/evidence.ndjson')))
    expect(await invoke('verify', path('tampered'))).toMatchObject({ code: 1 })
    cpSync(path('good-1'), path('broken'), { recursive: true })
    appendFileSync(path('broken/evidence.ndjson'), '{}\n')
    const words = [path('broken'), ...shardsOf('good').slice(1), '--out', path('never')]
    const { code, stderr } = await invoke('merge', ...words)
    expect(stderr).toContain('evidence.ndjson')
    expect(code).toBe(2)
  })

  it.each([
    ['is missing', [1, 2, 4], 'missing: shard 3 of 4'],
    ['is doubled', [1, 2, 3, 4, 4], 'doubled: shard 4 of 4'],
    ['is of another run', ['other', 2, 3, 4], 'the shards are of different runs: seed'],
    ['is no shard', [1, 2, 3, 'whole'], 'one of the runs is no shard'],
  ])('are refused where one %s', async (_, names, found) => {
    const folders = names.map((one) => path(`good-${one}`))
    const { code, stderr } = await invoke('merge', ...folders, '--out', path('refused'))
    expect(stderr).toContain(found)
    expect(code).toBe(2)
  })

  it('pass the gate together', async () => {
    const baseline = ['--baseline', join(path('bad-whole'), 'report.json')]
    const words = [...shardsOf('bad'), ...baseline, '--out', path('gated')]
    const { code, stdout } = await invoke('merge', ...words)
    expect(stdout).toContain('Gate      open')
    expect(code).toBe(0)
    expect(await invoke('verify', path('gated'))).toMatchObject({ code: 0 })
    process.env.CONFORMANCE_BASELINE = path('nowhere')
    const named = await invoke('merge', ...shardsOf('bad'), '--out', path('never'))
    delete process.env.CONFORMANCE_BASELINE
    expect(named.stderr).toContain('nowhere: no such file')
  })

  it.each([
    [['--shard', '1/4'], 'accepted is --seed N beside it'],
    [['--shard', '5/4', '--seed', '1'], 'Accepted is I/N'],
    [['--shard', '1/9', '--seed', '1', '--only', 'deleted/'], 'accepted are as many shards'],
  ])('refuse %j', async (words, found) => {
    const { code, stderr } = await invoke('run', ...words)
    expect(stderr).toContain(found)
    expect(code).toBe(2)
  })

  it('have no place to be joined without --out', async () => {
    const { code, stderr } = await invoke('merge', ...shardsOf('good'))
    expect(stderr).toContain('accepted is --out DIR')
    expect(code).toBe(2)
  })
})
