import { describe, expect, it, vi } from 'vitest'
import { isRefusal, isThrottled } from '../../../harness/run/answers.ts'
import { Inconclusive, NotSafe } from '../../../model/errors.ts'
import {
  type Answer,
  answered,
  bench,
  MARK,
  response,
  stubTransport,
  target,
  unanswered,
} from '../made-up.ts'

vi.mock('node:timers/promises', () => import('../http/faked-sleep.ts'))

function toolsWith(answer: Answer, options: Partial<Parameters<typeof bench>[0]> = {}) {
  const transport = stubTransport(answer)
  return { transport, ...bench({ transport, ...options }).toolbox('family/name', '12/3') }
}

const LONG_WAIT = [['retry-after', '86400']] as const

describe('the tools of a case', () => {
  it('number what is sent in the order of calls, set-up included', async () => {
    const { tools, sent } = toolsWith(({ method }) =>
      method === 'DELETE' ? { status: 404 } : { json: { id: 'file-1', filename: MARK } },
    )
    const { id } = await tools.files.create()
    await tools.send.delete(id)
    await tools.send.deleteSegment(`%41${MARK}`)
    expect(
      sent.map(({ case: key, step, purpose, request }) => [key, step, purpose, request.target]),
    ).toEqual([
      ['12/3', 0, 'set-up', '/v1/files'],
      // The first file is read back.
      ['12/3', 1, 'set-up', '/v1/files/file-1'],
      ['12/3', 2, 'operation', '/v1/files/file-1'],
      ['12/3', 3, 'operation', `/v1/files/%41${MARK}`],
    ])
  })

  it('percent-encode an id, and send a segment as it stands', async () => {
    const { tools, transport } = toolsWith(() => ({ status: 404 }))
    await tools.send.delete(`${MARK}%é/${MARK}`)
    await tools.send.deleteSegment(`${MARK}%2fx${MARK}`)
    expect(transport.requests.map((request) => request.target)).toEqual([
      `/v1/files/${MARK}%25%C3%A9%2F${MARK}`,
      `/v1/files/${MARK}%2fx${MARK}`,
    ])
  })

  it('send nothing more that names no file of the run once that was answered with success', async () => {
    const transport = stubTransport(() => ({ json: {} }))
    const { toolbox } = bench({ transport })
    const [one, other] = [toolbox('family/one', '0').tools, toolbox('family/other', '0').tools]
    await one.send.delete(`${MARK}-a`)
    expect(one.send.allows(`${MARK}-b`)).toBe(false)
    await expect(one.send.delete(`${MARK}-b`)).rejects.toThrow(NotSafe)
    await expect(toolbox('family/one', '1').tools.send.delete(MARK)).rejects.toThrow(NotSafe)
    expect(transport.requests).toHaveLength(1)
    await other.send.delete(`${MARK}-a`)
    expect(transport.requests).toHaveLength(2)
  })

  it('go on after a success where the target is disposable', async () => {
    const transport = stubTransport(() => ({ json: {} }))
    const { tools } = bench({ transport, disposable: true }).toolbox('family/name', '0')
    for (const id of ['a', 'b', 'c']) await tools.send.delete(id)
    expect(transport.requests).toHaveLength(3)
  })

  it('keep back what could be somebody else’s, and say so', async () => {
    const { tools, transport } = toolsWith(() => ({ status: 404 }))
    await expect(tools.send.delete('file-somebodys')).rejects.toThrow('not safe to send here')
    expect(tools.send.allows('file-somebodys')).toBe(false)
    expect(transport.requests).toEqual([])
  })

  it.each<[string, Answer]>([
    ['no answer: made up reset', () => 'reset'],
    ['answered 401: the credentials are not accepted', () => ({ status: 401 })],
    ['answered 403: the credentials are not accepted', () => ({ status: 403 })],
    ['answered 429 after 1 attempts', () => ({ status: 429, headers: LONG_WAIT })],
    ['answered 503 after 1 attempts', () => ({ status: 503, headers: LONG_WAIT })],
  ])('end a case that cannot be judged, and show why: %s', async (reason, answer) => {
    const authenticated = target({ authorization: 'Bearer made-up' })
    const { tools, sent } = toolsWith(answer, { target: authenticated })
    const ended = tools.send.delete(MARK)
    await expect(ended).rejects.toThrow(Inconclusive)
    await expect(ended).rejects.toMatchObject({ message: reason, exchange: sent.at(-1) })
  })

  it('read as many pages of a list as they are asked for, and else all of them', async () => {
    const page: Answer = (_, nth) => ({
      json: { data: [{ id: `file-${nth}` }], has_more: nth % 3 < 2 },
    })
    const { tools, transport } = toolsWith(page)
    expect(await tools.look.list()).toHaveLength(3)
    expect(await tools.look.list({ most: 1 })).toHaveLength(1)
    expect(transport.requests).toHaveLength(4)
  })

  it('look again until something is so', async () => {
    const { tools, sent } = toolsWith((_, nth) => ({ status: nth < 3 ? 200 : 404 }), {
      settleMs: 60_000,
    })
    await tools.send.delete(MARK)
    const isGone = (seen: { response: { status: number } }) => seen.response.status === 404
    const seen = await tools.look.until(() => tools.look.retrieve(MARK), isGone)
    expect(seen.response.status).toBe(404)
    expect(sent).toHaveLength(4)
  })

  it('look no longer than a deletion may take to show, by the times of the answers', async () => {
    let clockMs = 1_000
    const transport = {
      async exchange() {
        clockMs += 100
        return { response: response({}), startedAtMs: clockMs, waitMs: 0, durationMs: 0 }
      },
      close: () => Promise.resolve(),
    }
    const { tools, sent } = bench({ transport, settleMs: 250 }).toolbox('family/name', '0')
    await tools.send.delete(MARK)
    await tools.look.until(
      () => tools.look.retrieve(MARK),
      () => false,
    )
    // Looks that end 100, 200 and 300 ms after the deletion.
    expect(sent).toHaveLength(4)
  })

  it.each([301, 400, 404, 405, 409, 500, 502])(
    'leave an answer of %i to the judge',
    async (status) => {
      const { tools } = toolsWith(() => ({ status }))
      expect((await tools.send.delete(MARK)).response.status).toBe(status)
    },
  )
})

describe('an answer', () => {
  it('is throttled with 429, or with 503 whether it says when to come back or not', () => {
    expect(isThrottled(answered({ status: 429 }))).toBe(true)
    expect(isThrottled(answered({ status: 503, headers: [['retry-after', '1']] }))).toBe(true)
    expect(isThrottled(answered({ status: 503 }))).toBe(true)
    expect(isThrottled(unanswered('reset'))).toBe(false)
  })

  it('is a refusal with 401 or 403', () => {
    expect([401, 403, 400, 404].map((status) => isRefusal(answered({ status })))).toEqual([
      true,
      true,
      false,
      false,
    ])
  })
})
