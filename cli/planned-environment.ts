import { filesApi } from '../fixtures/server/files-api.ts'
import { imitating } from '../fixtures/server/imitated-ids.ts'
import { createStore } from '../fixtures/server/store.ts'
import { type Environment, openEnvironment } from '../harness/http/environment.ts'
import type { Transport } from '../harness/http/transport.ts'
import type { RunSettings } from '../harness/run/run-settings.ts'
import { octets } from '../harness/run/seed.ts'

/** Bearer tokens in place of the configured ones, and their accounts. */
const ACCOUNTS = new Map([
  ['first', 'first'],
  ['second', 'second'],
])

/**
 * Makes the environment of a plan: a target inside this process that conforms and knows the accounts of the run.
 *
 * @param samples - ids to imitate; if there are none, it issues ids like OpenAI's
 */
export function plannedEnvironment(
  { target, contract, concurrency }: RunSettings,
  samples: readonly string[],
): Environment {
  const isOpen = target.authorization === undefined
  const store = createStore(samples.length === 0 ? idsAsOpenAi() : imitating(samples))
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
  // Time passes only where a run waits: what never comes about is not waited for without end.
  let nowMs = 0
  const transport: Transport = {
    async exchange({ method, target: asked, headers: fields, body = new Uint8Array() }) {
      const headers = Object.fromEntries(fields)
      const { authorization } = headers
      if (authorization !== undefined) {
        headers.authorization = tokens.get(authorization) ?? authorization
      }
      const reply = await handle({ method, target: asked, headers, body })
      const response = { ...reply, headers: Object.entries(reply.headers) }
      return { response, startedAtMs: nowMs, waitMs: 0, durationMs: 0 }
    },
    close: () => Promise.resolve(),
  }
  const { signal } = new AbortController()
  return {
    // No rate and no budget: they would only slow the plan down, or cut it short.
    ...openEnvironment({ target, transport, concurrency, signal }),
    pause: async (ms) => {
      nowMs += ms
    },
    // A plan only counts ids: it neither reads the user's file nor runs the command.
    async provide() {
      const account = isOpen ? 'everybody' : 'first'
      const content = new Uint8Array()
      return { id: store.add({ account, filename: 'provided', purpose: '', content }).id }
    },
  }
}

const ID_ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
const ID_LENGTH = 24

/**
 * Issues ids without doubled letters, so that swapping two neighbours always makes another id. They are the
 * same each time: so are the numbers of a plan.
 */
function idsAsOpenAi(): () => string {
  const octet = octets('0', 'ids of a plan')
  const next = () => ID_ALPHABET[octet() % ID_ALPHABET.length] ?? ''
  return () => {
    for (;;) {
      const id = `file-${Array.from({ length: ID_LENGTH }, next).join('')}`
      if (!/(.)\1/.test(id)) return id
    }
  }
}
