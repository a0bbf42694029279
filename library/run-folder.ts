import { accessSync, constants, lstatSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { homedir } from 'node:os'
import { isAbsolute, join, win32 } from 'node:path'
import { BUNDLE, checksums } from '../harness/evidence/bundle.ts'
import { systemCode, whyNotOwn } from '../harness/safety/ledger-reader.ts'
import { UsageError } from '../model/errors.ts'
import { type Content, write } from './output-file.ts'

/** Place of all that a run writes. */
export interface RunFolder {
  /** Folder of `--out`, if there is one. */
  readonly out: string | undefined
  readonly ledgerPath: string
  readonly evidencePath: string
  /** Writes a file into the folder of `--out`; does nothing without one. */
  write(name: string, content: Content): void
  /** Writes the digests of all files in it, once all are written. */
  seal(): void
  /** Removes the evidence if no folder keeps it. */
  discard(): void
}

/** Folder of a plan, which writes nothing. */
export const NO_FOLDER: RunFolder = {
  out: undefined,
  ledgerPath: '',
  evidencePath: '',
  write: () => undefined,
  seal: () => undefined,
  discard: () => undefined,
}

/**
 * Prepares the folder of `--out`; for a run without one, the state folder of the user.
 *
 * @param runName - names the files in the state folder
 * @param option - option that gives the folder, for messages
 * @throws UsageError if the folder cannot be written or is not empty, or this user has no usable state folder
 */
export function openRunFolder(out: string | undefined, runName: string, option: string): RunFolder {
  if (out === undefined) {
    const ledgerPath = join(ownStateFolder(option), runName + LEDGER_SUFFIX)
    return {
      ...NO_FOLDER,
      ledgerPath,
      evidencePath: evidenceBeside(ledgerPath),
      discard: () => discardBeside(ledgerPath),
    }
  }
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

function refuseUnlessEmpty(out: string, option: string): void {
  const accepted = 'accepted is a new or empty folder'
  let found: readonly string[]
  try {
    // A link to a folder is followed. It is the user's own, as a `report` that leads to a larger disk, and
    // an empty folder has nothing to write over.
    mkdirSync(out, { recursive: true, mode: 0o700 })
    found = readdirSync(out)
    accessSync(out, constants.W_OK)
  } catch (error) {
    throw new UsageError(`${option} ${out}: cannot be written (${systemCode(error)}); ${accepted}`)
  }
  if (found.length === 0) return
  throw new UsageError(
    `${option} ${out}: holds ${found.slice(0, 3).join(', ')} already; ${accepted}`,
  )
}

/** End of the names of ledgers in the state folder. */
export const LEDGER_SUFFIX = '.ledger'

function evidenceBeside(ledgerPath: string): string {
  return `${ledgerPath.slice(0, -LEDGER_SUFFIX.length)}.evidence.ndjson`
}

/** Removes the evidence of a run without a folder: a run that was killed leaves it beside its ledger. */
export function discardBeside(ledgerPath: string): void {
  if (ledgerPath.endsWith(LEDGER_SUFFIX)) rmSync(evidenceBeside(ledgerPath), { force: true })
}

/** Makes the state folder. It never repairs one that another user made or can write: who knows what it holds. */
function ownStateFolder(option: string): string {
  const folder = stateFolder()
  const instead = `${option} FOLDER puts the ledger there instead`
  if (folder === undefined) throw new UsageError(`ledger: found no home folder for it; ${instead}`)
  let why: string | undefined
  try {
    if (lstatSync(folder, { throwIfNoEntry: false }) === undefined) {
      mkdirSync(folder, { recursive: true, mode: 0o700 })
    }
    why = whyNotOwn(lstatSync(folder), 'folder')
  } catch (error) {
    why = `cannot be made (${systemCode(error)})`
  }
  if (why === undefined) return folder
  throw new UsageError(`ledger folder ${folder}: ${why}; ${instead}`)
}

/** This program's folder among those of others. */
const OWN_FOLDER = 'delete-conformance'

/**
 * Names the state folder of this user (XDG Base Directory Specification). It holds the ledgers of runs without
 * `--out`, and no other user can put one there.
 *
 * @returns undefined if this user has no such place
 */
export function stateFolder(
  platform = process.platform,
  { LOCALAPPDATA = '', XDG_STATE_HOME = '' }: NodeJS.ProcessEnv = process.env,
): string | undefined {
  if (platform === 'win32') {
    return win32.isAbsolute(LOCALAPPDATA) ? win32.join(LOCALAPPDATA, OWN_FOLDER) : undefined
  }
  // The specification says to ignore a relative path.
  if (isAbsolute(XDG_STATE_HOME)) return join(XDG_STATE_HOME, OWN_FOLDER)
  try {
    const home = homedir()
    return isAbsolute(home) ? join(home, '.local', 'state', OWN_FOLDER) : undefined
  } catch {
    // The system does not know this user, as in a container.
    return undefined
  }
}
