import { readFileSync } from 'node:fs'
import {
  createServer,
  request as httpRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { fileURLToPath } from 'node:url'
import { onTestFinished, vi } from 'vitest'
import type { Handle } from '../../fixtures/server/message.ts'

/** Request as received. */
interface ReceivedRequest {
  readonly method: string
  /** Request target as received. */
  readonly target: string
  readonly headers: IncomingHttpHeaders
  /** Of the clock of `performance.now()`. */
  readonly atMs: number
}

/** Server on the loopback interface that is closed after the test. */
export interface StubServer {
  readonly url: string
  /** All received requests, in order. */
  readonly received: readonly ReceivedRequest[]
}

/** Handler of a stub's requests. */
export type Respond = (request: IncomingMessage, response: ServerResponse) => void

/** Certificate in `test/tls`: for 127.0.0.1, for another host, or for 127.0.0.1 in 2020. */
export type CertificateName = 'loopback' | 'elsewhere' | 'expired'

/** Starts a stub that speaks plain HTTP. */
export function startStub(respond: Respond): Promise<StubServer> {
  return serve('http', createServer(), respond)
}

/** Starts a stub behind a self-signed certificate. */
export function startTlsStub(certificate: CertificateName, respond: Respond): Promise<StubServer> {
  const server = createTlsServer({
    key: readFileSync(pemFile(certificate, 'key')),
    cert: readFileSync(pemFile(certificate, 'pem')),
  })
  return serve('https', server, respond)
}

/** Gives the path of a certificate, or of its key. */
export function pemFile(certificate: CertificateName, kind: 'pem' | 'key' = 'pem'): string {
  return fileURLToPath(new URL(`../tls/${certificate}.${kind}`, import.meta.url))
}

/** Gives a base URL where nothing listens. */
export async function closedUrl(): Promise<string> {
  const server = createServer()
  const { port } = await listening(server)
  await new Promise((resolve) => server.close(resolve))
  return `http://127.0.0.1:${port}`
}

/** Takes the proxies of the machine out of the environment. */
export function withoutProxy(): void {
  for (const name of ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY']) {
    vi.stubEnv(name, undefined)
    vi.stubEnv(name.toLowerCase(), undefined)
  }
}

/** Answers every request alike. */
export function always(
  status: number,
  body: unknown = {},
  headers: Readonly<Record<string, string>> = {},
): Respond {
  return (request, response) => {
    request.resume()
    response.writeHead(status, { 'content-type': 'application/json', ...headers })
    response.end(JSON.stringify(body))
  }
}

/** Answers as a handler of `fixtures/server` does. */
export function handling(handle: Handle): Respond {
  return async (request, response) => {
    const { method = '', url: target = '', headers } = request
    const chunks: Buffer[] = []
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk)
    const reply = await handle({ method, target, headers, body: Buffer.concat(chunks) })
    response.writeHead(reply.status, reply.headers)
    response.end(reply.body)
  }
}

/** Forwards requests in absolute form, as a proxy for plain HTTP does (RFC 9112 §3.2.2). */
export function forwarding(): Respond {
  return (request, response) => {
    const { method, headers, url = '' } = request
    const [, origin = '', path] = /^(http:\/\/[^/]+)(\/.*)$/.exec(url) ?? []
    const { hostname, port } = new URL(origin)
    const onward = httpRequest({ hostname, port, path, method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
    })
    request.pipe(onward)
  }
}

/** Starts a proxy that tunnels (RFC 9110 §9.3.6); it records the CONNECT requests. */
export async function startTunnel(): Promise<StubServer> {
  const server = createServer()
  const stub = await serve('http', server, always(405))
  const received: ReceivedRequest[] = []
  server.on('connect', ({ method = '', url: target = '', headers }, client: Socket) => {
    received.push({ method, target, headers, atMs: performance.now() })
    const [host, port] = target.split(':')
    const onward = connect(Number(port), host, () => client.write('HTTP/1.1 200 OK\r\n\r\n'))
    client.on('error', () => onward.destroy()).on('close', () => onward.destroy())
    onward.on('error', () => client.destroy())
    client.pipe(onward).pipe(client)
  })
  return { url: stub.url, received }
}

async function serve(
  scheme: 'http' | 'https',
  server: Server,
  respond: Respond,
): Promise<StubServer> {
  const received: ReceivedRequest[] = []
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const { method = '', url: target = '', headers } = request
    received.push({ method, target, headers, atMs: performance.now() })
    respond(request, response)
  })
  const { port } = await listening(server)
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  return { url: `${scheme}://127.0.0.1:${port}`, received }
}

function listening(server: Server): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => resolve(server.address() as AddressInfo))
  })
}
