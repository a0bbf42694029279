import type { Answered, Exchange } from '../model/exchange.ts'
import { isUsableId, segmentOf } from '../model/path-segment.ts'
import { bodyText, couldHold, holdsRunId, isSuccess } from '../model/reads.ts'
import type {
  ListEntry,
  ListOrder,
  ListParameters,
  PlainRequest,
  ReadOptions,
} from '../model/resource.ts'
import { bodyProperty, quote } from '../model/violation.ts'
import type { ResourceApi } from './provider.ts'
import { listFilterOf } from './upload-form.ts'

/** Entries of a list page: a page with as many that says nothing may go on. */
const PAGE_SIZE = 100
const ORDERS: Readonly<Record<ListOrder, string>> = {
  'oldest-first': 'asc',
  'newest-first': 'desc',
}
/** Clocks of servers and of their storage may differ by this much. */
const CLOCK_SKEW_MS = 60_000

/** Files API of OpenAI, whoever makes the files. */
export const openAiApi: ResourceApi = {
  requests: {
    retrieve: (id, options) => read('retrieve', `/${segmentOf(id)}`, id, options),
    content: (id, options) => read('content', `/${segmentOf(id)}/content`, id, options),
    list({ after, size = PAGE_SIZE, parameters = {}, filter, order, credentials } = {}) {
      const query = [
        ...(parameters.unlimited === true ? [] : [`limit=${size}`]),
        ...[parameters.filter, filter].filter((one) => one !== undefined),
        ...(order === undefined ? [] : [`order=${ORDERS[order]}`]),
        ...(after === undefined ? [] : [`after=${segmentOf(after)}`]),
      ]
      const path = query.length === 0 ? '' : `?${query.join('&')}`
      return { action: 'list', method: 'GET', path, ...(credentials && { credentials }) }
    },
    filters: (form, { filter }) => (filter === undefined ? [listFilterOf(form)] : []),
  },
  readings: {
    lasting: ['id', 'object', 'bytes', 'created_at', 'filename', 'name', 'purpose'],
    created(exchange) {
      const { id } = isSuccess(exchange) ? propertiesOf(exchange) : {}
      return isUsableId(id) ? { id, where: '/body/id' } : undefined
    },
    entries,
    nextPage(pages) {
      const [before, last] = [pages.at(-2), pages.at(-1)]
      if (last === undefined || bodyProperty(last, 'has_more') !== true) return undefined
      const id = lastIdOn(last)
      return before !== undefined && lastIdOn(before) === id ? undefined : id
    },
    isPage: (answer) => isSuccess(answer) && Array.isArray(bodyProperty(answer, 'data')),
    saysMore(page) {
      const more = bodyProperty(page, 'has_more')
      return typeof more === 'boolean' ? more : undefined
    },
    isAtEnd,
    isComplete: ([first, ...rest]) =>
      first !== undefined &&
      isAtEnd([first, ...rest]) &&
      !asksFor(first, 'after') &&
      ![first, ...rest].some((page) => asksFor(page, 'purpose')),
    otherParameters(refusal, form) {
      const text = bodyText(refusal)
      const filter = listFilterOf(form)
      const both = { filter, unlimited: true }
      const named: ListParameters = {
        ...(/\bpurpose\b/.test(text) ? { filter } : {}),
        ...(/\blimit\b/.test(text) ? { unlimited: true } : {}),
      }
      const count = Object.keys(named).length
      if (count === 0) return [{ filter }]
      return count === 1 ? [named, both] : [both]
    },
    isNamed(file) {
      const { filename, name } = propertiesOf(file)
      return [filename, name].some((one) => typeof one === 'string' && one !== '')
    },
    another(created, reads, runId) {
      const found = reads.filter(isSuccess)
      if (found.some((one) => holdsRunId(one, runId))) return []
      const file = reads.find(({ action }) => action === 'retrieve')
      const content = found.find(({ action }) => action === 'content')
      const other = file && isSuccess(file) ? anotherFile(file, created) : undefined
      // A router that takes any path below the file for the file shows no content.
      const isContent = content && (!file || bodyText(content) !== bodyText(file))
      const isOtherContent = isContent && couldHold(created, runId)
      if (other === undefined && !isOtherContent) return []
      const expected = 'the id of the file that was uploaded'
      const received = `that of ${other ?? 'a file of other content'}`
      return [{ exchange: created, where: '/body/id', expected, received }]
    },
  },
}

function read(
  action: 'retrieve' | 'content',
  path: string,
  id: string,
  { head = false, query, ...options }: ReadOptions = {},
): PlainRequest {
  const target = query === undefined ? path : `${path}?${query}`
  return { action, method: head ? 'HEAD' : 'GET', path: target, id, ...options }
}

function isAtEnd(pages: readonly Answered[]): boolean {
  const last = pages.at(-1)
  if (last === undefined || !pages.every((page) => Array.isArray(bodyProperty(page, 'data')))) {
    return false
  }
  const more = bodyProperty(last, 'has_more')
  if (more !== undefined) return more === false
  // Without a limit of ours, nobody knows how many a page holds.
  const { length } = entries([last])
  return asksFor(last, 'limit') ? length !== PAGE_SIZE : length === 0
}

function asksFor({ request }: Answered, parameter: string): boolean {
  return new URLSearchParams(request.target.split('?')[1]).has(parameter)
}

function entries(pages: readonly Answered[]): readonly ListEntry[] {
  return pages.flatMap((page) => {
    const data = bodyProperty(page, 'data')
    return Array.isArray(data) ? data.flatMap(entryOf) : []
  })
}

function entryOf(file: FileProperties | null, at: number): readonly ListEntry[] {
  const id = typeof file?.id === 'number' ? String(file.id) : file?.id
  if (typeof id !== 'string') return []
  const { filename, name = filename } = file ?? {}
  return [{ id, name: typeof name === 'string' ? name : '', where: `/body/data/${at}/id` }]
}

function lastIdOn(page: Answered): string | undefined {
  const data = bodyProperty(page, 'data')
  const id = Array.isArray(data) ? (data.at(-1) as FileProperties | null)?.id : undefined
  return isUsableId(id) ? id : undefined
}

function anotherFile(file: Answered, created: Answered): string | undefined {
  const { filename, name = filename, created_at: seconds } = propertiesOf(file)
  if (openAiApi.readings.isNamed(file)) return `a file named ${quote(name)}`
  if (typeof seconds !== 'number' || !isOlder(seconds, created)) return undefined
  return `a file that was created ${quote(seconds)}`
}

/** Tells whether a file was created before its upload, by the clock of the server. */
function isOlder(seconds: number, { response }: Answered): boolean {
  const date = response.headers.find(([name]) => name === 'date')?.[1]
  return date !== undefined && seconds * 1_000 < Date.parse(date) - CLOCK_SKEW_MS
}

/** Properties of a file object, in whatever type a server gives them. */
interface FileProperties {
  readonly id?: unknown
  readonly filename?: unknown
  readonly name?: unknown
  readonly created_at?: unknown
}

function propertiesOf(file: Exchange): FileProperties {
  try {
    return (JSON.parse(bodyText(file)) ?? {}) as object
  } catch {
    return {}
  }
}
