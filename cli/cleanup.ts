import { existsSync, lstatSync, readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { BUNDLE } from '../harness/evidence/bundle.ts'
import { createClient } from '../harness/http/client.ts'
import { openEnvironment } from '../harness/http/environment.ts'
import { credentialNames, isAuthenticated, type Target } from '../harness/http/target.ts'
import { cleanUp, MAX_ATTEMPTS } from '../harness/run/cleanup.ts'
import { createDeleteGuard } from '../harness/safety/delete-guard.ts'
import { type LedgerHeader, leftovers, readLedger, reopenLedger } from '../harness/safety/ledger.ts'
import { hasOpen, whyNotOwn } from '../harness/safety/ledger-reader.ts'
import { discardBeside, LEDGER_SUFFIX, stateFolder } from '../library/run-folder.ts'
import { targetAt } from '../library/target.ts'
import { LedgerNotBegun, UsageError } from '../model/errors.ts'
import { isSuccess } from '../model/reads.ts'
import { printable } from '../reporters/printable.ts'
import { counted, firstOf } from '../reporters/wording.ts'
import { openAiApi } from '../resources/openai-api.ts'
import { DEFAULT_SECOND_TOKEN_ENV, DEFAULT_TOKEN_ENV, SETTINGS } from '../settings/table.ts'
import { isYes, personAtTerminal } from './ask.ts'
import { type ConnectionFlags, keepingSecrets, targetChoices } from './connection-options.ts'
import { EXIT } from './exit-code.ts'
import { type Output, withoutCredentials } from './output.ts'

interface CleanupFlags extends ConnectionFlags {
  readonly target?: string
  /** Do not ask about the ledger's target, and send it no credentials. */
  readonly yes?: boolean
  /** Clean up even if the run seems to be going on. */
  readonly force?: boolean
}

/**
 * Runs `delete-conformance cleanup LEDGER`: removes what an interrupted run has left behind.
 *
 * @param words - a ledger, or a folder of `--out`
 * @returns the exit code: 3 if something may still be there
 * @throws LedgerError if it is not a ledger, or another user could have written it
 * @throws UsageError if its run is going on, or the user names another target
 */
export async function cleanup(
  flags: CleanupFlags,
  output: Output,
  [word]: readonly string[],
): Promise<number> {
  const path = namedLedger(word)
  if (path === undefined) {
    output.line(`${word}: nothing to remove, a run that leaves no file behind leaves no ledger`)
    return EXIT.conforms
  }
  const ledger = begunLedger(path)
  if (ledger === undefined) {
    output.line(`${path}: nothing to remove, the run was stopped before it sent anything`)
    return EXIT.conforms
  }
  const { header, ended } = ledger
  if (flags.force !== true && !ended) refuseWhileRunning(path, header)
  return keepingSecrets(flags.target ?? '', flags, async (redaction) => {
    const clean = withoutCredentials(output, redaction)
    const target = await confirmedTarget(path, header, flags, clean)
    if (target !== undefined) return removeFilesOf(path, target, flags, clean)
    clean.line('nothing was sent')
    return EXIT.inconclusive
  })
}

/**
 * Finds the ledger: the file itself, or the one in a folder of `--out`.
 *
 * @returns undefined if the run left no ledger
 * @throws UsageError if there is no word, or its folder is not that of a run
 */
function namedLedger(word: string | undefined): string | undefined {
  if (word === undefined) throw new UsageError(`cleanup: no ledger given; ${knownLedgers()}`)
  if (!isFolder(word)) return word
  const ledger = join(word, BUNDLE.ledger)
  // A link that leads nowhere counts, too: reading it will be refused.
  if (lstatSync(ledger, { throwIfNoEntry: false }) !== undefined) return ledger
  // A run writes its evidence before its ledger, and never removes it.
  if (existsSync(join(word, BUNDLE.evidence))) return undefined
  throw new UsageError(
    `cleanup ${word}: found a folder without ${BUNDLE.ledger}, accepted is a ledger or the folder of a run's --out`,
  )
}

/** Tells a folder from other paths. Reading the ledger will report a path that cannot be accessed. */
function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error
    return false
  }
}

/** Ledgers of earlier runs that a message names. */
const NAMED_LEDGERS = 3

function knownLedgers(): string {
  const folder = stateFolder() ?? ''
  const found = lstatSync(folder, { throwIfNoEntry: false })
  // Another user could have put any names into a folder that is not the user's own.
  const isOwn = found !== undefined && whyNotOwn(found, 'folder') === undefined
  const names = isOwn ? readdirSync(folder) : []
  const ledgers = names.filter((name) => name.endsWith(LEDGER_SUFFIX))
  if (ledgers.length === 0) return `no earlier run left one${folder && ` in ${folder}`}`
  const paths = ledgers.sort().map((name) => join(folder, name))
  return `earlier runs left ${firstOf(paths, NAMED_LEDGERS)}`
}

