import { once } from 'node:events'
import { startReferenceServer } from '../fixtures/server/reference-server.ts'
import { EXIT, UsageError } from './exit-code.ts'
import type { Output } from './output.ts'

export interface ServeFlags {
  readonly port: number
  readonly auth?: boolean
  readonly validateIds?: boolean
}

/** The keys of `serve --auth`: no secret, the server listens on loopback and forgets everything. */
const ACCOUNTS = new Map([
  ['first-account-key', 'first'],
  ['second-account-key', 'second'],
])

/**
 * `delete-conformance serve`: the reference server, until Ctrl-C.
 *
 * @returns the exit code
 */
export async function serve(flags: ServeFlags, output: Output): Promise<number> {
  const server = await startReferenceServer({
    port: flags.port,
    validateIds: flags.validateIds ?? false,
    ...(flags.auth === true ? { accounts: ACCOUNTS } : {}),
  }).catch((error: NodeJS.ErrnoException) => {
    if (error.syscall !== 'listen') throw error
    throw new UsageError(`--port ${flags.port}: cannot be listened on (${error.code})`)
  })
  output.line(`reference server at ${server.url}, until Ctrl-C`)
  if (flags.auth === true) {
    for (const [key, account] of ACCOUNTS) output.line(`  ${account} account: Bearer ${key}`)
  }
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')])
  await server.close()
  return EXIT.conforms
}
