import { readFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { InternalError, Interrupted } from '../../../model/errors.ts'
import type { PlainRequest } from '../../../model/resource.ts'
import { bench, DELETED, MARK, STEP, stubTransport, target } from '../made-up.ts'

vi.mock('node:timers/promises', () => import('./faked-sleep.ts'))

const OWNED = 'file-1'

const UPLOAD = {
  action: 'create',
  method: 'POST',
  path: '',
  body: {
    octets: Buffer.from('abc'),
    mediaType: 'text/plain',
    filename: 'a',
    fileBytes: 3,
    fileSha256: '0'.repeat(64),
  },
} as const

function owning(options: Parameters<typeof bench>[0]) {
  const made = bench(options)
  made.ledger.note({ event: 'owned', id: OWNED })
  return made
}

describe('the client', () => {
  it.each(['', '%', '*', '.', '..', '0', 'file-somebodys', '%2e%2e'])(
    'refuses to delete what could be somebody’s, and sends nothing: %j',
    async (segment) => {
      const transport = stubTransport(() => ({}))
      const { client, recorded, ledger } = owning({ transport })
      const before = readFileSync(ledger.path, 'utf8')
      await expect(client.delete(STEP, segment)).rejects.toThrow(InternalError)
      await expect(client.delete(STEP, segment)).rejects.toThrow(/^family\/name: refused to send/)
      expect(transport.requests).toEqual([])
      expect(recorded).toEqual([])
      expect(readFileSync(ledger.path, 'utf8')).toBe(before)
    },
  )

  it('sends the segment as it stands, behind the base path and the collection', async () => {
    const transport = stubTransport(() => ({}))
    const { client } = bench({ transport, target: target({ basePath: '/api' }) })
    await client.delete(STEP, `%2e%2E${MARK}%2f${MARK}`)
    expect(transport.requests[0]).toMatchObject({
      method: 'DELETE',
      target: `/api/v1/files/%2e%2E${MARK}%2f${MARK}`,
    })
  })

  it('records what was sent and what came back, without anything secret', async () => {
    const secret = 'sk-made-up'
    const { client, recorded } = owning({
      transport: stubTransport(() => ({ json: DELETED })),
      target: target({ authorization: `Bearer ${secret}`, headers: [['x-key', secret]] }),
    })
    const exchange = await client.delete({ ...STEP, step: 3 }, OWNED)
    expect(recorded).toEqual([exchange])
    expect(exchange).toMatchObject({
      requirement: 'family/name',
      case: '0',
      step: 3,
      purpose: 'operation',
      action: 'delete',
      id: OWNED,
      request: { method: 'DELETE', target: '/v1/files/file-1', credentials: 'configured' },
      response: { status: 200 },
      attempts: 1,
    })
    expect(exchange.request.headers.map(([name]) => name)).toEqual(['accept', 'user-agent'])
    expect(JSON.stringify(recorded)).not.toContain(secret)
  })

  it('sends credentials and added header fields', async () => {
    const transport = stubTransport(() => ({}))
    const { client } = bench({
      transport,
      target: target({ authorization: 'Bearer made-up', headers: [['x-key', 'value']] }),
    })
    await client.request(STEP, { action: 'list', method: 'GET', path: '' })
    expect(transport.requests[0]?.headers).toEqual(
      expect.arrayContaining([
        ['authorization', 'Bearer made-up'],
        ['x-key', 'value'],
      ]),
    )
  })

  it.each<[string, Partial<PlainRequest>]>([
    ['a header field', { headers: [['x-http-method-override', 'DELETE']] }],
    ['a query', { path: '/file-2?_method=DELETE' }],
    ['a body', { body: { text: '_method=DELETE' } }],
  ])('sends no GET that names another method in %s to what is not owned', async (_, rest) => {
    const transport = stubTransport(() => ({}))
    const { client } = bench({ transport })
    const request = { action: 'other', method: 'GET', path: '/file-2', ...rest } as const
    await expect(client.request(STEP, request)).rejects.toThrow(InternalError)
    expect(transport.requests).toEqual([])
  })

  it('sends a body in chunks as it was asked to, and records it so', async () => {
    const transport = stubTransport(() => ({}))
    const { client, ledger } = bench({ transport })
    ledger.note({ event: 'owned', id: OWNED })
    const exchange = await client.delete(STEP, OWNED, { body: 'x', chunked: true })
    expect(transport.requests[0]).toMatchObject({ chunked: true })
    expect(exchange.request.body).toEqual({ bytes: 1, text: 'x', chunked: true })
  })

  it('records an upload by the digest of its body', async () => {
    const { client } = bench({ transport: stubTransport(() => ({})) })
    const exchange = await client.request(STEP, UPLOAD, { creates: 1 })
    expect(exchange.purpose).toBe('set-up')
    expect(exchange.request.headers).toContainEqual(['content-type', 'text/plain'])
    expect(exchange.request.body).toEqual({
      mediaType: 'text/plain',
      bytes: 3,
      sha256: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
      filename: 'a',
      fileBytes: 3,
      fileSha256: '0'.repeat(64),
    })
  })

  it('notes the deletion of an owned file on disk before it is sent', async () => {
    let onDisk = ''
    const transport = stubTransport(() => {
      onDisk = readFileSync(ledger.path, 'utf8')
      return { json: DELETED }
    })
    const { client, ledger } = owning({ transport })
    await client.delete(STEP, OWNED)
    expect(onDisk).toMatch(/\{"event":"deleting","id":"file-1"\}\n$/)
    expect(readFileSync(ledger.path, 'utf8')).toMatch(/\{"event":"deleted","id":"file-1"\}\n$/)
  })

  it.each([
    ['gone', 200],
    ['gone', 204],
    ['there', 404],
    ['there', 500],
  ])('takes an owned file for %s after the answer %i', async (state, status) => {
    const { client, ledger } = owning({ transport: stubTransport(() => ({ status })) })
    await client.delete(STEP, OWNED)
    expect(ledger.state.files.get(OWNED)).toBe(state)
  })

  it.each(['reset', 'timeout', 'protocol', 'refused'] as const)(
    'sends a DELETE once where its answer is lost (%s), and takes the file for neither there nor gone',
    async (kind) => {
      const transport = stubTransport(() => kind)
      const { client, ledger } = owning({ transport })
      const exchange = await client.delete(STEP, OWNED)
      expect(exchange).toMatchObject({ failure: { kind }, attempts: 1 })
      expect(exchange.response).toBeUndefined()
      expect(transport.requests).toHaveLength(1)
      expect(ledger.state.files.get(OWNED)).toBe('unknown')
    },
  )

  it.each([
    ['the record of it cannot be kept', { answer: () => 'timeout' as const, fails: true }],
    [
      'the transport breaks',
      {
        answer: () => {
          throw new Error('broken')
        },
        fails: false,
      },
    ],
  ])(
    'takes a file for neither there nor gone where %s after a DELETE',
    async (_, { answer, fails }) => {
      const { client, ledger } = owning({
        transport: stubTransport(answer),
        record: () => {
          if (fails) throw new InternalError('no space left')
        },
      })
      await expect(client.delete(STEP, OWNED)).rejects.toThrow()
      expect(ledger.state.files.get(OWNED)).toBe('unknown')
    },
  )

  it('takes a file for there whose deletion the budget kept back, and for uncertain without an answer', async () => {
    for (const [kind, state] of [
      ['not-sent', 'there'],
      ['reset', 'unknown'],
    ] as const) {
      const { client, ledger } = owning({ transport: stubTransport(() => kind) })
      await client.delete(STEP, OWNED)
      expect(ledger.state.files.get(OWNED)).toBe(state)
    }
  })

  it('sends nothing once it is interrupted, and keeps the file in the ledger', async () => {
    const transport = stubTransport(() => ({}))
    const { client, ledger } = owning({ transport, signal: AbortSignal.abort() })
    await expect(client.delete(STEP, OWNED)).rejects.toThrow(Interrupted)
    expect(transport.requests).toEqual([])
    expect(ledger.state.files.get(OWNED)).toBe('there')
  })
})

describe('the patience of the client', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  /** Sends one DELETE while faked time goes by; how long it took. */
  async function deleteOwned(transport: ReturnType<typeof stubTransport>) {
    const { client } = owning({ transport })
    const begun = performance.now()
    const sending = client.delete(STEP, OWNED)
    await vi.runAllTimersAsync()
    return { exchange: await sending, tookMs: performance.now() - begun }
  }

  it.each([429, 503])('waits as long as a %i asks it to, and sends again', async (status) => {
    const headers = [['retry-after', '3']] as const
    const transport = stubTransport((_, nth) => (nth < 2 ? { status, headers } : { json: DELETED }))
    const { exchange, tookMs } = await deleteOwned(transport)
    expect(exchange).toMatchObject({ response: { status: 200 }, attempts: 3 })
    expect(tookMs).toBeGreaterThanOrEqual(6_000)
    expect(tookMs).toBeLessThan(7_000)
  })

  it('waits longer each time a 429 does not say for how long', async () => {
    const atMs: number[] = []
    const transport = stubTransport((_, nth) => {
      atMs.push(performance.now())
      return { status: nth < 3 ? 429 : 200 }
    })
    await deleteOwned(transport)
    const pausesMs = atMs.slice(1).map((ms, at) => Math.round(ms - (atMs[at] ?? 0)))
    expect(pausesMs).toEqual([500, 1_000, 2_000])
  })

  it.each([
    ['503 without Retry-After', { status: 503 }],
    ['500', { status: 500, headers: [['retry-after', '1']] as const }],
    ['404', { status: 404 }],
    ['301', { status: 301, headers: [['location', '/v1/files']] as const }],
  ])('takes %s for an answer', async (_, made) => {
    const transport = stubTransport(() => made)
    const { exchange } = await deleteOwned(transport)
    expect(exchange.attempts).toBe(1)
    expect(transport.requests).toHaveLength(1)
  })

  it('waits no more than 3.5 time limits for a target that has answered nothing of the kind', async () => {
    const transport = stubTransport(() => ({ status: 429, headers: [['retry-after', '5']] }))
    const { exchange, tookMs } = await deleteOwned(transport)
    expect(exchange).toMatchObject({ response: { status: 429 }, attempts: 4 })
    expect(tookMs).toBeLessThanOrEqual(17_500)
  })

  it('waits no more than a minute for one that has, and always asks for more', async () => {
    const headers = [['retry-after', '20']] as const
    const transport = stubTransport((_, nth) =>
      nth === 0 ? { json: DELETED } : { status: 429, headers },
    )
    const { client } = owning({ transport })
    await client.delete(STEP, OWNED)
    const begun = performance.now()
    const sending = client.delete(STEP, OWNED)
    await vi.runAllTimersAsync()
    expect(await sending).toMatchObject({ response: { status: 429 }, attempts: 4 })
    expect(performance.now() - begun).toBeLessThanOrEqual(60_000)
  })

  it('does not wait at all for a target that asks for more than it has', async () => {
    const transport = stubTransport(() => ({ status: 429, headers: [['retry-after', '86400']] }))
    expect((await deleteOwned(transport)).exchange.attempts).toBe(1)
  })

  it.each(['0', 'Thu, 01 Jan 1970 00:00:00 GMT'])(
    'comes to an end where the target always asks for no time at all (%s)',
    async (value) => {
      const transport = stubTransport((_, nth) =>
        nth < 1_000 ? { status: 429, headers: [['retry-after', value]] } : { status: 200 },
      )
      expect((await deleteOwned(transport)).exchange.attempts).toBeLessThan(1_000)
    },
  )

  it('lets a file that was just uploaded be processed first', async () => {
    const transport = stubTransport(({ method }, nth) => {
      if (method === 'POST') return { json: { id: OWNED } }
      return { status: nth < 3 ? 409 : 200 }
    })
    const { client } = owning({ transport })
    await client.request(STEP, UPLOAD, { creates: 1 })
    const sending = client.delete(STEP, OWNED)
    await vi.runAllTimersAsync()
    expect(await sending).toMatchObject({
      response: { status: 200 },
      attempts: 3,
      upload: { filename: 'a' },
    })
  })

  it('takes 409 for an answer where the file is not new', async () => {
    const transport = stubTransport(() => ({ status: 409 }))
    await vi.advanceTimersByTimeAsync(3_600_000)
    expect((await deleteOwned(transport)).exchange.attempts).toBe(1)
  })

  it('stops waiting when it is interrupted', async () => {
    const controller = new AbortController()
    const transport = stubTransport(() => ({ status: 429, headers: [['retry-after', '10']] }))
    const { client } = owning({ transport, signal: controller.signal })
    const sending = expect(client.delete(STEP, OWNED)).rejects.toThrow(Interrupted)
    await vi.advanceTimersByTimeAsync(10)
    controller.abort()
    await vi.advanceTimersByTimeAsync(10)
    await sending
    expect(transport.requests).toHaveLength(1)
  })
})
