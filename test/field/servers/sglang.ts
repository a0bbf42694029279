import { join } from 'node:path'
import { python } from '../environment.ts'
import type { FieldServer } from '../field-server.ts'
import { UVICORN, uvicorn } from './uvicorn.ts'

export const sglang: FieldServer = {
  name: 'SGLang files API',
  version: '0.4.5',
  origin: 'PyPI',
  about:
    'Its own functions, taken out of the wheel, on its own routes. The rest needs a GPU and is left out.',
  environment: python(['fastapi==0.165.0', ...UVICORN], 'sglang==0.4.5'),
  start: (place) => ({
    ...uvicorn('sglang_app:app', place),
    env: { WHEEL: join(place.installed, 'wheel'), STORE: join(place.folder, 'store') },
  }),
  causes: [
    {
      requirement: 'not-found/body',
      where: '/body',
      shows: /→ 404 \{"detail":"File not found"\}/,
      happens: 'The error for a missing file is that of the framework, without `error`.',
      right: 'Answer 404 with `error.message` and `error.type`.',
    },
  ],
  besides: [
    'An id with an encoded slash is answered by the router, with a body of the same form.',
    'There is no list of files: `GET /v1/files` is answered 405. Other methods are answered 405 with `Allow: DELETE`, though `GET` has a route.',
  ],
}
