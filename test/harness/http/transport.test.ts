import { createServer, type RequestListener } from 'node:http'
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { openTransport, type Transport, type WireRequest } from '../../../harness/http/transport.ts'
import { target } from '../made-up.ts'

const closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

function transportTo(port: number, timeoutMs = 5_000): Transport {
  const origin = `http://127.0.0.1:${port}`
  const transport = openTransport(target({ url: origin, origin, timeoutMs }))
  closing.push(() => transport.close())
  return transport
}

async function serving(listener: RequestListener, timeoutMs?: number): Promise<Transport> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closing.push(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  return transportTo((server.address() as AddressInfo).port, timeoutMs)
}

/** A server that does what it likes with a connection once something was sent. */
async function rudelyServing(onData: (socket: Socket) => void): Promise<Transport> {
  const server = createTcpServer((socket) => {
    socket.on('error', () => undefined)
    socket.on('data', () => onData(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closing.push(() => new Promise((resolve) => server.close(resolve)))
  return transportTo((server.address() as AddressInfo).port)
}

function request(rest: Partial<WireRequest> = {}): WireRequest {
  return { method: 'DELETE', target: '/v1/files/file-1', headers: [], ...rest }
}

describe('the transport', () => {
  it.each([
    '/v1/files/%2e%2e',
    '/v1/files/..',
    '/v1/files/%2F%2f',
    '/v1/files/a?b#c',
    '/v1/files/%zz',
  ])('sends the request target as it stands: %s', async (asked) => {
    let received: string | undefined
    const transport = await serving(({ url }, response) => {
      received = url
      response.end()
    })
    await transport.exchange(request({ target: asked }))
    expect(received).toBe(asked)
  })

  it('sends header fields and body, and gives back all that came, names in lower case', async () => {
    const transport = await serving((asked, response) => {
      response.writeHead(418, [
        ['X-Twice', 'a'],
        ['X-Twice', 'b'],
        ['X-Echo', String(asked.headers['x-key'])],
      ])
      asked.pipe(response)
    })
    const body = Uint8Array.of(0, 1, 255)
    const result = await transport.exchange(
      request({ method: 'POST', headers: [['x-key', 'value']], body }),
    )
    expect(result).toMatchObject({ response: { status: 418, body: Buffer.from(body) } })
    const headers = 'response' in result ? result.response.headers : []
    expect(headers).toEqual(
      expect.arrayContaining([
        ['x-twice', 'a'],
        ['x-twice', 'b'],
        ['x-echo', 'value'],
      ]),
    )
  })

  it('follows no redirect', async () => {
    let requests = 0
    const transport = await serving((_, response) => {
      requests += 1
      response.writeHead(307, { location: '/elsewhere' }).end()
    })
    expect(await transport.exchange(request())).toMatchObject({ response: { status: 307 } })
    expect(requests).toBe(1)
  })

  it('sends a DELETE once though the connection ends without an answer', async () => {
    let requests = 0
    const transport = await rudelyServing((socket) => {
      requests += 1
      socket.destroy()
    })
    expect(await transport.exchange(request())).toMatchObject({ failure: { kind: 'reset' } })
    expect(requests).toBe(1)
  })

  it('says that an answer is no HTTP', async () => {
    const transport = await rudelyServing((socket) => socket.end('SSH-2.0-OpenSSH\r\n\r\n'))
    expect(await transport.exchange(request())).toMatchObject({ failure: { kind: 'protocol' } })
  })

  it('says that nobody listens', async () => {
    const server = createTcpServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    await new Promise((resolve) => server.close(resolve))
    expect(await transportTo(port).exchange(request())).toMatchObject({
      failure: { kind: 'refused' },
    })
  })

  it('gives up an answer that does not come', async () => {
    const transport = await serving(() => undefined, 20)
    expect(await transport.exchange(request())).toMatchObject({
      failure: { kind: 'timeout', message: 'no answer within 20 ms' },
    })
  })

  it('gives up a body that does not end, and keeps what came', async () => {
    const transport = await serving((_, response) => void response.write('{"id"'), 300)
    expect(await transport.exchange(request())).toMatchObject({
      response: { status: 200, body: Buffer.from('{"id"'), cut: { by: 'timeout' } },
    })
  })

  it('keeps what came of a body that is shorter than announced', async () => {
    const transport = await serving((_, response) => {
      response.writeHead(200, { 'content-length': '100' })
      response.write('{"id"', () => response.destroy())
    })
    expect(await transport.exchange(request())).toMatchObject({
      response: { status: 200, body: Buffer.from('{"id"'), cut: { by: 'connection' } },
    })
  })
})
