import { filesApi } from '../fixtures/server/files-api.ts'
import { createStore, freshId } from '../fixtures/server/store.ts'
import { type Outside, openOutside } from '../harness/outside.ts'
import type { Transport } from '../harness/transport.ts'
import type { PreparedRun } from './prepare.ts'

/** Bearer tokens in the place of the configured ones, and whose they are. */
const ACCOUNTS = new Map([
  ['first', 'first'],
  ['second', 'second'],
])

/** A target inside this process that conforms, and knows the accounts of the run. */
export function plannedTarget({ options }: PreparedRun): Outside {
  const { target, contract, concurrency } = options
  const isOpen = target.authorization === undefined
  const store = createStore(distinctId)
  const handle = filesApi(store, {
    basePath: target.basePath,
    collection: contract.collection,
    validateIds: true,
    ...(isOpen ? {} : { accounts: ACCOUNTS }),
  })
  const tokens = new Map([
    [target.secondAuthorization, 'Bearer second'],
    [target.authorization, 'Bearer first'],
  ])
  const transport: Transport = {
    async exchange({ method, target: asked, headers: fields, body = new Uint8Array() }) {
      const headers = Object.fromEntries(fields)
      const { authorization } = headers
      if (authorization !== undefined)
        headers.authorization = tokens.get(authorization) ?? authorization
      const reply = await handle({ method, target: asked, headers, body })
      const received = Object.entries(reply.headers)
      const response = { status: reply.status, headers: received, body: reply.body }
      return { response, startedAtMs: 0, waitMs: 0, durationMs: 0 }
    },
    close: () => Promise.resolve(),
  }
  const { signal } = new AbortController()
  return {
    // Without rate and budget, which would only take time or cut it short.
    ...openOutside({ target, transport, concurrency, signal }),
    // The user's file or command is not asked: ids are only counted.
    async handOver() {
      const account = isOpen ? 'everybody' : 'first'
      const filename = 'handed-over'
      const { id } = store.add({ account, filename, purpose: '', content: new Uint8Array() })
      return { id }
    },
  }
}

/** An id of which no look-alike is the id itself, so that none is left out of the count. */
function distinctId(): string {
  for (;;) {
    const id = freshId()
    if (!/(.)\1/.test(id)) return id
  }
}
