import { createServer, type Socket } from 'node:net'
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { always, pemFile, startTlsStub, withoutProxy } from '../cli/stub-server.ts'
import { skipSleep } from './leaping-sleep.ts'
import { expectUndecided, runAgainst } from './outcome.ts'

beforeEach(() => {
  withoutProxy()
  skipSleep()
})
afterEach(() => vi.unstubAllEnvs())

test('sends nothing to a target whose certificate has expired, though it is trusted', async () => {
  const { url, received } = await startTlsStub('expired', always(200))
  const outcome = await runAgainst(url, '--ca', pemFile('expired'))
  expectUndecided(outcome, /TLS failed: certificate has expired \(CERT_HAS_EXPIRED\)/)
  expect(received).toEqual([])
})

test.each<[what: string, greet: (socket: Socket) => void, reason: RegExp]>([
  ['ends the connection', (socket) => void socket.end(), /TLS failed|the connection ended/],
  ['resets the connection', (socket) => void socket.resetAndDestroy(), /the connection ended/],
  [
    'sends an alert',
    (socket) => void socket.end(Buffer.from('15030100020228', 'hex')),
    /TLS failed/,
  ],
  ['sends no TLS', (socket) => void socket.end('HTTP/1.1 400 -\r\n\r\n'), /TLS failed/],
  ['says nothing', () => undefined, /no answer within 300 ms/],
])('is inconclusive where a target %s in the place of a handshake', async (_, greet, reason) => {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined).once('data', () => greet(socket))
  })
  const port = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port))
  })
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const outcome = await runAgainst(`https://127.0.0.1:${port}`, '--timeout', '300ms')
  expectUndecided(outcome, reason)
})
