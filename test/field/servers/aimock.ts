import { join } from 'node:path'
import { bin, SERVERS } from '../environment.ts'
import type { FieldServer } from '../field-server.ts'

export const aimock: FieldServer = {
  name: '@copilotkit/aimock',
  version: '1.43',
  origin: 'npm',
  about: 'A mock with a store.',
  start: ({ port }) => ({
    program: bin('llmock'),
    words: ['-p', `${port}`, '-h', '127.0.0.1', '-f', join(SERVERS, 'aimock.json')],
  }),
  causes: [
    {
      requirement: 'identity/percent-encoded',
      where: '/status',
      shows: /<percent-encoded> → 404 /,
      happens: 'The percent-encoded spelling of an id is answered 404, and quoted undecoded.',
      right:
        'Decode the path segment once before the lookup: by RFC 3986 §6.2.2.2 both spellings are one. Clients that encode ids, as the package `openai` does, fail as soon as an id holds a character that they encode.',
    },
    {
      requirement: 'http/method-not-allowed',
      where: '/status',
      shows: /^(?:PATCH|PUT|POST) .* → 404 /,
      happens: 'Other methods are answered 404.',
      right: 'Answer 405 with `Allow: DELETE, GET` (RFC 9110 §15.5.6).',
    },
    {
      requirement: 'list/cursor-gone',
      where: '/status',
      shows: /after=<id> → 400 .*does not match any file in this listing/,
      happens: 'A page after a file that is deleted is answered 400.',
      right:
        'Go on after the place of the file. Who deletes all that a page shows, and asks for the next one, names a file that is gone.',
    },
  ],
}
