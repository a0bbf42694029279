import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type FilesApiOptions, filesApi } from '../../fixtures/server/files-api.ts'
import { createStore } from '../../fixtures/server/store.ts'
import { createClient } from '../../harness/http/client.ts'
import { openEnvironment } from '../../harness/http/environment.ts'
import type { Target } from '../../harness/http/target.ts'
import type { Timing, Transport, WireRequest, WireResult } from '../../harness/http/transport.ts'
import { noting } from '../../harness/run/open-bench.ts'
import { runIdOf } from '../../harness/run/seed.ts'
import { createToolbox } from '../../harness/run/tools.ts'
import { createDeleteGuard, createWithheld } from '../../harness/safety/delete-guard.ts'
import { type Ledger, type LedgerHeader, openLedger } from '../../harness/safety/ledger.ts'
import { createOwnership } from '../../harness/safety/ownership.ts'
import type { Contract } from '../../model/contract.ts'
import type { Answered, Exchange, Response, TransportFailure } from '../../model/exchange.ts'
import { createWatch } from '../../harness/run/watch.ts'
import { isSuccess } from '../../model/reads.ts'
import type { GenerationFacts } from '../../model/requirement.ts'
import { openAiApi } from '../../resources/openai-api.ts'
import { openAiFiles } from '../../resources/openai-files.ts'
import type { ResourceProvider } from '../../resources/provider.ts'
import { compileContract } from '../../spec/contract.ts'
import { loadDocument, shippedDocument } from '../../spec/document.ts'
import { pickOperation } from '../../spec/operation.ts'

/** The run id of the runs of these tests. */
export const MARK = runIdOf('a test', '')

/** A body as text, octets, or a value to be sent as JSON. */
export type MadeUpResponse = Partial<Omit<Response, 'body'>> & {
  readonly body?: string | Uint8Array
  readonly json?: unknown
}

export function response({ json, body, headers, ...rest }: MadeUpResponse = {}): Response {
  return {
    status: 200,
    headers: headers ?? [['content-type', 'application/json']],
    body: Buffer.from(json === undefined ? (body ?? '') : JSON.stringify(json)),
    ...rest,
  }
}

export function answered(made: MadeUpResponse = {}, rest: Partial<Exchange> = {}): Answered {
  const { failure: _, ...sent } = unanswered('reset', rest)
  return { ...sent, response: response(made) }
}

export function unanswered(kind: TransportFailure['kind'], rest: Partial<Exchange> = {}): Exchange {
  return {
    requirement: 'family/name',
    case: '0',
    step: 0,
    purpose: 'operation',
    action: 'delete',
    request: {
      method: 'DELETE',
      target: '/v1/files/file-1',
      headers: [],
      credentials: 'none',
    },
    failure: { kind, message: 'made up' },
    attempts: 1,
    startedAtMs: 0,
    waitMs: 1,
    durationMs: 1,
    ...rest,
  }
}

/** The bodies that the shipped document asks for. */
export const DELETED = { id: 'file-1', object: 'file', deleted: true }
export const NOT_FOUND = { error: { message: 'no', type: 'invalid', param: null, code: null } }
export const INVALID = { detail: [{ loc: ['path', 'file_id'], msg: 'no', type: 'pattern' }] }

export async function shippedContract(): Promise<Contract> {
  return contractFrom(shippedDocument())
}

/** The contract of a document that is given as a value. */
export function contractOf(document: object): Promise<Contract> {
  return contractFrom('http://document.invalid/openapi.json', JSON.stringify(document))
}

async function contractFrom(source: string, text = ''): Promise<Contract> {
  const document = await loadDocument(source, async () => Buffer.from(text))
  return compileContract(document, pickOperation(document))
}

/** A document with one DELETE operation that has these responses. */
export function documentWith(responses: object, path = '/v1/files/{file_id}'): object {
  const name = /\{(.+)\}/.exec(path)?.[1]
  const parameters = [{ name, in: 'path', required: true, schema: { type: 'string' } }]
  return {
    openapi: '3.1.0',
    info: { title: 'made up', version: '1' },
    paths: { [path]: { delete: { operationId: 'remove', parameters, responses } } },
  }
}

/** A documented response with a JSON schema. */
export function jsonResponse(schema: object = { type: 'object' }, range = 'application/json') {
  return { description: 'made up', content: { [range]: { schema } } }
}

export function target(rest: Partial<Target> = {}): Target {
  return {
    url: 'http://target.invalid',
    origin: 'http://target.invalid',
    basePath: '',
    authorization: undefined,
    headers: [],
    timeoutMs: 5_000,
    concurrency: 4,
    tls: { insecure: false },
    useProxyFromEnvironment: false,
    secrets: [],
    ...rest,
  }
}

/** A transport without a network, and what was sent through it. */
export interface StubTransport extends Transport {
  readonly requests: WireRequest[]
}

