import { join } from 'node:path'
import { npm, SERVERS } from '../environment.ts'
import type { FieldServer } from '../field-server.ts'
import { fastapi } from './fastapi.ts'
import { ALLOW, ENCODED_SLASH } from './fastapi-causes.ts'

export const portkey: FieldServer = {
  name: 'Portkey gateway',
  version: '1.15.2',
  origin: 'npm',
  about:
    'It passes files on to the FastAPI server above. Causes of that one that show through are listed again.',
  environment: npm(['@portkey-ai/gateway@1.15.2'], '2026-11-27'),
  before: fastapi,
  start: ({ installed, port }) => ({
    program: process.execPath,
    words: [
      ...['--require', join(SERVERS, 'loopback-only.cjs')],
      join(installed, 'node_modules/@portkey-ai/gateway/build/start-server.js'),
      ...['--headless', `--port=${port}`],
    ],
  }),
  ready: '/',
  words: ({ upstream }) => [
    ...['-H', 'x-portkey-provider: openai'],
    ...['-H', `x-portkey-custom-host: ${upstream}/v1`],
  ],
  causes: [
    ENCODED_SLASH,
    {
      requirement: 'http/method-not-allowed',
      where: '/status',
      shows: /^(?:PATCH|PUT) .* → 404 \{"message":"Not Found"/,
      happens: '`PATCH` and `PUT`, which have no route, are answered 404.',
      right: 'Answer 405 with `Allow: DELETE, GET` (RFC 9110 §15.5.6).',
    },
    ALLOW,
    {
      requirement: 'documented/no-server-error',
      where: '/status',
      shows: /\/<id>\/ → 500 /,
      happens:
        'A slash after the id is answered 500 “Something went wrong”, and the file is deleted all the same.',
      right: 'Answer what the server behind answers after the redirect that the gateway follows.',
    },
    {
      requirement: 'http/preferences',
      where: '/status',
      shows: /→ 400 \{"status":"failure","message":"Invalid content type passed"\}/,
      happens:
        'A deletion with a media type and no body is answered 400 “Invalid content type passed”, unless that is JSON or a form with parts.',
      right: 'Look at the media type of a body only where there is one.',
    },
  ],
  besides: [
    'An id and an encoded slash (`<id>%2F`) delete the file with that id: the slash reaches the server behind as the end of the path.',
    'Content cannot be read: `GET /v1/files/{file_id}/content` is answered 500 “Something went wrong” where the server behind sends `application/octet-stream`.',
  ],
}
