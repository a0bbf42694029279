import type { Exchange } from './exchange.ts'

/** A case that cannot be judged: transport trouble, refused credentials, a set-up that failed. */
export class Inconclusive extends Error {
  override readonly name = 'Inconclusive'
  /** Exchange that shows why, if there is one. */
  readonly exchange: Exchange | undefined
  /** Whether the budget of the run is used up, so that no other case can be judged. */
  readonly cutOff: boolean

  constructor(
    reason: string,
    exchange?: Exchange,
    cutOff = exchange?.failure?.kind === 'not-sent',
  ) {
    super(reason)
    this.exchange = exchange
    this.cutOff = cutOff
  }
}

/** An upload that was answered with the id of somebody else's file. */
export class NotOurs extends Inconclusive {}

/** A generated case whose file the target does not take, which is no fault of its deletion. */
export class SetAside extends Error {
  override readonly name = 'SetAside'
  /** Refused upload. */
  readonly exchange: Exchange

  constructor(reason: string, exchange: Exchange) {
    super(reason)
    this.exchange = exchange
  }
}

/** A case that was not sent: it could mean somebody else's file, or a near-miss has deleted a file. */
export class NotSafe extends Error {
  override readonly name = 'NotSafe'
}

/** An interruption of the run: nothing more is sent. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted'

  constructor() {
    super('interrupted')
  }
}

/** An interrupted run whose files were removed, except those named. */
export class RunInterrupted extends Error {
  override readonly name = 'RunInterrupted'
  /** Ids of files, or names of uploads, that may still be there. */
  readonly left: readonly string[]
  /** Ledger for `delete-conformance cleanup`, if files are left. */
  readonly ledgerPath: string | undefined

  constructor(left: readonly string[], ledgerPath?: string) {
    super(`interrupted; ${leftBehind(left, ledgerPath)}`)
    this.left = left
    this.ledgerPath = ledgerPath
  }
}

/** A fault of this program, never of the target: a probe or judge that threw, a forbidden request. */
export class InternalError extends Error {
  override readonly name = 'InternalError'
}

/**
 * Says what a run has left on its target.
 *
 * @param left - ids of files, or names of uploads; the target has made them up, so they are escaped
 */
export function leftBehind(left: readonly string[], ledgerPath?: string): string {
  if (left.length === 0) return 'no file was left behind'
  const names = left.map(quoted).join(', ')
  return `left behind: ${names}${ledgerPath === undefined ? '' : `; ledger ${ledgerPath}`}`
}

function quoted(name: string): string {
  return JSON.stringify(name).replaceAll(
    /[^ -~]/gu,
    (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`,
  )
}

/** Wrong usage or configuration; the message names the flag, option or file, what was found and what is accepted. */
export class UsageError extends Error {
  override readonly name: string = 'UsageError'
}

/** A selection of requirements that is not usable; the message names the flag and lists what there is. */
export class SelectionError extends UsageError {
  override readonly name = 'SelectionError'
}

/** Evidence that cannot be written or read; the message names the file. */
export class EvidenceError extends Error {
  override readonly name = 'EvidenceError'
}

/** A ledger that cannot be read or written; the message names the file and the line. */
export class LedgerError extends Error {
  override readonly name: string = 'LedgerError'
}

/** A ledger that was cut off within its first line: nothing was sent yet. */
export class LedgerNotBegun extends LedgerError {
  override readonly name = 'LedgerNotBegun'
}

/**
 * Adds to the message of an error that has ended a run what became of its files. Such a run has no report
 * that would say it.
 *
 * @param left - what could not be removed
 */
export function nameLeft(error: unknown, left: readonly string[], ledgerPath: string): unknown {
  if (!(error instanceof Error)) return error
  // Wrong usage was found before anything was made; a failing disk leaves the question open.
  const isOpen = error instanceof EvidenceError || error instanceof LedgerError
  if (left.length > 0) error.message += `; ${leftBehind(left, ledgerPath)}`
  else if (isOpen) error.message += `; ${leftBehind(left)}`
  return error
}

/**
 * A document that cannot be used. The message is one line: the file or URL, what was found and what is
 * accepted.
 */
export class DocumentError extends Error {
  override readonly name = 'DocumentError'
}

/** Tells whether an error is one that the user can mend. */
export function isWrongInput(
  error: unknown,
): error is UsageError | DocumentError | LedgerError | EvidenceError {
  return [UsageError, DocumentError, LedgerError, EvidenceError].some(
    (kind) => error instanceof kind,
  )
}
