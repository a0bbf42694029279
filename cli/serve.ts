import { once } from 'node:events'
import type { Fault } from '../fixtures/faults/fault.ts'
import { faults } from '../fixtures/faults/faults.ts'
import { ACCOUNTS } from '../fixtures/server/accounts.ts'
import { startReferenceServer } from '../fixtures/server/reference-server.ts'
import { UsageError } from '../model/errors.ts'
import { firstOf } from '../reporters/wording.ts'
import { nearest } from '../settings/nearest.ts'
import { EXIT } from './exit-code.ts'
import type { Output } from './output.ts'

interface ServeFlags {
  readonly port: number
  readonly auth?: boolean
  readonly validateIds?: boolean
  readonly fault?: readonly string[]
  readonly list?: boolean
}

/**
 * Runs `delete-conformance serve`: serves the reference server, or a faulty one, until Ctrl-C.
 *
 * @returns the exit code
 */
export async function serve(flags: ServeFlags, output: Output): Promise<number> {
  if (flags.list === true) {
    for (const { name, does, red } of faults) {
      output.line(`${name.padEnd(28)} ${does}`)
      output.line(`${' '.repeat(29)}${output.style.dim(`violates ${red.join(', ')}`)}`)
    }
    return EXIT.conforms
  }
  const chosen = (flags.fault ?? []).map(faultNamed)
  const server = await startReferenceServer({
    port: flags.port,
    validateIds: flags.validateIds ?? false,
    ...(flags.auth === true ? { accounts: ACCOUNTS } : {}),
    ...Object.assign({}, ...chosen.map(({ server }) => server)),
    alterations: chosen.map(({ alter }) => alter),
  }).catch((error: NodeJS.ErrnoException) => {
    if (error.syscall !== 'listen') throw error
    throw new UsageError(`--port ${flags.port}: cannot listen on this port (${error.code})`)
  })
  const what =
    chosen.length === 0
      ? 'reference server'
      : `faulty server (${chosen.map(({ does }) => does).join('; ')})`
  output.line(`${what} at ${server.url}, until Ctrl-C`)
  if (flags.auth === true) {
    for (const [key, account] of ACCOUNTS) output.line(`  ${account} account: Bearer ${key}`)
  }
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')])
  await server.close()
  return EXIT.conforms
}

function faultNamed(name: string): Fault {
  const fault = faults.find((one) => one.name === name)
  if (fault !== undefined) return fault
  const names = faults.map((one) => one.name)
  const meant = nearest(name, names)
  const advice = meant === undefined ? `accepted are ${firstOf(names)}` : `did you mean ${meant}?`
  throw new UsageError(`--fault ${name}: unknown fault, ${advice} ("serve --list" shows all)`)
}
