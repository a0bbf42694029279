import { shippedDocument } from '../../../spec/document.ts'
import { bin } from '../environment.ts'
import type { FieldServer } from '../field-server.ts'

export const prism: FieldServer = {
  name: '@stoplight/prism-cli',
  version: '5.14',
  origin: 'npm',
  about:
    'A mock without a state is no conforming server, and the run shows this at once. A suite that looks at statuses and schemas alone would accept it.',
  start: ({ port }) => ({
    program: bin('prism'),
    words: ['mock', '-h', '127.0.0.1', '-p', `${port}`, shippedDocument()],
  }),
  causes: [
    {
      requirement: 'not-found/never-issued',
      where: '/status',
      shows: /→ 200 \{"id":"string","object":"file","deleted":true\}/,
      happens: 'Every id is answered as deleted, and the answer names another one.',
      right:
        'Nothing, in mock mode; to test against it, ask for the answer with `Prefer: code=404`.',
    },
  ],
  // It ends in the middle of the run.
  unjudged:
    /^no file could be uploaded|^no answer: the connection|^no answer: connection refused|^the target has not answered since/,
  besides: [
    'An octet in the path that is not UTF-8, `%FF`, ends the process (`URIError: URI malformed`); catch the error of `decodeURIComponent`, and answer 400.',
  ],
}
