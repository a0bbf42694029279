import { createClient, isAnswered } from '../harness/client.ts'
import { leftovers, reopenLedger } from '../harness/ledger.ts'
import { openOutside } from '../harness/outside.ts'
import { createDeleteGuard } from '../harness/safety/guard.ts'
import { MAX_ATTEMPTS, sweep } from '../harness/sweep.ts'
import { isSuccess } from '../model/reads.ts'
import { printable } from '../reporters/printable.ts'
import { counted } from '../reporters/wording.ts'
import { type ConnectionFlags, keepingSecrets, targetFrom } from './connection-options.ts'
import { EXIT } from './exit-code.ts'
import { namedLedger, refuseWhileRunning, removedUnbegun } from './named-ledger.ts'
import { type Output, withoutCredentials } from './output.ts'
import { discardBeside } from './run-folder.ts'

export interface CleanupFlags extends ConnectionFlags {
  /** Clean up though the run seems to be going on. */
  readonly force?: boolean
}

/**
 * `delete-conformance cleanup LEDGER`: removes what an interrupted run has left behind.
 *
 * @param word - a ledger, or a folder of `--out`
 * @returns the exit code: 3 where something may still be there
 * @throws UsageError or LedgerError if it is no ledger, or that of a run which goes on
 */
export async function cleanup(
  word: string | undefined,
  flags: CleanupFlags,
  output: Output,
): Promise<number> {
  const path = namedLedger(word)
  if (path === undefined) {
    output.line(`${word}: nothing to remove, a run that leaves no file behind leaves no ledger`)
    return EXIT.conforms
  }
  if (removedUnbegun(path)) {
    output.line(`${path}: nothing to remove, the run was stopped before it sent anything`)
    return EXIT.conforms
  }
  if (flags.force !== true) refuseWhileRunning(path)
  // Nobody can tell beforehand which target the ledger names.
  return keepingSecrets('', flags, (redaction) =>
    removeFilesOf(path, flags, withoutCredentials(output, redaction)),
  )
}

async function removeFilesOf(
  path: string,
  flags: ConnectionFlags,
  output: Output,
): Promise<number> {
  const ledger = reopenLedger(path)
  const { header, state } = ledger
  const known = state.files.size
  const ids = leftovers(state).length
  const unanswered = state.openUploads.size
  const target = targetFrom(header.target, flags, `ledger ${path}`)
  const { signal } = new AbortController()
  const { concurrency, rate: ratePerSecond } = flags
  const outside = openOutside({ target, concurrency, ratePerSecond, signal })
  const guard = createDeleteGuard({
    runId: header.mark,
    disposable: false,
    collection: header.collection,
    reviewed: new Set(),
    owns: (id) => state.files.has(id),
  })
  // Whether a file that is there is shown: of one that is not, a target without reads answers the same.
  let shown = false
  const client = createClient({
    target,
    outside,
    ledger,
    guard,
    collection: header.collection,
    uploads: new Map(),
    record: (exchange) => {
      shown ||= exchange.request.method === 'GET' && isAnswered(exchange) && isSuccess(exchange)
    },
  })
  try {
    const left = await sweep({
      client,
      ledger,
      concurrency,
      pause: outside.pause,
      attempts: MAX_ATTEMPTS,
      canRead: () => shown,
      lookFirst: true,
      uncertain: 'delete',
      search: 'always',
    })
    const found = Math.max(unanswered, state.files.size - known)
    output.line(`${header.target}: ${counted(ids + found, 'file')} to remove, ${left.length} left`)
    for (const name of left) output.line(`  ${printable(name)}`)
    if (left.length > 0) return EXIT.inconclusive
    discardBeside(path)
    return EXIT.conforms
  } finally {
    await outside.close()
    ledger.close()
  }
}
