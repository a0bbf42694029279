import { Readable } from 'node:stream'
import { Client, type Dispatcher, EnvHttpProxyAgent } from 'undici'
import {
  type CutBody,
  type Exchange,
  type Header,
  headerValues,
  type Response,
  type TransportFailure,
} from '../../model/exchange.ts'
import { redactionOf } from './redaction.ts'
import { collectBody } from './response-body.ts'
import { namesProxy, secretsOf, type Target } from './target.ts'
import { transportFailure } from './transport-failure.ts'

/** A request as it is sent, secrets included. */
export interface WireRequest {
  readonly method: string
  /** Request target, sent as it stands. */
  readonly target: string
  readonly headers: readonly Header[]
  readonly body?: Uint8Array | undefined
  /** Whether the body goes out in chunks, without its length before it. */
  readonly chunked?: boolean | undefined
}

/** Connections to one target, which send one request at a time each. */
export interface Transport {
  exchange(request: WireRequest): Promise<WireResult & Timing>
  close(): Promise<void>
}

/** Idle time of a connection: shorter than that of servers, which could close it under a request. */
const KEEP_ALIVE_MS = 1_000

/**
 * Opens connections. They follow no redirects, bound answers in size and time, and do not rewrite the
 * request target. Once a target has ended a connection after an answer without saying so, no connection is used
 * again after such an answer.
 */
export function openTransport(target: Target): Transport {
  const { origin, timeoutMs } = target
  const { text } = redactionOf(secretsOf(target))
  const all = new Set<Connection>()
  const idle: Connection[] = []
  /** Lowest status after which connections are not used again. */
  let droppedAfter = Number.POSITIVE_INFINITY
  /** Statuses after which a connection has brought another answer. */
  const keptAfter = new Set<number>()
  const isUnsafe = ({ answered = 0 }: Connection, method?: string) => {
    if (answered >= droppedAfter) return true
    // What was lost of an upload cannot be found on every target.
    return method === 'POST' && answered >= 400 && !keptAfter.has(answered)
  }
  const open = () => {
    const connection = openConnection(target)
    all.add(connection)
    return connection
  }
  const discard = (connection: Connection) => {
    all.delete(connection)
    // It serves no request that could fail.
    void connection.dispatcher.destroy()
  }
  /** Takes the connection that was used last, which is the least likely to be closed meanwhile. */
  const take = (method: string) => {
    for (let one = idle.pop(); one !== undefined; one = idle.pop()) {
      if (!isUnsafe(one, method)) return one
      discard(one)
    }
    return open()
  }
  return {
    async exchange({ method, target: path, headers, body: octets, chunked = false }) {
      const connection = take(method)
      const { dispatcher, answered = 0 } = connection
      const body = octets === undefined ? null : chunked ? Readable.from(chunksOf(octets)) : octets
      const send = (handler: Dispatcher.DispatchHandler) => {
        dispatcher.dispatch(
          { origin, path, method: method as Dispatcher.HttpMethod, headers: headers.flat(), body },
          handler,
        )
      }
      const received = await receive(timeoutMs, send, text)
      const isKept = 'response' in received && staysOpen(received.response)
      if (isKept) connection.answered = received.response.status
      const result = connection.throughProxy ? unlessOfProxy(received) : received
      const isDropped = answered > 0 && isReset(result)
      if ('response' in received) keptAfter.add(answered)
      if (isDropped) droppedAfter = Math.min(droppedAfter, answered < 400 ? 0 : 400)
      if (isKept && !isUnsafe(connection)) idle.push(connection)
      else discard(connection)
      return isDropped ? { ...result, failure: droppedAfterStatus(answered) } : result
    },
    async close() {
      await Promise.all([...all].map(({ dispatcher }) => dispatcher.destroy()))
    },
  }
}

/** Cuts octets in two, so that a server receives more than one chunk. */
function chunksOf(octets: Uint8Array): readonly Uint8Array[] {
  const half = Math.ceil(octets.byteLength / 2)
  return [octets.subarray(0, half), octets.subarray(half)].filter((one) => one.byteLength > 0)
}

/** Tells whether a connection can bring another answer (RFC 9112 §9.6). */
function staysOpen(response: Response): boolean {
  const options = headerValues(response, 'connection').join().toLowerCase().split(/[ ,]+/)
  return response.cut === undefined && !options.includes('close')
}

function isReset(result: WireResult): boolean {
  return 'failure' in result && result.failure.kind === 'reset'
}

function droppedAfterStatus(status: number): TransportFailure {
  const message = `the connection, which had brought an answer of ${status} before, ended without an answer`
  return { kind: 'dropped', message }
}

/** One connection at a time, opened anew when it is closed. */
interface Connection {
  readonly dispatcher: Dispatcher
  /** Status of the last answer that it has brought since it was opened. */
  answered?: number | undefined
  /** Whether it leads to a proxy. */
  throughProxy: boolean
}

function openConnection(target: Target): Connection {
  const connection: Connection = {
    dispatcher: dispatcherFor(target, onOpened),
    throughProxy: false,
  }
  return connection

  function onOpened(client: Client, leadsTo: string): void {
    if (leadsTo !== target.origin) connection.throughProxy = true
    client.on('disconnect', () => {
      connection.answered = undefined
    })
  }
}

