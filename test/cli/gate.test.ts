import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { faults } from '../../fixtures/faults/faults.ts'
import { startReferenceServer } from '../../fixtures/server/reference-server.ts'
import type { Report } from '../../model/report.ts'
import { invoke } from './invoke.ts'

const NO_TYPE = 'missing-without-type'
const NO_OBJECT = 'answers-without-object'
const CHOSEN = ['--only', 'deleted/,not-found/', '--runs', '3']

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'delete-conformance-test-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const path = (name: string) => join(folder, name)

/** Runs against a server with these faults. */
async function runOn(names: readonly string[], ...words: readonly string[]) {
  const alterations = names.flatMap((name) =>
    faults.filter((fault) => fault.name === name).map(({ alter }) => alter),
  )
  const server = await startReferenceServer({ alterations })
  try {
    return await invoke('run', '-t', server.url, ...CHOSEN, ...words)
  } finally {
    await server.close()
  }
}

/** Writes a file of waivers, adding the fields that all have. */
function waiversFile(...entries: readonly Readonly<Record<string, string>>[]): string {
  const shared = { reason: 'is mended in the next release', owner: 'files team' }
  const lines = entries.map((entry) =>
    Object.entries({ ...shared, expires: '2999-12-31', ...entry })
      .map(([key, value], at) => `${at === 0 ? '- ' : '  '}${key}: ${value}\n`)
      .join(''),
  )
  writeFileSync(path('waivers.yaml'), lines.join(''))
  return path('waivers.yaml')
}

/** Makes waivers of every violation in a report. */
function waiversFor(report: Report): string {
  return waiversFile(
    ...report.requirements
      .filter(({ verdict }) => verdict === 'failed')
      .map(({ id }) => ({ requirement: id })),
  )
}

function reportIn(name: string): Report {
  return JSON.parse(readFileSync(join(path(name), 'report.json'), 'utf8')) as Report
}

describe('waivers', () => {
  let adopted: Report
  beforeAll(async () => {
    await runOn([NO_TYPE], '--out', path('adopted'))
    adopted = reportIn('adopted')
  })

  it('open the gate for what they name, and show it as waived with its reason', async () => {
    const words = ['--waivers', waiversFor(adopted), '--out', path('waived'), '--report', 'html']
    const reports = ['markdown', 'junit', 'ctrf', 'sarif'].flatMap((one) => ['--report', one])
    const { code, stdout } = await runOn([NO_TYPE], ...words, ...reports)
    expect(stdout).toContain('Verdict   non-conforming')
    expect(stdout).toMatch(/Gate {6}open: nothing is worse than what was accepted \(\d waived\)/)
    expect(code).toBe(0)
    const files = ['report.html', 'summary.md', 'junit.xml', 'ctrf.json', 'report.sarif']
    for (const text of [
      stdout,
      ...files.map((name) => readFileSync(path(`waived/${name}`), 'utf8')),
    ]) {
      expect(text).toContain('waived')
      expect(text).toContain('2999-12-31: is mended in the next release (files team)')
    }
    expect(readFileSync(path('waived/report.html'), 'utf8')).not.toContain('Needs attention')
    expect(await invoke('verify', path('waived'))).toMatchObject({ code: 0 })
  })

  it('do not excuse another violation of the same requirement', async () => {
    const [violation] =
      adopted.requirements.find(({ id }) => id === 'not-found/body')?.violations ?? []
    const entries = adopted.requirements
      .filter(({ verdict }) => verdict === 'failed')
      .map(({ id, violations }) => ({
        requirement: id,
        fingerprint: violations[0]?.fingerprint ?? '',
      }))
    expect(violation?.fingerprint).toMatch(/^[0-9a-f]{12}$/)
    const file = waiversFile(...entries)
    expect(await runOn([NO_TYPE], '--waivers', file)).toMatchObject({ code: 0 })
    const worse = await runOn([NO_TYPE, 'missing-without-message'], '--waivers', file)
    expect(worse.stdout).toMatch(/closed: .*not-found\/body/)
    expect(worse.code).toBe(1)
  })

  it('open the gate for what their findings block, too, and for nothing else', async () => {
    const file = waiversFile({ requirement: 'not-found/never-issued' })
    const { code, stdout } = await runOn(['missing-is-500'], '--waivers', file)
    expect(stdout).toMatch(/ {2}not-found\/never-issued .*; blocks .*not-found\/any-string/)
    expect(stdout).toContain('Gate      open: nothing is worse than what was accepted (1 waived)')
    expect(code).toBe(0)
    const other = waiversFile({ requirement: 'not-found/already-deleted' })
    const closed = await runOn(['missing-is-500', NO_OBJECT], '--waivers', other)
    expect(closed.stdout).toMatch(
      /closed: 2 requirements .*: deleted\/body, not-found\/never-issued/,
    )
    expect(closed.code).toBe(1)
  })

  it('close the gate on what they do not name, which is named', async () => {
    const { code, stdout } = await runOn([NO_TYPE, NO_OBJECT], '--waivers', waiversFor(adopted))
    expect(stdout).toMatch(/Gate {6}closed: 1 requirement violated .*: deleted\/body/)
    expect(code).toBe(1)
  })

  it('that excuse nothing any more are an error that names file, line and entry', async () => {
    const file = waiversFor(adopted)
    const { code, stdout } = await runOn([], '--waivers', file)
    expect(stdout).toMatch(/Gate {6}stale: 1 waiver to remove\n/)
    expect(stdout).toContain(
      `${file}:1: the waiver of not-found/body (files team) matches no violation`,
    )
    expect(code).toBe(2)
  })

  it('are not called stale by a run that could not judge', async () => {
    const words = ['--waivers', waiversFor(adopted), '--files', 'none']
    const { code, stdout } = await runOn([NO_TYPE], ...words)
    expect(stdout).not.toContain('already-deleted (files team) matches no violation')
    expect(code).toBe(3)
  })

  it.each([
    [
      'an unknown requirement',
      { requirement: 'not-found/nothing' },
      'no requirement "not-found/nothing"',
    ],
    ['no owner', { requirement: 'not-found/body', owner: '""' }, 'found no owner'],
    ['no reason', { requirement: 'not-found/body', reason: '' }, 'found no reason'],
    [
      'a past date',
      { requirement: 'not-found/body', expires: '2026-01-31' },
      'expired on 2026-01-31',
    ],
    ['no date', { requirement: 'not-found/body', expires: 'soon' }, 'found the date "soon"'],
    [
      'a day that is none',
      { requirement: 'not-found/body', expires: '2999-02-30' },
      'found the date',
    ],
    ['a key that is none', { requirement: 'not-found/body', expiry: 'x' }, 'found a key "expiry"'],
    [
      'a bad fingerprint',
      { requirement: 'not-found/body', fingerprint: 'x' },
      'found the fingerprint',
    ],
  ])('with %s are refused before anything is sent', async (_, entry, found) => {
    const file = waiversFile({ requirement: 'deleted/body' }, entry)
    const { code, stderr, stdout } = await runOn([], '--waivers', file)
    expect(stderr).toContain(`${file}:5: entry 2`)
    expect(stderr).toContain(found)
    expect(stdout).toBe('')
    expect(code).toBe(2)
  })

  it('are refused where one stands there twice', async () => {
    const file = waiversFile({ requirement: 'deleted/body' }, { requirement: 'deleted/body' })
    const { stderr } = await runOn([], '--waivers', file)
    expect(stderr).toContain(`${file}:5: entry of deleted/body: repeats line 1`)
  })

  it.each(['', 'a: b\n', '- - x\n', '[\n', '- {requirement: &a x, reason: *b}\n'])(
    'in a file that holds %j are refused',
    async (text) => {
      writeFileSync(path('odd.yaml'), text)
      const { code, stderr } = await runOn([], '--waivers', path('odd.yaml'))
      expect(stderr).toMatch(/odd\.yaml:\d+: /)
      expect(code).toBe(2)
    },
  )
})

