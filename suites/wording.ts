import { jsonBody } from '../model/body.ts'
import { type Contract, documented } from '../model/contract.ts'
import type { Answered } from '../model/exchange.ts'
import { type Family, invariant, requirement } from '../model/requirement.ts'
import { bodyProperty, quote, type Violation } from '../model/violation.ts'

/** Text that programs print for nothing, or for what they cannot print. */
const STRINGIFIED_NOTHING = /^(?:None|null|nil|undefined|NaN|\[object \w+\]|<nil>|%![sdv]\(.*\))?$/

const answeredNotFound = ({ response, purpose }: Answered, contract: Contract) =>
  purpose === 'operation' && contract.statusesOf('not-found').includes(response.status)

export const wording: Family = {
  name: 'wording',
  subject: 'what errors say to a person',
  requirements: [
    invariant({
      id: 'wording/message',
      level: 'SHOULD',
      title: 'says in an error what is wrong',
      why: 'An empty message, or a None that slipped through a template, is valid by schema and worthless in a support ticket: neither customer nor support learns what was wrong.',
      source: documented('not-found', 'properties', 'error', 'properties', 'message'),
      property: 'error',
      appliesTo: answeredNotFound,
      judge: nothings,
    }),
    requirement({
      id: 'wording/one-shape',
      level: 'SHOULD',
      title: 'gives the errors for all missing files one shape',
      why: "Where handler and framework refuse in different shapes, a client needs two parsers. The second one is mostly missing, and turns the server's 404 into a crash of the client.",
      source: documented('not-found', 'properties', 'error'),
      part: 'body',
      probe: async ({ send, runId }) => [
        await send.delete(runId),
        await send.delete(`${runId}-other`),
        await send.delete(`${runId}.jsonl`),
        await send.delete(`${runId}\u00e9`),
      ],
      judge: oneShape,
    }),
  ],
}

/** Finds the strings of an error that say nothing. */
function nothings(exchange: Answered): readonly Violation[] {
  const error = bodyProperty(exchange, 'error')
  if (typeof error !== 'object' || error === null) return []
  return Object.entries(error).flatMap(([name, value]) => {
    if (typeof value !== 'string' || !STRINGIFIED_NOTHING.test(value.trim())) return []
    // An empty code or parameter is a way to have none.
    if (value === '' && name !== 'message' && name !== 'type') return []
    const expected = 'words, or null'
    return [{ exchange, where: `/body/error/${name}`, expected, received: quote(value) }]
  })
}

function oneShape([first, ...others]: readonly [Answered, ...Answered[]]): readonly Violation[] {
  const expected = shape(first)
  return others
    .filter(({ response }) => response.status === first.response.status)
    .filter((answer) => shape(answer) !== expected)
    .map((exchange) => ({ exchange, where: '/body', expected, received: shape(exchange) }))
}

/** Writes down the keys of a JSON body, at all depths, with the types of their values. */
function shape({ response }: Answered): string {
  const body = jsonBody(response)
  return body.ok ? shapeOf(body.value) : 'no JSON'
}

function shapeOf(value: unknown): string {
  if (Array.isArray(value)) return '[]'
  if (typeof value !== 'object' || value === null) return value === null ? 'null' : typeof value
  const members = Object.entries(value).map(([key, child]) => `${key}: ${shapeOf(child)}`)
  return `{${members.sort().join(', ')}}`
}
