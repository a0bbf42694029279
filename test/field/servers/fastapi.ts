import { python } from '../environment.ts'
import type { FieldServer } from '../field-server.ts'
import { ALLOW, ENCODED_SLASH } from './fastapi-causes.ts'
import { UVICORN, uvicorn } from './uvicorn.ts'

export const fastapi: FieldServer = {
  name: 'FastAPI',
  version: '0.165.0',
  origin: 'PyPI',
  about: 'The handlers are ours, and conform. What is found is the framework, as it comes.',
  environment: python(['fastapi==0.165.0', ...UVICORN]),
  start: (place) => uvicorn('fastapi_app:app', place),
  causes: [ENCODED_SLASH, ALLOW],
}