export type Answer = (
  request: WireRequest,
  nth: number,
) => MadeUpResponse | TransportFailure['kind'] | Promise<MadeUpResponse>

/** Answers each request with a made-up response, or fails in the way that is named. */
export function stubTransport(answer: Answer): StubTransport {
  const requests: WireRequest[] = []
  return {
    requests,
    async exchange(request): Promise<WireResult & Timing> {
      requests.push(request)
      const made = await answer(request, requests.length - 1)
      const timing = { startedAtMs: performance.now(), waitMs: 0, durationMs: 0 }
      if (typeof made === 'string')
        return { failure: { kind: made, message: `made up ${made}` }, ...timing }
      return { response: response(made), ...timing }
    },
    close: () => Promise.resolve(),
  }
}

/** The reference server without a network. */
export function referenceTransport(options: FilesApiOptions = {}) {
  const store = createStore()
  const handle = filesApi(store, options)
  const transport = stubTransport(async ({ method, target: asked, headers, body }) => {
    const fields = Object.fromEntries(headers)
    const reply = await handle({
      method,
      target: asked,
      headers: fields,
      body: body ?? Buffer.from(''),
    })
    return { status: reply.status, headers: Object.entries(reply.headers), body: reply.body }
  })
  return { ...transport, store }
}

export const LEDGER_HEADER: LedgerHeader = {
  ledger: 2,
  target: 'http://target.invalid',
  collection: '/v1/files',
  runId: MARK,
  started: '2026-01-01T00:00:00.000Z',
}

/** A path for a ledger, in a folder of its own. */
export function ledgerPath(): string {
  return join(mkdtempSync(join(tmpdir(), 'delete-conformance-test-')), 'run', 'ledger.jsonl')
}

export interface BenchOptions {
  readonly transport: Transport
  readonly provider?: ResourceProvider
  readonly target?: Target
  readonly disposable?: boolean
  readonly signal?: AbortSignal
  readonly record?: (exchange: Exchange) => void
  readonly openToAll?: boolean
  readonly settleMs?: number
  /** Whether reads are known to work. */
  readonly canRead?: boolean
}

/** A client with a ledger on disk and everything round it, and the tools of cases. */
export function bench(options: BenchOptions) {
  const signal = options.signal ?? new AbortController().signal
  const file = openLedger(ledgerPath(), LEDGER_HEADER)
  const disposable = options.disposable ?? false
  const guard = createDeleteGuard({
    runId: MARK,
    disposable,
    collection: LEDGER_HEADER.collection,
    reviewed: new Set(['null']),
    owns: (id) => file.state.files.has(id),
  })
  const ledger: Ledger = { ...file, note: noting(file, guard) }
  const recorded: Exchange[] = []
  const { transport } = options
  const to = options.target ?? target()
  const environment = openEnvironment({ target: to, transport, concurrency: 4, signal })
  const client = createClient({
    target: to,
    environment,
    ledger,
    guard,
    readings: openAiApi.readings,
    collection: LEDGER_HEADER.collection,
    uploads: new Map(),
    record: options.record ?? ((exchange) => recorded.push(exchange)),
  })
  const removal = {
    client,
    api: openAiApi,
    ledger,
    pause: () => Promise.resolve(),
    attempts: 3,
    canRead: () => options.canRead ?? false,
    uncertain: 'leave',
  } as const
  const toolbox = createToolbox({
    client,
    environment,
    removal,
    ownership: createOwnership({
      runId: MARK,
      api: openAiApi,
      files: ledger.state.files,
      wasListed: () => false,
    }),
    ledger,
    provider: options.provider ?? openAiFiles(),
    runId: MARK,
    openAlone: () => ({ client, close: () => Promise.resolve() }),
    found: {
      offers: new Set(),
      openToAll: options.openToAll ?? false,
      bystanders: [],
      accountsApart: false,
      answers: { isDeleted: isSuccess },
    },
    placesOf: guard.placesOf,
    watch: createWatch('1', 0, isSuccess),
    withheld: createWithheld(disposable),
    inDoubt: new Set(),
    settleMs: options.settleMs ?? 0,
  })
  return { ledger, guard, client, removal, toolbox, recorded }
}

export const STEP = { requirement: 'family/name', case: '0', step: 0 }

/** What cases may be generated from. */
export function facts(rest: Partial<GenerationFacts> = {}): GenerationFacts {
  return {
    runId: MARK,
    disposable: false,
    neverIssuedId: (ordinal) => ({ id: `file-${MARK}-${ordinal}`, shaped: false }),
    idsGuessable: false,
    smallIsOwn: true,
    takes: { names: 'any', contents: 'any' },
    runs: 100,
    concurrency: 4,
    places: 24,
    offers: new Set(),
    filters: [],
    kinds: [],
    ...rest,
  }
}
