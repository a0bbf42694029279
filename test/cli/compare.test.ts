import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { faults } from '../../fixtures/faults/faults.ts'
import { startReferenceServer } from '../../fixtures/server/reference-server.ts'
import type { Comparison } from '../../model/gate.ts'
import { invoke } from './invoke.ts'

const NO_TYPE = 'missing-without-type'
const NO_MESSAGE = 'missing-without-message'

let folder = ''
const path = (name: string) => join(folder, name)

/** Makes the folder of a run on a server with these faults. */
async function runOn(name: string, chosen: readonly string[], ...words: readonly string[]) {
  const alterations = faults
    .filter((fault) => chosen.includes(fault.name))
    .map(({ alter }) => alter)
  const server = await startReferenceServer({ alterations })
  try {
    await invoke('run', '-t', server.url, '--runs', '10', '--out', path(name), ...words)
  } finally {
    await server.close()
  }
}

describe('compare', () => {
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'delete-conformance-test-'))
    const two = ['--only', 'deleted/,not-found/', '--seed', '3']
    await runOn('good', [], ...two)
    await runOn('bad', [NO_TYPE], ...two)
    await runOn('worse', [NO_TYPE, NO_MESSAGE], ...two)
    await runOn('less', [], '--only', 'deleted/', '--seed', '3')
    await runOn('no-object', ['answers-without-object'], ...two)
    await runOn('undecided', ['answers-without-object'], ...two, '--files', 'none')
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  const compared = async (before: string, after: string) => {
    const { stdout, code } = await invoke('compare', path(before), path(after), '--format', 'json')
    return { ...(JSON.parse(stdout) as Comparison), code }
  }
  const changes = ({ requirements }: Comparison, change: string) =>
    requirements.filter((one) => one.change === change).map(({ id }) => id)

  it('names what is worse, and ends with 1', async () => {
    const { code, ...comparison } = await compared('good', 'bad')
    expect(changes(comparison, 'worse')).toContain('not-found/body')
    expect(comparison.totals.better).toBe(0)
    expect(code).toBe(1)
  })

  it('names what is better, and ends with 0', async () => {
    const { code, ...comparison } = await compared('bad', 'good')
    expect(changes(comparison, 'better')).toContain('not-found/body')
    expect(comparison.totals.worse).toBe(0)
    expect(code).toBe(0)
  })

  it('takes another violation of the same requirement for worse', async () => {
    const { code, ...comparison } = await compared('bad', 'worse')
    const worse = comparison.requirements.find(({ id }) => id === 'not-found/body')
    expect(worse).toMatchObject({ change: 'worse', before: 'failed', after: 'failed' })
    expect(worse?.note).toContain('a property "message"')
    expect(code).toBe(1)
  })

  it('finds a run the same as itself', async () => {
    const { code, totals } = await compared('bad', 'bad')
    expect({ ...totals, same: 0 }).toEqual({
      ...{ worse: 0, better: 0, new: 0, gone: 0, unclear: 0 },
      same: 0,
    })
    expect(totals.same).toBeGreaterThan(5)
    expect(code).toBe(0)
  })

  it('lists what is in one report only', async () => {
    expect(changes(await compared('less', 'good'), 'new')).toContain('not-found/body')
    expect(changes(await compared('good', 'less'), 'gone')).toContain('not-found/body')
  })

  it('does not take for better what could not be judged', async () => {
    const { requirements, code } = await compared('no-object', 'undecided')
    const body = requirements.find(({ id }) => id === 'deleted/body')
    expect(body).toMatchObject({ before: 'failed', after: 'inconclusive', change: 'unclear' })
    expect(code).toBe(1)
  })

  it('says for people what changed, of which targets, and what was chosen otherwise', async () => {
    const { stdout } = await invoke('compare', path('good'), path('bad/report.json'))
    expect(stdout).toMatch(/^before {2}http:\/\/127\.0\.0\.1:\d+, .*: conforming\n/)
    expect(stdout).toMatch(/\n\nworse\n {2}not-found\/body: passed, now failed: \/body\/error: /)
    expect(stdout.trimEnd()).toMatch(/\n1 worse, \d+ same$/)
    const markdown = await invoke('compare', path('good'), path('less'), '--format', 'markdown')
    expect(markdown.stdout).toContain('## gone\n\n- `not-found/media-type`: passed, now not there')
  })

  it.each([
    [[], 'accepted are two reports'],
    [['nowhere', 'nowhere'], 'compare nowhere: no such file'],
  ])('refuses %j', async (words, found) => {
    const { code, stderr } = await invoke('compare', ...words)
    expect(stderr).toContain(found)
    expect(code).toBe(2)
  })

  it('refuses what is no report', async () => {
    mkdirSync(path('odd'))
    writeFileSync(path('odd/report.json'), '{"a": 1}')
    const { code, stderr } = await invoke('compare', path('odd'), path('good'))
    expect(stderr).toContain('accepted is a report.json')
    expect(code).toBe(2)
  })
})