describe('a baseline', () => {
  let file = ''
  beforeEach(async () => {
    file = path('baseline.json')
    rmSync(file, { force: true })
    await runOn([NO_TYPE], '--baseline', file, '--update-baseline')
  })

  it('opens the gate for what it has as violated, with the same cases', async () => {
    const out = path('known')
    const { code, stdout } = await runOn([NO_TYPE], '--baseline', file, '--out', out)
    expect(stdout).toMatch(/open: nothing is worse than what was accepted \(\d known\)/)
    expect(reportIn('known').seed).toBe((JSON.parse(readFileSync(file, 'utf8')) as Report).seed)
    expect(code).toBe(0)
    expect(await invoke('verify', out)).toMatchObject({ code: 0 })
    rmSync(join(out, 'baseline.json'))
    expect(await invoke('verify', out)).toMatchObject({ code: 1 })
  })

  it('opens the gate with another seed, too', async () => {
    expect(await runOn([NO_TYPE], '--baseline', file, '--seed', '5')).toMatchObject({ code: 0 })
  })

  it('closes it on what is new', async () => {
    const { code, stdout } = await runOn([NO_TYPE, NO_OBJECT], '--baseline', file)
    expect(stdout).toMatch(/closed: 1 requirement violated .*: deleted\/body/)
    expect(code).toBe(1)
  })

  it('lists what was fixed, with the command that brings it up to date', async () => {
    const { code, stdout } = await runOn([], '--baseline', file)
    expect(stdout).toMatch(/fixed since the baseline: not-found\/body.*--update-baseline/)
    expect(code).toBe(0)
  })

  it('leaves it undecided where what had passed could not be judged', async () => {
    const { code, stdout } = await runOn([NO_TYPE], '--baseline', file, '--files', 'none')
    expect(stdout).toMatch(/Gate {6}undecided: not judged: deleted\//)
    expect(code).toBe(3)
  })

  it('is never made by itself', async () => {
    rmSync(file)
    const { code, stderr } = await runOn([], '--baseline', file)
    expect(stderr).toContain(`--baseline ${file}: no such file`)
    expect(code).toBe(2)
  })

  it('is not written by a run that could not tell', async () => {
    rmSync(file)
    const words = ['--baseline', file, '--update-baseline', '--files', 'none']
    expect(await runOn([], ...words)).toMatchObject({ code: 3 })
    expect(() => readFileSync(file)).toThrow('ENOENT')
  })

  it.each([
    ['{', 'found no JSON'],
    ['{}', 'found'],
    ['{"format": "delete-conformance/report/2"}', 'found the format delete-conformance/report/2,'],
  ])('that holds %s is refused', async (text, found) => {
    writeFileSync(file, text)
    const { code, stderr } = await runOn([], '--baseline', file)
    expect(stderr).toContain(found)
    expect(code).toBe(2)
  })

  it('is not written by a part of a run', async () => {
    const words = ['--baseline', file, '--update-baseline', '--shard', '1/2', '--seed', '1']
    const { code, stderr } = await runOn([], ...words)
    expect(stderr).toContain('a shard is only a part of a run')
    expect(code).toBe(2)
  })

  it('needs a file to be written to', async () => {
    const { stderr } = await runOn([], '--update-baseline')
    expect(stderr).toContain('accepted is --baseline FILE')
  })
})