/**
 * Reads a ledger. Removes one that was cut off before its run sent anything, and returns undefined.
 *
 * @throws LedgerError if it cannot be read or is not a ledger
 */
function begunLedger(path: string) {
  try {
    return readLedger(path)
  } catch (error) {
    if (!(error instanceof LedgerNotBegun)) throw error
    rmSync(path)
    return undefined
  }
}

/**
 * Refuses the ledger of a run that is going on: its cases would lose their files.
 *
 * @throws UsageError
 */
function refuseWhileRunning(path: string, { process }: LedgerHeader): void {
  if (process === undefined || !hasOpen(process, path)) return
  throw new UsageError(
    `ledger ${path}: its run is still going on, as process ${process.pid}; it removes its files at its end, and after Ctrl-C or SIGTERM. If that process is another by now, accepted is --force`,
  )
}

/**
 * Makes the target of a ledger, if the user names it or agrees. A ledger from elsewhere could name any host,
 * so it must not decide alone where credentials go.
 *
 * @returns undefined if the user says no
 * @throws UsageError if the user names none, or another
 */
async function confirmedTarget(
  path: string,
  { target: noted, credentials }: LedgerHeader,
  flags: CleanupFlags,
  output: Output,
): Promise<Target | undefined> {
  // With -t, the noted target is only compared. --ca may be a pipe, which can be read only once.
  const { ca: _, ...withoutCa } = flags
  const reached = flags.target === undefined ? flags : withoutCa
  const target = await targetFrom(noted, reached, `ledger ${path}`)
  const needed = credentials?.map(printable).join(', ')
  if (flags.target !== undefined) {
    const named = await targetFrom(flags.target, flags, '--target')
    if (named.url !== target.url) {
      throw new UsageError(
        `--target ${named.url}: the files of ledger ${path} are on ${target.url}, accepted is that`,
      )
    }
    if (needed && !isAuthenticated(named)) {
      output.note(`no credentials are given, and the files were made with ${needed}`)
    }
    return named
  }
  // The URL is not offered to copy: anybody may have written it.
  const accepted = 'credentials go only to a server that you name, accepted is -t URL'
  if (flags.yes === true) {
    if (needed === '') {
      return { ...target, authorization: undefined, secondAuthorization: undefined, headers: [] }
    }
    const made = needed === undefined ? 'perhaps with credentials' : `with ${needed}`
    throw new UsageError(`--yes: the files of ledger ${path} were made ${made}; ${accepted}`)
  }
  const ask = personAtTerminal()
  if (ask !== undefined) {
    const sent = credentialNames(target, flags.tokenEnv ?? DEFAULT_TOKEN_ENV).join(', ')
    const sending = sent && `, sending ${printable(sent)}`
    const question = `Remove the files of this ledger from ${target.url}${sending}? [y/N] `
    return isYes(await ask(question)) ? target : undefined
  }
  throw new UsageError(`cleanup: the files of ledger ${path} are on ${target.url}; ${accepted}`)
}

async function targetFrom(url: string, flags: ConnectionFlags, flag: string): Promise<Target> {
  const { choices, names } = await targetChoices(flags, flag)
  return targetAt(url, choices, names)
}

async function removeFilesOf(
  path: string,
  target: Target,
  flags: ConnectionFlags,
  output: Output,
): Promise<number> {
  const ledger = reopenLedger(path)
  const { state, header } = ledger
  const { runId, collection } = header
  const known = state.files.size
  const ids = leftovers(state).length
  const unanswered = state.openUploads.size
  const { signal } = new AbortController()
  const { concurrency, rate: ratePerSecond } = flags
  const environment = openEnvironment({ target, concurrency, ratePerSecond, signal })
  const guard = createDeleteGuard({
    runId,
    disposable: false,
    collection,
    reviewed: new Set(),
    owns: (id) => state.files.has(id),
  })
  // A target without reads answers the same for every file, so it must have shown one that is there.
  let shown = false
  const client = createClient({
    target,
    environment,
    ledger,
    guard,
    collection,
    uploads: new Map(),
    readings: openAiApi.readings,
    record: (exchange) => {
      const isRead = exchange.action === 'retrieve' || exchange.action === 'content'
      shown ||= isRead && isSuccess(exchange)
    },
  })
  try {
    if (state.second.size > 0 && target.secondAuthorization === undefined) {
      const variable = flags.secondTokenEnv ?? DEFAULT_SECOND_TOKEN_ENV
      output.note(`some files were made by the second account: put its token into ${variable}`)
    }
    const left = await cleanUp({
      client,
      api: openAiApi,
      ledger,
      concurrency,
      pause: environment.pause,
      attempts: MAX_ATTEMPTS,
      settleMs: SETTINGS.settle.default,
      canRead: () => shown,
      lookFirst: () => true,
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
    await environment.close()
    ledger.close()
  }
}
