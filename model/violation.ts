import { jsonBody } from './body.ts'
import type { Answered, Exchange } from './exchange.ts'

/** Difference between an answer, or the want of one, and what a requirement expects of it. */
export interface Violation {
  readonly exchange: Exchange
  /** JSON Pointer into the response, as if it were `{status, headers: {…}, body}`. */
  readonly where: string
  readonly expected: string
  readonly received: string
  /** Present if there is no violation beyond what another requirement finds. */
  readonly blockedBy?: Blocker
  /** Name what is at fault, where several requirements may find the same: the first of them tells it. */
  readonly causes?: readonly string[]
}

/** Finding that blocks a judgement. */
export interface Blocker {
  /** Requirement that finds it. */
  readonly id: string
  /** `known`: it finds the same; `alike`: for want of a difference nothing can be told. */
  readonly why: 'known' | 'alike'
}

/** Makes a function that names one more cause of a violation. */
export function causedBy(cause: string): (violation: Violation) => Violation {
  return (violation) => ({ ...violation, causes: [...(violation.causes ?? []), cause] })
}

/** Most characters of a received value that a violation quotes. */
const QUOTE_LENGTH = 160

/** Gives a received value as one short line of JSON. */
export function quote(value: unknown): string {
  return shortened(value === undefined ? 'nothing' : JSON.stringify(value), QUOTE_LENGTH)
}

/** Cuts a text that is too long, and adds its length. */
export function shortened(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most)}… (${text.length} characters)` : text
}

/** Reads a property of a JSON object body; undefined if body or property is missing. */
export function bodyProperty({ response }: Answered, name: string): unknown {
  const body = jsonBody(response)
  if (!body.ok || typeof body.value !== 'object' || body.value === null) return undefined
  return Object.hasOwn(body.value, name) ? (body.value as Record<string, unknown>)[name] : undefined
}

/** Gives a violation unless a property of the body has this value. */
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

/** Gives a violation if the answer has this status. */
export function expectNotStatus(
  exchange: Answered,
  status: number | undefined,
): readonly Violation[] {
  const received = exchange.response.status
  if (received !== status) return []
  return [{ exchange, where: '/status', expected: `not ${status}`, received: quote(received) }]
}
