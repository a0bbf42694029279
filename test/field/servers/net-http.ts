import { join } from 'node:path'
import { go } from '../environment.ts'
import type { FieldServer } from '../field-server.ts'

export const netHttp: FieldServer = {
  name: 'Go net/http',
  version: '1.26.8',
  origin: 'Go',
  about: 'The handlers are ours, and conform. So does the framework, as it comes.',
  environment: go('1.26.8', 'net_http.go'),
  start: ({ installed, port }) => ({ program: join(installed, 'server'), words: [`${port}`] }),
  causes: [],
}
