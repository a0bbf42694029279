import type { Exchange } from './exchange.ts'
import { leftBehind } from './left-behind.ts'

/** A case cannot be judged: transport trouble, refused credentials, a set-up that failed. */
export class Inconclusive extends Error {
  override readonly name = 'Inconclusive'
  /** The exchange that shows it, where there is one. */
  readonly exchange: Exchange | undefined
  /** Whether the budget of the run is used up, so that another case would come no further. */
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

/** An upload was answered with the id of somebody else's file. */
export class NotOurs extends Inconclusive {}

/** The target would not take the file that a generated case needs, which is no fault of its deletion. */
export class SetAside extends Error {
  override readonly name = 'SetAside'
}

/** A case was not sent: it could mean somebody else's file, or one has been deleted that must not be. */
export class NotSafe extends Error {
  override readonly name = 'NotSafe'
}

/** The run was interrupted: nothing more is sent. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted'

  constructor() {
    super('interrupted')
  }
}

/** The run was interrupted; its files were removed, but for those named. */
export class RunInterrupted extends Error {
  override readonly name = 'RunInterrupted'
  /** Ids of files, or names of uploads, that may still be there. */
  readonly left: readonly string[]
  /** The ledger, where files are left: `delete-conformance cleanup` takes it. */
  readonly ledgerPath: string | undefined

  constructor(left: readonly string[], ledgerPath?: string) {
    super(`interrupted; ${leftBehind(left, ledgerPath)}`)
    this.left = left
    this.ledgerPath = ledgerPath
  }
}
