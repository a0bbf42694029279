import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { createClient } from '../harness/client.ts'
import { LedgerError, leftovers, reopenLedger } from '../harness/ledger.ts'
import { openOutside } from '../harness/outside.ts'
import { createPermits } from '../harness/permit.ts'
import { sweep } from '../harness/sweep.ts'
import { printable } from '../reporters/printable.ts'
import { counted } from '../reporters/wording.ts'
import { type ConnectionFlags, targetFrom } from './connection-options.ts'
import { EXIT, UsageError } from './exit-code.ts'
import type { Output } from './output.ts'
import { LEDGER_FOLDER } from './run-folder.ts'

/**
 * `delete-conformance cleanup LEDGER`: removes what an interrupted run has left behind.
 *
 * @returns the exit code: 3 where something may still be there
 */
export async function cleanup(
  path: string | undefined,
  flags: ConnectionFlags,
  output: Output,
): Promise<number> {
  if (path === undefined) throw new UsageError(`cleanup: no ledger given; ${knownLedgers()}`)
  const ledger = openLedgerFor(path)
  const { header, state } = ledger
  const before = leftovers(state).length + state.openUploads.size
  const target = targetFrom(header.target, flags, `ledger ${path}`)
  const { signal } = new AbortController()
  const { concurrency, rate: ratePerSecond } = flags
  const outside = openOutside({ target, concurrency, ratePerSecond, signal })
  const permits = createPermits({
    mark: header.mark,
    disposable: false,
    collection: header.collection,
    reviewed: new Set(),
    owns: (id) => state.files.has(id),
    ownedIds: () => state.left,
  })
  const client = createClient({
    target,
    outside,
    ledger,
    permits,
    collection: header.collection,
    uploads: new Map(),
    record: () => undefined,
  })
  try {
    const left = await sweep({
      client,
      ledger,
      concurrency,
      uncertain: 'delete',
    })
    output.line(`${header.target}: ${counted(before, 'file')} to remove, ${left.length} left`)
    for (const name of left) output.line(`  ${printable(name)}`)
    return left.length === 0 ? EXIT.conforms : EXIT.inconclusive
  } finally {
    await outside.close()
    ledger.close()
  }
}

function openLedgerFor(path: string) {
  try {
    return reopenLedger(path)
  } catch (error) {
    if (error instanceof LedgerError) throw new UsageError(error.message)
    throw error
  }
}

function knownLedgers(): string {
  const names = existsSync(LEDGER_FOLDER) ? readdirSync(LEDGER_FOLDER) : []
  if (names.length === 0) return `no earlier run left one in ${LEDGER_FOLDER}`
  return `earlier runs left ${names.map((name) => join(LEDGER_FOLDER, name)).join(', ')}`
}
