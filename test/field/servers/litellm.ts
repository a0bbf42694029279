import { join } from 'node:path'
import { python, SERVERS } from '../environment.ts'
import type { FieldServer } from '../field-server.ts'
import { fastapi } from './fastapi.ts'
import { ALLOW } from './fastapi-causes.ts'

export const litellm: FieldServer = {
  name: 'LiteLLM proxy',
  version: '1.108.7',
  origin: 'PyPI',
  about: 'It passes files on to the FastAPI server above.',
  environment: python(['litellm[proxy]==1.108.7']),
  before: fastapi,
  start: ({ installed, port, upstream }) => ({
    program: join(installed, 'bin/litellm'),
    words: ['--config', join(SERVERS, 'litellm.yaml'), '--host', '127.0.0.1', '--port', `${port}`],
    env: {
      UPSTREAM: `${upstream}/v1`,
      LITELLM_DANGEROUSLY_PERMIT_WEAK_OR_UNSET_MASTER_KEY: 'true',
      LITELLM_LOCAL_MODEL_COST_MAP: 'True',
      LITELLM_TELEMETRY: 'False',
    },
  }),
  ready: '/health/liveliness',
  token: 'sk-1234',
  // It answers 25 requests a second, however many are under way.
  mostSeconds: 90,
  causes: [
    {
      requirement: 'not-found/body',
      where: '/body',
      shows: /→ 404 \{"detail":"Not Found"\}/,
      happens:
        'An id with a line feed in it is answered by the router, without `error`: the route `{file_id:path}` matches any character but that one.',
      right: 'Answer as for any other missing file: 404 with `error.message` and `error.type`.',
    },
    {
      requirement: 'invalid/changes-nothing',
      where: '/status',
      shows: /%0A → 200 /,
      happens:
        'An id and a line feed delete the file with that id: the pattern of the route ends with `$`, which also matches before a last line feed.',
      right:
        'Answer 404 and keep the file; a pattern that ends with `\\Z` tells the two ids apart.',
    },
    ALLOW,
    {
      requirement: 'security/token-needed',
      where: '/status',
      shows: /\(token: \w+\) → (?:400|500) /,
      happens:
        'Without a database, a deletion with no token is answered 500 as plain text, and one with a wrong token 400 “No connected db.”',
      right: 'Answer 401 to both, with `WWW-Authenticate: Bearer`.',
    },
  ],
  besides: [
    'An id and an encoded slash (`<id>%2F`) delete the file with that id: the slash reaches the server behind as the end of the path.',
    'For the purpose `batch`, only names that end with `.jsonl` and JSON lines are taken; all else is answered 400.',
  ],
}
