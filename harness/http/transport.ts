import { type Dispatcher, EnvHttpProxyAgent, Pool } from 'undici'
import type { Header } from '../../model/exchange.ts'
import { unlessOfProxy } from './proxy-answer.ts'
import { hear } from './receive.ts'
import { redactionOf } from './redaction.ts'
import { namesProxy, type Target } from './target.ts'
import type { Timing } from './timing.ts'
import type { WireResult } from './wire-result.ts'

/** A request as it goes on the wire, secrets included. */
export interface WireRequest {
  readonly method: string
  /** Request target: sent as it stands. */
  readonly target: string
  readonly headers: readonly Header[]
  readonly body?: Uint8Array | undefined
}

/** Connections to one target. */
export interface Transport {
  exchange(request: WireRequest): Promise<WireResult & Timing>
  close(): Promise<void>
}

type Method = Dispatcher.HttpMethod

/** Idle connections are given up before servers with short keep-alive times close them under a request. */
const KEEP_ALIVE_MS = 1_000

/**
 * Opens a pool of connections. Redirects are not followed, answers are bounded in size and time, and
 * the request target is not rewritten.
 */
export function openTransport(target: Target): Transport {
  let throughProxy = false
  const dispatcher = dispatcherFor(target, () => {
    throughProxy = true
  })
  const { origin, timeoutMs } = target
  const { text } = redactionOf(target.secrets)
  return {
    async exchange({ method, target: path, headers, body = null }) {
      const send = (handler: Dispatcher.DispatchHandler) => {
        dispatcher.dispatch(
          { origin, path, method: method as Method, headers: headers.flat(), body },
          handler,
        )
      }
      const heard = await hear(timeoutMs, send, text)
      return throughProxy ? unlessOfProxy(heard) : heard
    },
    close: () => dispatcher.destroy(),
  }
}

/** @param onProxy - told when connections are opened that do not lead to the target itself */
function dispatcherFor(target: Target, onProxy: () => void): Dispatcher {
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
  if (!target.useProxyFromEnvironment || !namesProxy(process.env)) {
    return new Pool(target.origin, options)
  }
  const factory = (opened: string | URL, rest: object) => {
    if (new URL(opened).origin !== target.origin) onProxy()
    return new Pool(opened, rest)
  }
  return new EnvHttpProxyAgent({ ...options, factory, requestTls: tls, proxyTunnel: false })
}
