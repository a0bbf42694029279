import { join } from 'node:path'
import { SERVERS } from '../environment.ts'
import type { Place } from '../field-server.ts'
import type { Launch } from '../running-server.ts'

/** Packages that applications of ours run on. */
export const UVICORN = ['uvicorn==0.54.0', 'python-multipart==0.0.34']

/** Starts an application of this folder. */
export function uvicorn(app: string, { installed, port }: Place): Launch {
  return {
    program: join(installed, 'bin/python'),
    words: [
      ...['-m', 'uvicorn', '--app-dir', SERVERS, app],
      ...['--host', '127.0.0.1', '--port', `${port}`, '--log-level', 'error'],
    ],
  }
}
