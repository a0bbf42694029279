import { join } from 'node:path'
import { python, SERVERS } from '../environment.ts'
import type { FieldServer } from '../field-server.ts'
import { ALLOW, ENCODED_SLASH } from './fastapi-causes.ts'

/** As it comes: each error is drawn in colours for seconds, while nobody else is served. */
export const slowOgx: FieldServer = {
  name: 'OGX with its default logs',
  version: '1.5.0',
  origin: 'PyPI',
  about: 'Formerly llama-stack; the files API alone, with the provider `inline::localfs`.',
  environment: python(['ogx==1.5.0']),
  start: ({ installed, folder, port }) => ({
    program: join(installed, 'bin/ogx'),
    words: ['run', join(SERVERS, 'ogx.yaml'), '--port', `${port}`, '--insecure'],
    env: { OGX_FOLDER: folder },
  }),
  causes: [
    {
      requirement: 'not-found/body',
      where: '/body/error',
      shows: /→ 404 \{"error":\{"message":"File /,
      happens: 'The error for a missing file has no `type`.',
      right: 'Add it: `"type":"invalid_request_error"`.',
    },
    {
      requirement: 'not-found/any-string',
      where: '/status',
      shows: /→ 400 \{"error":\{"message":"Invalid value for 'file_id'/,
      happens: 'An id of another form than `file-` and hexadecimal digits is answered 400.',
      right: 'Answer 404, or 422 with the documented body.',
    },
    {
      requirement: 'list/cursor-gone',
      where: '/status',
      shows: /after=<id> → 400 .*not found in table/,
      happens: 'A page after a file that is deleted is answered 400, with the name of a table.',
      right:
        'Go on after the place of the file. Who deletes all that a page shows, and asks for the next one, names a file that is gone.',
    },
    ENCODED_SLASH,
    {
      requirement: 'concurrency/one-winner',
      where: '/status',
      shows: /^DELETE \S+<id> → 200 /,
      happens: 'Of several deletions of one file at once, all are answered `"deleted":true`.',
      right:
        'Let the statement that removes the record decide: the one deletion that removed a row succeeds, all others answer 404.',
    },
    ALLOW,
  ],
  besides: [
    'After an error the connection is closed, and the answer does not say so: the next request on it is lost.',
  ],
}

export const ogx: FieldServer = {
  ...slowOgx,
  name: 'OGX',
  about: `${slowOgx.about} With its default log format, each error takes seconds, and all requests wait.`,
  start: (place) => {
    const launch = slowOgx.start(place)
    return { ...launch, env: { OGX_LOG_FORMAT: 'json', ...launch.env } }
  },
}
