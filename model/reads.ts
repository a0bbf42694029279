import type { Answered } from './exchange.ts'
import { bodyProperty } from './expectation.ts'
import { quote, type Violation } from './violation.ts'

/** Whether a status is a success (RFC 9110 §15.3). */
export function isSuccess({ response }: Answered): boolean {
  return Math.floor(response.status / 100) === 2
}

/** Whether a read says that there is no such file (RFC 9110 §15.5.5, §15.5.11). */
export function isGone({ response }: Answered): boolean {
  return response.status === 404 || response.status === 410
}

/** The ids on a page of the list. */
export function idsOn(page: Answered): readonly string[] {
  const data = bodyProperty(page, 'data')
  if (!Array.isArray(data)) return []
  return data.flatMap((file: { id?: unknown } | null) =>
    typeof file?.id === 'string' ? [file.id] : [],
  )
}

/** A violation unless a read says that the file is gone. */
export function expectGone(exchange: Answered): readonly Violation[] {
  if (isGone(exchange)) return []
  return [
    {
      exchange,
      where: '/status',
      expected: '404: the file was deleted',
      received: quote(exchange.response.status),
    },
  ]
}

/** A violation unless a read finds the file. */
export function expectThere(exchange: Answered): readonly Violation[] {
  if (isSuccess(exchange)) return []
  return [
    {
      exchange,
      where: '/status',
      expected: '200: nobody deleted the file',
      received: quote(exchange.response.status),
    },
  ]
}

/** A violation if an answer says that something was deleted. */
export function expectRefused(exchange: Answered): readonly Violation[] {
  if (!isSuccess(exchange)) return []
  return [
    {
      exchange,
      where: '/status',
      expected: 'no success: no such file is there',
      received: quote(exchange.response.status),
    },
  ]
}
