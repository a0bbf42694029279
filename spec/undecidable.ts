import type { Answered } from '../model/exchange.ts'

/**
 * An answer cannot be held against the document: it would take too long, or too much. It is neither
 * right nor wrong then, and the message says why.
 */
export class Undecidable extends Error {
  override readonly name = 'Undecidable'
  readonly exchange: Answered

  constructor(reason: string, exchange: Answered) {
    super(reason)
    this.exchange = exchange
  }
}
