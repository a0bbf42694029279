import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { planned, runWithin, startCounting } from './budgeted.ts'
import { invoke } from './invoke.ts'
import { withoutProxy } from './stub-server.ts'

beforeEach(() => {
  withoutProxy()
  vi.stubEnv('CONFORMANCE_TOKEN', undefined)
})
afterEach(() => {
  vi.unstubAllEnvs()
})

const NOWHERE = 'http://127.0.0.1:9'
const SEED = ['--seed', '7']

/** Reads the numbers of a line of the table, by the titles of their columns. */
function lineOf(stdout: string, name: string): Readonly<Record<string, number>> {
  const lines = stdout.split('\n')
  const cells = (text = '') => text.trim().split(/ {2,}/)
  const [, ...titles] = cells(lines.find((line) => line.trim().startsWith('requirement ')))
  const [, ...numbers] = cells(lines.find((line) => line.trim().startsWith(`${name} `)))
  const skipped = titles.length - numbers.length
  return Object.fromEntries(titles.slice(skipped).map((title, at) => [title, Number(numbers[at])]))
}

/** Writes a file with so many ids. */
function idsFile(count: number): string {
  const folder = mkdtempSync(join(tmpdir(), 'plan-ids-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'ids.txt')
  writeFileSync(
    file,
    Array.from({ length: count }, () => `doc_${randomBytes(12).toString('hex')}\n`).join(''),
  )
  return file
}

test('shows requests and files by requirement, and in all what it says to allow', async () => {
  const { stdout, requests, files } = await planned(NOWHERE, ...SEED)
  expect(lineOf(stdout, 'not-found/already-deleted')).toEqual({
    cases: 1,
    deletions: 2,
    uploads: 1,
    other: 0,
    requests: 3,
  })
  const { deletions = 0, uploads, other = 0, requests: all } = lineOf(stdout, 'in all')
  expect(all).toBe(requests)
  expect(uploads).toBe(files)
  expect(deletions + files + other).toBe(requests)
  expect(stdout).toContain('This fits into  --seed 7 --max-requests')
  expect(stdout).toContain('Not counted     retries after 429, 503 or 409')
})

test('gives the same numbers each time for one seed, whatever ids the target makes', async () => {
  const words = [...SEED, '--only', 'identity/', '--runs', '200']
  const plans = await Promise.all([1, 2, 3, 4].map(() => planned(NOWHERE, ...words)))
  expect(new Set(plans.map(({ stdout }) => stdout)).size).toBe(1)
})

test('ends for a server that counts with leading zeros, and imitates it as one that counts without', async () => {
  const plan = async (id: string) => {
    const { stdout } = await invoke('run', '-t', NOWHERE, '--plan', '--id-sample', id, ...SEED)
    return lineOf(stdout, 'in all').uploads
  }
  const uploads = await plan('file-000000000000000000179042')
  expect(uploads).toBeGreaterThan(500)
  expect(uploads).toBe(await plan('17'))
})

test('counts no less than a target is sent', async () => {
  const words = [...SEED, '--only', 'identity/look-alike', '--runs', '60']
  const { requests } = await planned(NOWHERE, ...words)
  const server = await startCounting()
  const { code } = await runWithin(server.url, ...words)
  expect(code).toBe(0)
  expect(server.received.length).toBeLessThanOrEqual(requests)
  expect(server.received.length).toBeGreaterThan(requests * 0.8)
})

test('counts what takes a second account, where there is one', async () => {
  vi.stubEnv('CONFORMANCE_TOKEN', 'token-of-one')
  vi.stubEnv('CONFORMANCE_SECOND_TOKEN', 'token-of-another')
  const { stdout } = await planned(NOWHERE, ...SEED)
  expect(lineOf(stdout, 'security/own-files-only')).toMatchObject({ uploads: 1, deletions: 2 })
})

test('says what it takes at worst: each property shrunk at the cost of its dearest case', async () => {
  const only = ['--only', 'effect/any-file']
  const { stdout, requests, files } = await planned(NOWHERE, ...SEED, ...only)
  // A case: upload, a read of it where it is the first of its kind, deletion, and another; each file once
  // more at the end.
  const worstFiles = files + 200
  const worst = (requests + 200 * 4 + worstFiles).toLocaleString('en')
  expect(stdout).toContain(`At worst        ${worst} requests and ${worstFiles} files: `)
})

test('says which part of a budget would not do, and which would', async () => {
  const enough = ['--max-files', '100000', '--deadline', '5m']
  const { stdout } = await planned(NOWHERE, ...SEED, '--max-requests', '50', ...enough)
  expect(stdout).toContain('--max-requests 50 would stop it before the end')
  expect(stdout).toContain('--max-files 100000 is enough')
  expect(stdout).toContain('--deadline: how long it takes depends on the target')
})

test('counts the ids that are provided, and says where the file has fewer', async () => {
  const few = idsFile(8)
  const { stdout, requests, files } = await planned(NOWHERE, ...SEED, '--files', `ids:${few}`)
  expect(lineOf(stdout, 'not-found/already-deleted')).toEqual({
    cases: 1,
    deletions: 2,
    provided: 1,
    other: 0,
    requests: 2,
  })
  expect(files).toBeGreaterThan(8)
  expect(stdout).toContain(`--files ids:${few} holds 8 ids, and ${files} are needed`)

  const enough = await planned(NOWHERE, ...SEED, '--files', `ids:${idsFile(files)}`)
  expect(enough).toMatchObject({ requests, files })
  expect(enough.stdout).not.toContain('are needed')
})

test('counts the ids that a command would print, and runs no command', async () => {
  const { stdout, files } = await planned(NOWHERE, ...SEED, '--files', 'command:exit 7')
  expect(lineOf(stdout, 'in all')).toMatchObject({ provided: files })
  expect(files).toBeGreaterThan(3)
})

test('takes no longer for a rate, and asks for no files where there are to be none', async () => {
  const { requests } = await planned(NOWHERE, ...SEED, '--rate', '0.1')
  expect(requests).toBeGreaterThan(100)
  const { stdout } = await invoke('run', '-t', NOWHERE, '--plan', ...SEED, '--files', 'none')
  expect(stdout).not.toContain('--max-files')
})
