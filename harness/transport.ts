import { Agent, type Dispatcher, EnvHttpProxyAgent } from 'undici'
import type { Exchange, Header, Response, TransportFailure } from '../model/exchange.ts'
import { readBody } from './response-body.ts'
import type { Target } from './target.ts'
import { transportFailure } from './transport-failure.ts'

/** A request as it goes on the wire, secrets included. */
export interface WireRequest {
  readonly method: string
  /** Request target: sent as it stands. */
  readonly target: string
  readonly headers: readonly Header[]
  readonly body?: Uint8Array | undefined
}

/** What came back, or why nothing did. */
export type WireResult = { readonly response: Response } | { readonly failure: TransportFailure }

/** When a request went out, and how long its answer took; as in an exchange. */
export type Timing = Pick<Exchange, 'startedAtMs' | 'waitMs' | 'durationMs'>

/** Connections to one target. */
export interface Transport {
  exchange(request: WireRequest): Promise<WireResult & Timing>
  close(): Promise<void>
}

/** Idle connections are given up before servers with short keep-alive times close them under a request. */
const KEEP_ALIVE_MS = 1_000

/**
 * Opens a pool of connections. Redirects are not followed, answers are bounded in size and time, and
 * the request target is not rewritten.
 */
export function openTransport(target: Target): Transport {
  const dispatcher = dispatcherFor(target)
  return {
    exchange: (request) => exchange(dispatcher, target, request),
    close: () => dispatcher.destroy(),
  }
}

async function exchange(
  dispatcher: Dispatcher,
  { origin, timeoutMs }: Target,
  { method, target, headers, body }: WireRequest,
): Promise<WireResult & Timing> {
  const clock = startClock()
  const controller = new AbortController()
  const timer = setTimeout(() => controller.abort(), timeoutMs)
  try {
    const answer = await dispatcher.request({
      origin,
      path: target,
      method: method as Dispatcher.HttpMethod,
      headers: headers.flat(),
      body: body ?? null,
      signal: controller.signal,
      responseHeaders: 'raw',
    })
    clock.answered()
    const received = pairs(answer.headers as unknown as readonly string[])
    const { body: octets, cut } = await readBody(answer.body, received, controller.signal)
    return {
      response: {
        status: answer.statusCode,
        headers: received,
        body: octets,
        ...(cut === undefined ? {} : { cut }),
      },
      ...clock.timing(),
    }
  } catch (error) {
    if (controller.signal.aborted) {
      const message = `no answer within ${timeoutMs} ms`
      return { failure: { kind: 'timeout', message }, ...clock.timing() }
    }
    const failure = transportFailure(error)
    if (failure === undefined) throw error
    return { failure, ...clock.timing() }
  } finally {
    clearTimeout(timer)
  }
}

/** Measures one exchange on the clock of this process, which no change of the system's time touches. */
function startClock() {
  const startedMs = performance.now()
  let headMs: number | undefined
  return {
    answered() {
      headMs = performance.now()
    },
    timing(): Timing {
      const endMs = performance.now()
      return {
        startedAtMs: inMicroseconds(performance.timeOrigin + startedMs),
        waitMs: inMicroseconds((headMs ?? endMs) - startedMs),
        durationMs: inMicroseconds(endMs - startedMs),
      }
    },
  }
}

/** Milliseconds since the Unix epoch, on a clock that never jumps. */
export function now(): number {
  return inMicroseconds(performance.timeOrigin + performance.now())
}

/** Milliseconds without the digits that no clock of this kind tells apart. */
function inMicroseconds(ms: number): number {
  return Math.round(ms * 1000) / 1000
}

function pairs(raw: readonly string[]): readonly Header[] {
  const headers: Header[] = []
  for (let index = 0; index + 1 < raw.length; index += 2) {
    headers.push([String(raw[index]).toLowerCase(), String(raw[index + 1])])
  }
  return headers
}

function dispatcherFor(target: Target): Dispatcher {
  const tls = {
    rejectUnauthorized: !target.tls.insecure,
    ...(target.tls.ca === undefined ? {} : { ca: target.tls.ca }),
  }
  const options = {
    connections: target.concurrency,
    pipelining: 1,
    keepAliveTimeout: KEEP_ALIVE_MS,
    // The request's own timer bounds all of it; these would only bound the pauses in between.
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: { ...tls, timeout: target.timeoutMs },
  }
  return target.useProxyFromEnvironment
    ? new EnvHttpProxyAgent({ ...options, requestTls: tls, proxyTunnel: false })
    : new Agent(options)
}
