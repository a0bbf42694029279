import { join } from 'node:path'
import { python } from '../environment.ts'
import type { FieldServer } from '../field-server.ts'
import { ALLOW } from './fastapi-causes.ts'

export const llmock: FieldServer = {
  name: 'llmock',
  version: '0.2.2',
  origin: 'PyPI',
  about: 'A mock with a store.',
  environment: python(['llmock==0.2.2']),
  start: ({ installed, port }) => ({
    program: join(installed, 'bin/llmock'),
    words: ['serve', '--host', '127.0.0.1', '--port', `${port}`],
  }),
  causes: [
    {
      requirement: 'deleted/body',
      where: '/body/object',
      shows: /→ 200 .*"object":"file\.deleted"/,
      happens: 'The answer to a deletion has `"object":"file.deleted"`.',
      right: 'Answer `"object":"file"`, as the document and OpenAI do.',
    },
    ALLOW,
  ],
  besides: ['There is no list of files: `GET /v1/files` is answered 405.'],
}
