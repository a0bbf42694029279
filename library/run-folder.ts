import { accessSync, constants, lstatSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { homedir } from 'node:os'
import { isAbsolute, join, win32 } from 'node:path'
import { BUNDLE } from '../harness/evidence/bundle.ts'
import { checksums } from '../harness/evidence/checksums.ts'
import { whyNotOwn } from '../harness/safety/own-path.ts'
import { type Content, write } from './output-file.ts'
import { UsageError } from './usage-error.ts'

/** This program's folder among those of others. */
const OWN_FOLDER = 'delete-conformance'

/**
 * Where ledgers lie that have no folder of `--out`: among what programs of this user keep from one run to
 * the next (XDG Base Directory Specification), where no other user can put one.
 *
 * @returns undefined where this user has no such place
 */
export function stateFolder(
  platform = process.platform,
  { LOCALAPPDATA = '', XDG_STATE_HOME = '' }: NodeJS.ProcessEnv = process.env,
): string | undefined {
  if (platform === 'win32') {
    return win32.isAbsolute(LOCALAPPDATA) ? win32.join(LOCALAPPDATA, OWN_FOLDER) : undefined
  }
  // The specification has a relative path ignored.
  if (isAbsolute(XDG_STATE_HOME)) return join(XDG_STATE_HOME, OWN_FOLDER)
  const home = homeFolder()
  return isAbsolute(home) ? join(home, '.local', 'state', OWN_FOLDER) : undefined
}

/** Empty for a user whom the system does not know, as in a container. */
function homeFolder(): string {
  try {
    return homedir()
  } catch {
    return ''
  }
}

/** What the names of ledgers end in there. */
export const LEDGER_SUFFIX = '.ledger'
const EVIDENCE_SUFFIX = '.evidence.ndjson'

/** Where a run keeps what it writes while it goes on. */
export interface RunFolder {
  /** The folder that is kept, if there is one. */
  readonly out: string | undefined
  readonly ledgerPath: string
  readonly evidencePath: string
  /** Writes a file into the folder that is kept; nothing without one. */
  write(name: string, content: Content): void
  /** Lists the digests of all files in it, when no more is to come. */
  seal(): void
  /** Removes what is of no use without one. */
  discard(): void
}

/** For a plan, which writes nothing. */
export const NO_FOLDER: RunFolder = {
  out: undefined,
  ledgerPath: '',
  evidencePath: '',
  write: () => undefined,
  seal: () => undefined,
  discard: () => undefined,
}

/**
 * Prepares the folder that a run is kept in, or the state folder of the user for a run that is not.
 *
 * @param runName - names the files where there is no folder
 * @param option - where the folder was given, for messages
 * @throws UsageError if it cannot be written, holds anything (a report is never written over), or there is
 *   no state folder that is the user's own
 */
export function openRunFolder(out: string | undefined, runName: string, option: string): RunFolder {
  if (out === undefined) return passing(runName, option)
  refuseUnlessEmpty(out, option)
  return {
    out,
    ledgerPath: join(out, BUNDLE.ledger),
    evidencePath: join(out, BUNDLE.evidence),
    write: (name, content) => write(join(out, name), content, 'wx'),
    seal: () => write(join(out, BUNDLE.checksums), checksums(out), 'wx'),
    discard: () => undefined,
  }
}

function passing(runName: string, option: string): RunFolder {
  const folder = ownStateFolder(option)
  const evidencePath = join(folder, `${runName}${EVIDENCE_SUFFIX}`)
  return {
    ...NO_FOLDER,
    ledgerPath: join(folder, `${runName}${LEDGER_SUFFIX}`),
    evidencePath,
    discard: () => rmSync(evidencePath, { force: true }),
  }
}

/** One that another user has made, or can write to, is not mended: who knows what lies in it. */
function ownStateFolder(option: string): string {
  const folder = stateFolder()
  const instead = `${option} FOLDER puts the ledger there instead`
  if (folder === undefined) throw new UsageError(`ledger: found no home folder for it; ${instead}`)
  const why = whyNotUsable(folder)
  if (why === undefined) return folder
  throw new UsageError(`ledger folder ${folder}: ${why}; ${instead}`)
}

function whyNotUsable(folder: string): string | undefined {
  try {
    if (lstatSync(folder, { throwIfNoEntry: false }) === undefined) {
      mkdirSync(folder, { recursive: true, mode: 0o700 })
    }
    return whyNotOwn(lstatSync(folder), 'folder')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === undefined) throw error
    return `cannot be made (${code})`
  }
}

/** Removes what a run without a folder has left beside its ledger, and had no time to. */
export function discardBeside(ledgerPath: string): void {
  if (!ledgerPath.endsWith(LEDGER_SUFFIX)) return
  rmSync(ledgerPath.slice(0, -LEDGER_SUFFIX.length) + EVIDENCE_SUFFIX, { force: true })
}

function refuseUnlessEmpty(out: string, option: string): void {
  const accepted = 'accepted is a new or empty folder'
  let found: readonly string[]
  try {
    // A link to a folder is followed: it is the user's own, as a `report` that leads to a larger disk, and
    // what could be written over lies within, where there is nothing.
    mkdirSync(out, { recursive: true, mode: 0o700 })
    found = readdirSync(out)
    accessSync(out, constants.W_OK)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new UsageError(`${option} ${out}: cannot be written (${code}); ${accepted}`)
  }
  if (found.length === 0) return
  throw new UsageError(
    `${option} ${out}: holds ${found.slice(0, 3).join(', ')} already; ${accepted}`,
  )
}
