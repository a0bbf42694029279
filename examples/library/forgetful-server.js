import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'

/**
 * Creates a server with one fault: it answers a second deletion of a file like the first.
 */
export function forgetfulServer() {
  /** @type {Map<string, boolean>} Whether each file exists. */
  const files = new Map()
  return createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '', 'http://localhost')
    const id = decodeURIComponent(pathname.slice('/v1/files/'.length))
    /** @param {number} status @param {object} body */
    const answer = (status, body) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))

    request.resume()
    if (request.method === 'POST' && pathname === '/v1/files') {
      const created = `file-${randomUUID()}`
      files.set(created, true)
      answer(200, { id: created, object: 'file' })
    } else if (request.method === 'DELETE' && files.has(id)) {
      // The fault: does not check that the file still exists.
      files.set(id, false)
      answer(200, { id, object: 'file', deleted: true })
    } else if (request.method === 'GET' && files.get(id)) {
      answer(200, { id, object: 'file' })
    } else {
      answer(404, { error: { message: 'No such file', type: 'invalid_request_error' } })
    }
  })
}
