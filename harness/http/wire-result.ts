import type { Response, TransportFailure } from '../../model/exchange.ts'

/**
 * What came back, or why nothing did. The types that programs of other people's see lead here, and have no
 * use for those of an HTTP client.
 */
export type WireResult = { readonly response: Response } | { readonly failure: TransportFailure }
