import type { Socket } from 'node:net'
import type { ServerRequest } from '../../fixtures/server/message.ts'

/**
 * Takes the octets of a connection apart into requests whose bodies have a `Content-Length`, as those of
 * this program do. A request is told of once it is whole, the next not before that is done.
 */
export function requestsOn(socket: Socket, tell: (request: ServerRequest) => Promise<unknown>) {
  let octets = Buffer.alloc(0)
  let telling = false
  const look = async () => {
    if (telling) return
    telling = true
    for (let found = firstOf(octets); found !== undefined; found = firstOf(octets)) {
      octets = octets.subarray(found.bytes)
      await tell(found.request)
    }
    telling = false
  }
  socket.on('data', (chunk: Buffer) => {
    octets = Buffer.concat([octets, chunk])
    void look()
  })
}

function firstOf(octets: Buffer): { request: ServerRequest; bytes: number } | undefined {
  const end = octets.indexOf('\r\n\r\n')
  if (end < 0) return undefined
  const [line = '', ...fields] = octets.subarray(0, end).toString('latin1').split('\r\n')
  const [method = '', target = ''] = line.split(' ')
  const headers = Object.fromEntries(
    fields.map((field) => {
      const [name = '', value = ''] = field.split(/: *(.*)/s)
      return [name.toLowerCase(), value]
    }),
  )
  const bytes = end + 4 + Number(headers['content-length'] ?? 0)
  if (octets.length < bytes) return undefined
  return { request: { method, target, headers, body: octets.subarray(end + 4, bytes) }, bytes }
}
