import { createServer, type Server } from 'node:http'

/** Creates a server that holds files with these ids and deletes them. */
export function filesServer(ids: readonly string[]): Server {
  const files = new Set(ids)
  return createServer((request, response) => {
    const id = /^\/v1\/files\/([\w-]+)$/.exec(request.url ?? '')?.[1]
    const deleted = request.method === 'DELETE' && id !== undefined && files.delete(id)
    response.setHeader('content-type', 'application/json')
    if (deleted) {
      response.end(JSON.stringify({ id, object: 'file', deleted }))
    } else {
      response.statusCode = 404
      response.end(JSON.stringify({ error: { message: 'No such file', type: 'not_found' } }))
    }
  })
}