/** @param onOpened - told of the client of each origin, a proxy's among them */
function dispatcherFor(
  target: Target,
  onOpened: (client: Client, origin: string) => void,
): Dispatcher {
  const tls = {
    rejectUnauthorized: !target.tls.insecure,
    ...(target.tls.ca === undefined ? {} : { ca: target.tls.ca }),
  }
  const options = {
    pipelining: 1,
    keepAliveTimeout: KEEP_ALIVE_MS,
    // The request's own timer bounds all of it; these would bound the pauses alone.
    headersTimeout: 0,
    bodyTimeout: 0,
    // Longer than the own timer, which tells it from a target that does not answer.
    connect: { ...tls, timeout: 2 * target.timeoutMs },
  }
  const openClient = (opened: string | URL, rest: object) => {
    const client = new Client(opened, rest)
    onOpened(client, new URL(opened).origin)
    return client
  }
  if (!target.useProxyFromEnvironment || !namesProxy(process.env)) {
    return openClient(target.origin, options)
  }
  return new EnvHttpProxyAgent({
    ...options,
    factory: openClient,
    requestTls: tls,
    proxyTunnel: false,
  })
}

/**
 * Receives the answer to one request, bounded in size and time.
 *
 * @param timeoutMs - for all of it, the wait for a connection included
 * @param send - gives the handler to a dispatcher
 * @param clean - takes credentials out of messages before they are shortened
 * @throws Error if it is no failure of the network
 */
export function receive(
  timeoutMs: number,
  send: (handler: Dispatcher.DispatchHandler) => void,
  clean?: (text: string) => string,
): Promise<WireResult & Timing> {
  return new Promise((resolve, reject) => {
    // Changes of the system's time do not affect this clock.
    const startedMs = performance.now()
    let headMs: number | undefined
    let connection: Dispatcher.DispatchController | undefined
    let head: Omit<Response, 'body'> | undefined
    let late = false
    const body = collectBody()
    const settle = (result: WireResult) => {
      clearTimeout(timer)
      const endMs = performance.now()
      resolve({
        ...result,
        startedAtMs: inMicroseconds(performance.timeOrigin + startedMs),
        waitMs: inMicroseconds((headMs ?? endMs) - startedMs),
        durationMs: inMicroseconds(endMs - startedMs),
      })
    }
    const cutShort = (cut: CutBody) => {
      if (head !== undefined) settle({ response: { ...head, body: body.received(), cut } })
    }
    const giveUp = () => {
      late = true
      if (head !== undefined) cutShort(OUT_OF_TIME)
      else settle({ failure: { kind: 'timeout', message: `no answer within ${timeoutMs} ms` } })
      connection?.abort(new Error('out of time'))
    }
    const timer = setTimeout(giveUp, timeoutMs)
    send({
      onRequestStart(controller) {
        connection = controller
        // The wait for a connection has used up all the time.
        if (late) controller.abort(new Error('out of time'))
      },
      onResponseStart({ rawHeaders }, status) {
        if (status < 200) return
        headMs = performance.now()
        head = { status, headers: pairs(rawHeaders as readonly Buffer[]) }
      },
      onResponseData(controller, chunk) {
        if (body.add(chunk)) return
        cutShort(body.tooLarge)
        controller.abort(new Error('too large'))
      },
      onResponseEnd() {
        if (head !== undefined) settle({ response: { ...head, ...body.decoded(head.headers) } })
      },
      onResponseError(_, error) {
        const failure = transportFailure(error, clean)
        if (failure !== undefined && head !== undefined) return cutShort(CONNECTION_ENDED)
        if (failure !== undefined) return settle({ failure })
        // If it was aborted here, the promise is settled and ignores this.
        clearTimeout(timer)
        reject(error)
      },
    })
  })
}

const OUT_OF_TIME: CutBody = { by: 'timeout', message: 'the time for the answer was over' }
const CONNECTION_ENDED: CutBody = {
  by: 'connection',
  message: 'the connection ended within the body',
}

/** Pairs names, which may be UTF-8 by mistake, with values, which are octets (RFC 9110 §5.5). */
function pairs(raw: readonly Buffer[]): readonly Header[] {
  const headers: Header[] = []
  for (let at = 0; at + 1 < raw.length; at += 2) {
    headers.push([String(raw[at]).toLowerCase(), (raw[at + 1] as Buffer).toString('latin1')])
  }
  return headers
}

/** Statuses of a proxy that has no answer of the target's (RFC 9110 §15.5.8, §15.6.3, §15.6.5). */
const OF_PROXIES = [407, 502, 504]

/**
 * Turns what may be a proxy's own answer into a failure: nobody can tell a target that fails from one that
 * the proxy does not reach.
 */
function unlessOfProxy(result: WireResult & Timing): WireResult & Timing {
  if (!('response' in result) || !isOfProxy(result.response)) return result
  const { response, ...timing } = result
  const message = `${response.status} came through a proxy (HTTP_PROXY), and may be its own answer`
  return { failure: { kind: 'refused', message }, ...timing }
}

function isOfProxy(response: Response): boolean {
  if (OF_PROXIES.includes(response.status)) return true
  // Some proxies answer their page of errors with 503, which an API under load answers, too.
  const types = headerValues(response, 'content-type')
  return response.status === 503 && types.some((type) => /^text\/html\b/i.test(type))
}

/** A response, or the reason for none. It is part of the public types, so it names no HTTP client. */
export type WireResult = { readonly response: Response } | { readonly failure: TransportFailure }

/** Times of an exchange: when its request was sent, and how long the answer took. */
export type Timing = Pick<Exchange, 'startedAtMs' | 'waitMs' | 'durationMs'>

/** Returns milliseconds since the Unix epoch, by a clock that never jumps. */
export function now(): number {
  return inMicroseconds(performance.timeOrigin + performance.now())
}

/** Rounds milliseconds to what a clock of this kind can tell apart. */
function inMicroseconds(ms: number): number {
  return Math.round(ms * 1000) / 1000
}
