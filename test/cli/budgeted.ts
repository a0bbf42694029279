import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished } from 'vitest'
import { filesApi } from '../../fixtures/server/files-api.ts'
import type { Handle } from '../../fixtures/server/message.ts'
import { createStore, type FileStore } from '../../fixtures/server/store.ts'
import { BUNDLE } from '../../harness/evidence/bundle.ts'
import type { EvidenceLine } from '../../model/evidence.ts'
import type { RecordedExchange, Report } from '../../model/report.ts'
import { type Invocation, invoke } from './invoke.ts'
import { handling, type Respond, type StubServer, startStub } from './stub-server.ts'

/** Server that counts requests and files itself. */
export interface CountingServer extends StubServer {
  readonly store: FileStore
  /** Counts all files that were ever made. */
  readonly created: () => number
}

/** Starts the reference server as a stub, or one that differs from it. */
export async function startCounting(
  alter: (handle: Handle, store: FileStore) => Respond = (handle) => handling(handle),
): Promise<CountingServer> {
  const inner = createStore()
  let created = 0
  const store: FileStore = {
    ...inner,
    get size() {
      return inner.size
    },
    add(file) {
      created += 1
      return inner.add(file)
    },
  }
  const stub = await startStub(alter(filesApi(store, { validateIds: true }), store))
  return { ...stub, store, created: () => created }
}

/** Finished run, and its files. */
export interface Ended extends Invocation {
  readonly report: Report
  readonly evidence: readonly EvidenceLine[]
  /** Requests in the evidence. */
  readonly exchanges: readonly RecordedExchange[]
}

/**
 * Runs against a server, and expects what holds for every run with a budget: it leaves no file and no ledger,
 * and its evidence is verified.
 */
export async function runWithin(url: string, ...words: readonly string[]): Promise<Ended> {
  const out = mkdtempSync(join(tmpdir(), 'budget-'))
  onTestFinished(() => rmSync(out, { recursive: true }))
  const small = ['--runs', '5', '--settle', '1ms']
  const ended = await invoke('run', '-t', url, ...small, ...words, '--out', out)
  expect(ended.stderr).toBe('')
  expect(existsSync(join(out, BUNDLE.ledger))).toBe(false)
  const verified = await invoke('verify', out)
  expect(verified.stdout).toMatch(/^verified: /m)
  expect(verified.code).toBe(0)
  const evidence = readFileSync(join(out, BUNDLE.evidence), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as EvidenceLine)
  return {
    ...ended,
    report: JSON.parse(readFileSync(join(out, BUNDLE.report), 'utf8')) as Report,
    evidence,
    exchanges: evidence.filter((line) => 'request' in line),
  }
}

/** Plans a run, and reads the budget that the plan prints. */
export async function planned(url: string, ...words: readonly string[]) {
  const { stdout } = await invoke('run', '-t', url, '--runs', '5', '--plan', ...words)
  const { requests, files } =
    /--max-requests (?<requests>\d+)(?: --max-files (?<files>\d+))?/.exec(stdout)?.groups ?? {}
  return { stdout, requests: Number(requests), files: Number(files ?? 0) }
}
