import type { Exchange } from '../model/exchange.ts'

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

/** The target would not take the file that a generated case needs, which is no fault of its deletion. */
export class SetAside extends Error {
  override readonly name = 'SetAside'
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
  readonly left: readonly string[]

  constructor(left: readonly string[]) {
    super('interrupted')
    this.left = left
  }
}
