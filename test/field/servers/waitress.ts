import { join } from 'node:path'
import { SERVERS } from '../environment.ts'
import type { Place } from '../field-server.ts'
import type { Launch } from '../running-server.ts'

/** Starts an application of this folder. */
export function waitress(app: string, { installed, port }: Place): Launch {
  return {
    program: join(installed, 'bin/python'),
    words: ['-m', 'waitress', '--host', '127.0.0.1', '--port', `${port}`, '--threads', '16', app],
    env: { PYTHONPATH: SERVERS },
  }
}
