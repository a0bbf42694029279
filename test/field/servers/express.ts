import { join } from 'node:path'
import { npm } from '../environment.ts'
import type { FieldServer } from '../field-server.ts'

export const express: FieldServer = {
  name: 'Express',
  version: '5.3.0',
  origin: 'npm',
  about:
    'As in production. The handlers are ours, and conform. What is found is the framework, as it comes.',
  environment: npm(['express@5.3.0', 'multer@2.5.0'], '2026-11-27', 'express-app.mjs'),
  start: ({ installed, port }) => ({
    program: process.execPath,
    words: [join(installed, 'express-app.mjs'), `${port}`],
    env: { NODE_ENV: 'production' },
  }),
  causes: [
    {
      requirement: 'invalid/bad-utf-8',
      where: '/status',
      shows: /→ 400 <!DOCTYPE html>/,
      happens: 'An id that is no UTF-8 is answered 400 with a page in HTML.',
      right: 'Answer 404 or 422 with the documented body, from an error handler.',
    },
    {
      requirement: 'http/method-not-allowed',
      where: '/status',
      shows: /^(?:PATCH|PUT|POST) .* → 404 <!DOCTYPE html>/,
      happens: 'Other methods are answered 404 with a page in HTML.',
      right:
        'Answer 405 with `Allow: DELETE, GET` (RFC 9110 §15.5.6): a last `app.all` of the path can.',
    },
  ],
}
