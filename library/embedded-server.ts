import { ACCOUNTS } from '../fixtures/server/accounts.ts'
import { type ReferenceServer, startReferenceServer } from '../fixtures/server/reference-server.ts'

/** Starts the server that is tested where no target is given: it asks for tokens and knows ids from others. */
export function startEmbeddedServer(): Promise<ReferenceServer> {
  return startReferenceServer({ validateIds: true, accounts: ACCOUNTS })
}
