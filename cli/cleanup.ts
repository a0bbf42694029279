import { existsSync, lstatSync, readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { BUNDLE } from '../harness/evidence/bundle.ts'
import { createClient } from '../harness/http/client.ts'
import { openEnvironment } from '../harness/http/environment.ts'
import { credentialNames, isAuthenticated, type Target } from '../harness/http/target.ts'
import { cleanUp, MAX_ATTEMPTS } from '../harness/run/cleanup.ts'
import { createDeleteGuard } from '../harness/safety/delete-guard.ts'
import { leftovers, readLedger, reopenLedger } from '../harness/safety/ledger.ts'
import { hasOpen, whyNotOwn } from '../harness/safety/ledger-reader.ts'
import { discardBeside, LEDGER_SUFFIX, stateFolder } from '../library/run-folder.ts'
import { targetAt } from '../library/target.ts'
import { LedgerNotBegun, UsageError } from '../model/errors.ts'
import { isSuccess } from '../model/reads.ts'
import { printable } from '../reporters/printable.ts'
import { counted } from '../reporters/wording.ts'
import { openAiApi } from '../resources/openai-api.ts'
import { SETTINGS } from '../settings/table.ts'
import {
  type ConnectionFlags,
  DEFAULT_TOKEN_ENV,
  keepingSecrets,
  targetChoices,
} from './connection-options.ts'
import { EXIT } from './exit-code.ts'
import { type Output, withoutCredentials } from './output.ts'

export interface CleanupFlags extends ConnectionFlags {
  readonly target?: string
  /** Do not ask about the ledger's target, and send it no credentials. */
  readonly yes?: boolean
  /** Clean up though the run seems to be going on. */
  readonly force?: boolean
}

/**
 * `delete-conformance cleanup LEDGER`: removes what an interrupted run has left behind.
 *
 * @param word - a ledger, or a folder of `--out`
 * @returns the exit code: 3 where something may still be there
 * @throws LedgerError if it is no ledger, or another user could have written it
 * @throws UsageError if it is that of a run which goes on, or its target is not the one that the user names
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
  return keepingSecrets(flags.target ?? '', flags, async (redaction) => {
    const said = withoutCredentials(output, redaction)
    const target = await confirmedTarget(path, flags, said)
    if (target !== undefined) return removeFilesOf(path, target, flags, said)
    said.line('nothing was sent')
    return EXIT.inconclusive
  })
}

/**
 * The target of a ledger, if its user names it: a ledger that came from elsewhere could name any host, and
 * alone it does not decide where credentials go.
 *
 * @returns undefined if the user says no
 * @throws UsageError if the user names none, or another
 */
async function confirmedTarget(
  path: string,
  flags: CleanupFlags,
  output: Output,
): Promise<Target | undefined> {
  const { target: noted, credentials } = readLedger(path).header
  // Beside -t it is only compared, and --ca may be a pipe, which can be read once.
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
  // The URL is not put into words to copy: it may be anybody's.
  const accepted = 'credentials go only to a server that you name, accepted is -t URL'
  if (flags.yes === true) {
    if (needed === '') return anonymous(target)
    const made = needed === undefined ? 'perhaps with credentials' : `with ${needed}`
    throw new UsageError(`--yes: the files of ledger ${path} were made ${made}; ${accepted}`)
  }
  if (process.stdin.isTTY && process.stdout.isTTY) {
    const sent = credentialNames(target, flags.tokenEnv ?? DEFAULT_TOKEN_ENV).join(', ')
    const sending = sent && `, sending ${printable(sent)}`
    return (await says(`Remove the files of this ledger from ${target.url}${sending}? [y/N] `))
      ? target
      : undefined
  }
  throw new UsageError(`cleanup: the files of ledger ${path} are on ${target.url}; ${accepted}`)
}

function anonymous(target: Target): Target {
  return { ...target, authorization: undefined, secondAuthorization: undefined, headers: [] }
}

/** Whether the person at the terminal says yes to a question. */
async function says(question: string): Promise<boolean> {
  process.stdout.write(question)
  for await (const answer of createInterface({ input: process.stdin })) {
    return /^y(es)?$/i.test(answer.trim())
  }
  return false
}

async function removeFilesOf(
  path: string,
  target: Target,
  flags: ConnectionFlags,
  output: Output,
): Promise<number> {
  const ledger = reopenLedger(path)
  const { header, state } = ledger
  const known = state.files.size
  const ids = leftovers(state).length
  const unanswered = state.openUploads.size
  const { signal } = new AbortController()
  const { concurrency, rate: ratePerSecond } = flags
  const environment = openEnvironment({ target, concurrency, ratePerSecond, signal })
  const guard = createDeleteGuard({
    runId: header.runId,
    disposable: false,
    collection: header.collection,
    reviewed: new Set(),
    owns: (id) => state.files.has(id),
  })
  // Whether a file that is there is shown: of one that is not, a target without reads answers the same.
  let shown = false
  const client = createClient({
    target,
    environment,
    ledger,
    guard,
    collection: header.collection,
    uploads: new Map(),
    readings: openAiApi.readings,
    record: (exchange) => {
      const isRead = exchange.action === 'retrieve' || exchange.action === 'content'
      shown ||= isRead && isSuccess(exchange)
    },
  })
  try {
    const left = await cleanUp({
      client,
      api: openAiApi,
      ledger,
      concurrency,
      pause: environment.pause,
      attempts: MAX_ATTEMPTS,
      settleMs: SETTINGS.settle.default,
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
    await environment.close()
    ledger.close()
  }
}

/**
 * The ledger that a word of `cleanup` means: the file itself, or the one in the folder of `--out`.
 *
 * @returns undefined where a run has left none, since it had nothing to leave
 * @throws UsageError if there is no word, or it is the folder of something else
 */
function namedLedger(word: string | undefined): string | undefined {
  if (word === undefined) throw new UsageError(`cleanup: no ledger given; ${knownLedgers()}`)
  if (!isFolder(word)) return word
  const ledger = join(word, BUNDLE.ledger)
  // A link that leads nowhere is there, too, and will be refused.
  if (lstatSync(ledger, { throwIfNoEntry: false }) !== undefined) return ledger
  // A run writes its evidence before its ledger, and leaves it in any case.
  if (existsSync(join(word, BUNDLE.evidence))) return undefined
  throw new UsageError(
    `cleanup ${word}: found a folder without ${BUNDLE.ledger}, accepted is a ledger or the folder of a run's --out`,
  )
}

/**
 * Removes a ledger that was cut off before its run has sent anything.
 *
 * @returns whether it was one
 * @throws LedgerError if it cannot be read or is no ledger
 */
function removedUnbegun(path: string): boolean {
  try {
    readLedger(path)
    return false
  } catch (error) {
    if (!(error instanceof LedgerNotBegun)) throw error
    rmSync(path)
    return true
  }
}

/**
 * Refuses the ledger of a run that goes on, whose cases would lose their files.
 *
 * @throws UsageError
 */
function refuseWhileRunning(path: string): void {
  const { header, ended } = readLedger(path)
  const { process } = header
  if (ended || process === undefined || !hasOpen(process, path)) return
  throw new UsageError(
    `ledger ${path}: its run is still going on, as process ${process.pid}; it removes its files at its end, and after Ctrl-C or SIGTERM. If that process is another by now, accepted is --force`,
  )
}

/** Whoever reads it says why it cannot be looked at. */
function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error
    return false
  }
}

function knownLedgers(): string {
  const folder = stateFolder() ?? ''
  const found = lstatSync(folder, { throwIfNoEntry: false })
  // Names in the folder of somebody else are not to be told as those of earlier runs.
  const isOwn = found !== undefined && whyNotOwn(found, 'folder') === undefined
  const names = isOwn ? readdirSync(folder) : []
  const ledgers = names.filter((name) => name.endsWith(LEDGER_SUFFIX))
  if (ledgers.length === 0) return `no earlier run left one${folder && ` in ${folder}`}`
  return `earlier runs left ${ledgers.map((name) => join(folder, name)).join(', ')}`
}

async function targetFrom(url: string, flags: ConnectionFlags, flag: string): Promise<Target> {
  const { choices, names } = await targetChoices(flags, flag)
  return targetAt(url, choices, names)
}
