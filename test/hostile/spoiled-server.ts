import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'
import { filesApi } from '../../fixtures/server/files-api.ts'
import type { Reply, ServerRequest } from '../../fixtures/server/message.ts'
import { createStore, type FileStore } from '../../fixtures/server/store.ts'
import { requestsOn } from './raw-requests.ts'

/** A request that is spoiled, and the connection on which anything at all may be written instead. */
interface Arrival {
  readonly request: ServerRequest
  readonly socket: Socket
  /** How many were spoiled before it. */
  readonly before: number
  /** What a conforming server answers; asking for it carries out what was requested. */
  readonly conforming: () => Promise<Reply>
}

/** Answers a request wrongly, late or never; the octets it gives back are written as they are. */
export type Spoil = (arrival: Arrival) => Octets | undefined | Promise<Octets | undefined>

type Octets = Uint8Array | string

/** A server that conforms in all but what is spoiled. */
export interface SpoiledServer {
  readonly url: string
  readonly store: FileStore
  /** Requests that arrived, spoiled or not, in order. */
  readonly received: readonly ServerRequest[]
  /** Octets that were handed to its sockets. */
  readonly written: number
  /** Ends every connection, and takes no more. */
  stop(): Promise<void>
  /** Listens at the same port again. */
  restart(): Promise<void>
}

export interface SpoiledOptions {
  readonly spoil: Spoil
  /** What is spoiled: deletions but the first, which knocks at the door, unless said otherwise. */
  readonly when?: (request: ServerRequest, nth: number) => boolean
  /** What is done with a new connection, before anything was sent. */
  readonly connected?: (socket: Socket) => void
  readonly store?: FileStore
}

/** Deletions, but for the first: the run must find that there is a server to test. */
function deletionsButTheFirst(): (request: ServerRequest) => boolean {
  let deletions = 0
  return ({ method }) => {
    if (method !== 'DELETE') return false
    deletions += 1
    return deletions > 1
  }
}

/**
 * The first deletion of a run of one requirement that is no preparation, which ends with a list of one file.
 *
 * @param times - how often, if its case is sent again
 */
export function theJudgedDeletion(times = 1): (request: ServerRequest) => boolean {
  let prepared = false
  const sent = new Set<string>()
  return ({ method, target }) => {
    prepared ||= target.endsWith('limit=1')
    if (method !== 'DELETE' || !prepared || sent.size === times || sent.has(target)) return false
    sent.add(target)
    return true
  }
}

/** Times that a case is sent which is never answered. */
export const EACH_TIME = 3

/** One deletion in so many, of all kinds that a run sends. */
export function oneDeletionIn(many: number): (request: ServerRequest) => boolean {
  let deletions = 0
  return ({ method }) => {
    if (method !== 'DELETE') return false
    deletions += 1
    return deletions % many === 0
  }
}

/** Starts a server that writes octets on sockets, so that nothing keeps it to HTTP. */
export async function startSpoiled({
  spoil,
  when = deletionsButTheFirst(),
  connected = () => undefined,
  store = createStore(),
}: SpoiledOptions): Promise<SpoiledServer> {
  const handle = filesApi(store)
  const received: ServerRequest[] = []
  const sockets = new Set<Socket>()
  let written = 0
  let before = 0
  const answer = async (socket: Socket, request: ServerRequest) => {
    received.push(request)
    const conforming = () => handle(request)
    if (!when(request, received.length)) return socket.write(inHttp(await conforming()))
    const arrival = { request, socket, before, conforming }
    before += 1
    const octets = await spoil(arrival)
    return octets === undefined || socket.destroyed ? undefined : socket.write(octets)
  }
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.on('close', () => {
      written += socket.bytesWritten
      sockets.delete(socket)
    })
    connected(socket)
    requestsOn(socket, (request) => answer(socket, request))
  })
  const port = await listening(server, 0)
  const stop = async () => {
    const closed = new Promise((resolve) => server.close(resolve))
    for (const socket of sockets) socket.destroy()
    await closed
  }
  onTestFinished(async () => {
    if (server.listening) await stop()
  })
  return {
    url: `http://127.0.0.1:${port}`,
    store,
    received,
    get written() {
      return [...sockets].reduce((sum, { bytesWritten }) => sum + bytesWritten, written)
    },
    stop,
    restart: async () => {
      await listening(server, port)
    },
  }
}

/** An answer as it stands on the wire. */
export function inHttp({ status, headers, body }: Reply): Buffer {
  return http(status, headers, body)
}

/** An answer as it stands on the wire, with the length of its body unless fields say another. */
export function http(
  status: number | string,
  headers: Readonly<Record<string, string>>,
  body: Uint8Array | string = '',
): Buffer {
  const octets = Buffer.from(body as string)
  const fields = { 'content-length': String(octets.byteLength), ...headers }
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`)
  return Buffer.concat([Buffer.from(`HTTP/1.1 ${status} -\r\n${lines.join('')}\r\n`), octets])
}

/** The octets of a JSON answer whose body is this text, JSON or not. */
export function jsonText(status: number, text: string | Uint8Array): Buffer {
  return http(status, { 'content-type': 'application/json' }, text)
}

function listening(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject)
      resolve((server.address() as AddressInfo).port)
    })
  })
}
