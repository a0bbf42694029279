import type { Answered } from './exchange.ts'
import { isUsableId } from './path-segment.ts'
import { bodyProperty, quote, type Violation } from './violation.ts'

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

/** The entries of a list, and whether its last page says that it is the last. */
export function entriesOf(pages: readonly Answered[]): {
  readonly entries: readonly { readonly id: string; readonly name: string }[]
  readonly complete: boolean
} {
  const data = pages.map((page) => bodyProperty(page, 'data'))
  const last = pages.at(-1)
  return {
    entries: data.flatMap((page) => (Array.isArray(page) ? page.flatMap(entryOf) : [])),
    complete: last !== undefined && data.every(Array.isArray) && isLast(last),
  }
}

/** Lists are asked for a hundred entries a page: one that holds as many and says nothing may go on. */
const PAGE_SIZE = 100

function isLast(page: Answered): boolean {
  const more = bodyProperty(page, 'has_more')
  return more === false || (more === undefined && idsOn(page).length !== PAGE_SIZE)
}

function entryOf(file: { id?: unknown; filename?: unknown; name?: unknown } | null) {
  const id = typeof file?.id === 'number' ? String(file.id) : file?.id
  if (typeof id !== 'string') return []
  const { filename, name = filename } = file ?? {}
  return [{ id, name: typeof name === 'string' ? name : '' }]
}

/** The id behind which the next page of a list begins; undefined after the last, or where it goes round. */
export function nextPage(pages: readonly Answered[]): string | undefined {
  const [before, last] = [pages.at(-2), pages.at(-1)].map((page) => page && lastIdOn(page))
  const goesOn = pages.length > 0 && bodyProperty(pages.at(-1) as Answered, 'has_more') === true
  return goesOn && last !== before ? last : undefined
}

function lastIdOn(page: Answered): string | undefined {
  const data = bodyProperty(page, 'data')
  const id = Array.isArray(data) ? (data.at(-1) as { id?: unknown } | null)?.id : undefined
  return isUsableId(id) ? id : undefined
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
