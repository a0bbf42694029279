import type { Dispatcher } from 'undici'
import type { CutBody, Header, Response } from '../../model/exchange.ts'
import { collectBody } from './response-body.ts'
import { startClock, type Timing } from './timing.ts'
import { transportFailure } from './transport-failure.ts'
import type { WireResult } from './wire-result.ts'

/**
 * Hears the answer to one request, bounded in size and time.
 *
 * @param timeoutMs - for all of it, the wait for a connection included
 * @param send - hands the handler to a dispatcher
 * @param clean - takes credentials out of messages, before they are shortened
 * @throws what is no failure of the network
 */
export function hear(
  timeoutMs: number,
  send: (handler: Dispatcher.DispatchHandler) => void,
  clean?: (text: string) => string,
): Promise<WireResult & Timing> {
  return new Promise((resolve, reject) => {
    const clock = startClock()
    let connection: Dispatcher.DispatchController | undefined
    let head: Omit<Response, 'body'> | undefined
    let late = false
    const body = collectBody()
    const settle = (result: WireResult) => {
      clearTimeout(timer)
      resolve({ ...result, ...clock.timing() })
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
        // It waited so long for a connection that nobody waits for the answer any more.
        if (late) controller.abort(new Error('out of time'))
      },
      onResponseStart({ rawHeaders }, status) {
        if (status < 200) return
        clock.answered()
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
        // Aborted here, it was settled before.
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

/** Names may be UTF-8 by mistake, values are octets (RFC 9110 §5.5). */
function pairs(raw: readonly Buffer[]): readonly Header[] {
  const headers: Header[] = []
  for (let at = 0; at + 1 < raw.length; at += 2) {
    headers.push([String(raw[at]).toLowerCase(), (raw[at + 1] as Buffer).toString('latin1')])
  }
  return headers
}
