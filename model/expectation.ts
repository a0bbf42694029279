import { jsonBody } from './body.ts'
import type { Answered } from './exchange.ts'
import { quote, type Violation } from './violation.ts'

/** The value of a property of a JSON object body; undefined where there is no such body or property. */
export function bodyProperty({ response }: Answered, name: string): unknown {
  const body = jsonBody(response)
  if (!body.ok || typeof body.value !== 'object' || body.value === null) return undefined
  return Object.hasOwn(body.value, name) ? (body.value as Record<string, unknown>)[name] : undefined
}

/** A violation unless a property of the body is this value. */
export function expectProperty(
  exchange: Answered,
  name: string,
  expected: string | boolean | undefined,
): readonly Violation[] {
  const received = bodyProperty(exchange, name)
  if (received === expected) return []
  return [
    { exchange, where: `/body/${name}`, expected: quote(expected), received: quote(received) },
  ]
}

/** A violation unless the answer's status is not the given one. */
export function expectNotStatus(
  exchange: Answered,
  status: number | undefined,
): readonly Violation[] {
  const received = exchange.response.status
  if (received !== status) return []
  return [{ exchange, where: '/status', expected: `not ${status}`, received: quote(received) }]
}
