import type { Dispatcher } from 'undici'
import { describe, expect, it, vi } from 'vitest'
import { MAX_BODY_BYTES } from '../../../harness/http/response-body.ts'
import { receive } from '../../../harness/http/transport.ts'

/** What a dispatcher does with the request that it is given. */
type Play = (handler: Required<Dispatcher.DispatchHandler>, controller: Controller) => void

type Controller = Dispatcher.DispatchController & { readonly abort: ReturnType<typeof vi.fn> }

function receiving(play: Play, timeoutMs = 5_000) {
  const controller = {
    rawHeaders: [Buffer.from('X-Name'), Buffer.from([0xe9])],
    abort: vi.fn(),
  } as unknown as Controller
  const received = receive(timeoutMs, (handler) =>
    play(handler as Required<Dispatcher.DispatchHandler>, controller),
  )
  return { received, controller }
}

const networkError = Object.assign(new Error('made up'), { code: 'UND_ERR_SOCKET' })

describe('an answer', () => {
  it('is the head and all pieces of the body', async () => {
    const { received } = receiving((handler, controller) => {
      handler.onRequestStart(controller, {})
      handler.onResponseStart(controller, 200, {})
      handler.onResponseData(controller, Buffer.from('a'))
      handler.onResponseData(controller, Buffer.from('b'))
      handler.onResponseEnd(controller, {})
    })
    expect(await received).toMatchObject({
      response: { status: 200, headers: [['x-name', '\u00e9']], body: Buffer.from('ab') },
    })
  })

  it('is none of the interim ones', async () => {
    const { received } = receiving((handler, controller) => {
      handler.onRequestStart(controller, {})
      handler.onResponseStart(controller, 103, {})
      handler.onResponseStart(controller, 404, {})
      handler.onResponseEnd(controller, {})
    })
    expect(await received).toMatchObject({ response: { status: 404 } })
  })

  it('is what came before the connection ended', async () => {
    const { received } = receiving((handler, controller) => {
      handler.onRequestStart(controller, {})
      handler.onResponseStart(controller, 200, {})
      handler.onResponseData(controller, Buffer.from('ab'))
      handler.onResponseError(controller, networkError)
    })
    expect(await received).toMatchObject({
      response: {
        body: Buffer.from('ab'),
        cut: { by: 'connection', message: 'the connection ended within the body' },
      },
    })
  })

  it('is none where the connection ended before the head', async () => {
    const { received } = receiving((handler, controller) => {
      handler.onRequestStart(controller, {})
      handler.onResponseError(controller, networkError)
    })
    expect(await received).toMatchObject({ failure: { kind: 'reset' } })
  })

  it('is cut, and the connection given up, where the body never ends', async () => {
    const { received, controller } = receiving((handler, one) => {
      handler.onRequestStart(one, {})
      handler.onResponseStart(one, 200, {})
      while (one.abort.mock.calls.length === 0) handler.onResponseData(one, Buffer.alloc(65_536))
    })
    const result = await received
    expect(result).toMatchObject({ response: { cut: { by: 'size' } } })
    expect('response' in result && result.response.body).toHaveLength(MAX_BODY_BYTES)
    expect(controller.abort).toHaveBeenCalledOnce()
  })

  it('is what came before the time was over', async () => {
    vi.useFakeTimers()
    try {
      const { received, controller } = receiving((handler, one) => {
        handler.onRequestStart(one, {})
        handler.onResponseStart(one, 200, {})
        handler.onResponseData(one, Buffer.from('ab'))
      }, 100)
      vi.advanceTimersByTime(100)
      expect(await received).toMatchObject({
        response: { body: Buffer.from('ab'), cut: { by: 'timeout' } },
      })
      expect(controller.abort).toHaveBeenCalledOnce()
    } finally {
      vi.useRealTimers()
    }
  })

  it('is not waited for once the time is over, and the request that had no connection is not sent', async () => {
    vi.useFakeTimers()
    try {
      let start = () => undefined as unknown
      const { received, controller } = receiving((handler, one) => {
        start = () => handler.onRequestStart(one, {})
      }, 100)
      vi.advanceTimersByTime(100)
      expect(await received).toMatchObject({
        failure: { kind: 'timeout', message: 'no answer within 100 ms' },
      })
      start()
      expect(controller.abort).toHaveBeenCalledOnce()
    } finally {
      vi.useRealTimers()
    }
  })

  it('is no answer where the error is none of the network’s', async () => {
    const { received } = receiving((handler, controller) => {
      handler.onResponseError(controller, new Error('a bug'))
    })
    await expect(received).rejects.toThrow('a bug')
  })
})
