import { jsonBody } from '../model/body.ts'
import { documented, rfc } from '../model/contract.ts'
import type { Answered } from '../model/exchange.ts'
import { bodyText, isSuccess, outcomeOf, unexpectedStatus } from '../model/reads.ts'
import {
  type Family,
  forEach,
  type JudgeContext,
  type Judgement,
  requirement,
  type Tools,
} from '../model/requirement.ts'
import { expectNotListed, type ListOrder, type ResourceReadings } from '../model/resource.ts'
import { quote, type Violation } from '../model/violation.ts'
import {
  idsOn,
  isSame,
  MAX_PAGES,
  madeAndListed,
  madeAtTheEnd,
  ownOn,
  pagesAfter,
  SIZE,
} from './listed-files.ts'

/** Places of the file that is deleted, as seen by a client that has read one small page. */
const PLACES = ['shown', 'cursor', 'next', 'later'] as const
type Place = (typeof PLACES)[number]

/** Counts the files of small pages as far as a place, and one before them. */
function filesFor(place: Place): number {
  return place === 'later' ? 1 + SIZE + SIZE + 1 : 1 + SIZE + SIZE
}

const NOT_SEEN = {
  inapplicable: `the list does not show the files of a case together on its first ${MAX_PAGES} pages`,
}
const NOT_LAST = {
  inapplicable: 'other files stand behind those of the case in each order that the list takes',
}

export const list: Family = {
  name: 'list',
  subject: 'the list while files are deleted',
  requirements: [
    forEach({
      id: 'list/whole',
      level: 'MUST',
      title: 'shows every other file once, page by page, when one is deleted in between',
      why: 'Cleanups delete while they page. Where pages are counted from the start of the list, each deletion moves a file to a page that was read already: it stays, and nobody notices.',
      source: documented('deleted', 'properties', 'id'),
      needs: ['many-resources', 'list'],
      holds: filesFor,
      oneByOne: true,
      values: ({ places }) => PLACES.filter((place) => filesFor(place) <= places),
      probe: probeWhole,
      judge: judgeWhole,
    }),
    requirement({
      id: 'list/either-order',
      level: 'MUST',
      title: 'leaves a deleted file out of the list in either order',
      why: 'Each order may come from an index of its own. Where a deletion forgets one, the file stays in the list of those who ask for the oldest first, as cleanups do.',
      source: documented('deleted', 'properties', 'deleted'),
      needs: ['many-resources', 'list'],
      holds: () => 3,
      probe: probeOrders,
      judge: judgeOrders,
    }),
    forEach({
      id: 'list/full-pages',
      level: 'SHOULD',
      title: 'fills its pages after a deletion, and says that there is more only if there is',
      why: 'Clients end at an empty page, the packages of OpenAI among them. Where deleted files are taken out of pages that were counted with them, nobody sees what follows such a page.',
      source: documented('deleted', 'properties', 'id'),
      needs: ['many-resources', 'list'],
      holds: () => 4,
      oneByOne: true,
      values: ({ places }) => (places < 4 ? [] : (['within', 'at the end'] as const)),
      probe: (tools, where) => (where === 'within' ? probeFull(tools) : probeLast(tools)),
      judge: (sent, context, where) =>
        where === 'within' ? judgeFull(sent, context) : judgeLast(sent, context),
    }),
    forEach({
      id: 'list/cursor-gone',
      level: 'SHOULD',
      title: 'goes on after the place of a file that was deleted',
      why: 'Who deletes all that a page shows, and asks for the next one, names a file that is gone. With an error or an empty page in answer, a cleanup ends early; from the beginning, it may never end.',
      source: documented('deleted', 'properties', 'deleted'),
      needs: ['many-resources', 'list'],
      holds: () => 5,
      values: ({ places }) => (places < 5 ? [] : ['next']),
      probe: probeCursor,
      judge: judgeCursor,
    }),
    requirement({
      id: 'list/empty',
      level: 'SHOULD',
      title: 'answers with a list where no entry is left',
      why: 'A cleanup that has deleted everything looks once more. A 404, a null or an answer without a list makes clients fail at the moment at which all went well.',
      source: rfc(9110, '15.3.1'),
      role: 'deleted',
      needs: ['many-resources', 'list'],
      holds: () => 2,
      probe: probeEmpty,
      judge: judgeEmpty,
    }),
  ],
}

/** Pages through the list and deletes a file on the way; then the others, which shows that they lived. */
async function probeWhole(tools: Tools, place: Place): Promise<readonly Answered[]> {
  const { send, look, readings } = tools
  const { ids } = await madeAndListed(tools, filesFor(place))
  const [begin, ...behind] = ids
  if (begin === undefined) return []
  const ownOf = (pages: readonly Answered[]) => pages.map((page) => ownOn(page, ids, readings))
  const before = await pagesAfter(tools, begin, behind)
  const [first = [], ...rest] = ownOf(before)
  const cursor = first.at(-1)
  const isSmall = first.length <= SIZE && isSame([first, ...rest].flat(), behind)
  const at = { shown: first.at(-2) ?? begin, cursor, next: rest[0]?.[0], later: rest[1]?.[0] }
  const deleted = at[place]
  if (!isSmall || cursor === undefined || deleted === undefined) return before
  const deletion = await send.delete(deleted)
  const left = rest.flat().filter((id) => id !== deleted)
  const after = await look.until(
    () => pagesAfter(tools, cursor, left, place === 'later' ? 2 : 1),
    (pages) => !ownOf(pages).flat().includes(deleted),
  )
  const others: Answered[] = []
  for (const id of ids) if (id !== deleted) others.push(await send.delete(id))
  return [...before, deletion, ...after, ...others]
}

function judgeWhole(
  sent: readonly Answered[],
  { answers, readings }: JudgeContext,
  place: Place,
): Judgement {
  const at = sent.findIndex(isDeletion)
  const deletion = sent[at]
  if (deletion === undefined) return notPaged(sent, readings)
  if (!answers.isDeleted(deletion)) return notDeleted(deletion)
  const others = sent.slice(at + 1).filter(isDeletion)
  const pages = sent.slice(at).filter((one) => !isDeletion(one))
  const own = others.flatMap(({ id }) => id ?? [])
  const left = sent.slice(1, at).flatMap((page) => ownOn(page, own, readings))
  const shown = pages.flatMap((page) => ownOn(page, own, readings))
  const listed = pages.flatMap((page) => expectNotListed(page, [deletion.id], readings))
  if (place === 'cursor' && listed.length === 0 && !left.includes(shown[0] ?? '')) {
    return { inapplicable: 'the list does not go on after a file that was deleted' }
  }
  const seen = own.filter((id) => !left.includes(id))
  // A file that is lost altogether is no matter of the list.
  const missing = others.filter((other) => {
    const { id = '' } = other
    return left.includes(id) && !shown.includes(id) && answers.isDeleted(other)
  })
  const last = pages.at(-1)
  const skipped = last === undefined ? [] : missing.map(({ id }) => skips(last, id))
  const refused = last === undefined || skipped.length === 0 ? [] : expectPage(last, readings)
  return [
    ...listed,
    ...expectOnce(pages, own, seen, readings),
    ...(refused.length > 0 ? refused : skipped),
  ]
}

/**
 * Expects that pages show no file twice.
 *
 * @param before - files of the case that were shown before
 */
function expectOnce(
  pages: readonly Answered[],
  own: readonly string[],
  before: readonly string[],
  readings: ResourceReadings,
): readonly Violation[] {
  const seen = new Set(before)
  return pages.flatMap((exchange) =>
    readings.entries([exchange]).flatMap(({ id, where }) => {
      const isFirst = !seen.has(id)
      if (own.includes(id)) seen.add(id)
      const expected = 'a file that was not shown before'
      return isFirst ? [] : [{ exchange, where, expected, received: quote(id) }]
    }),
  )
}

function skips(exchange: Answered, id: string | undefined): Violation {
  const [expected, received] = ['every file that was not deleted', `none with the id ${quote(id)}`]
  return { exchange, where: '/body', expected, received, causes: ['skipped in the list'] }
}

/** Deletes the second of three files, and reads from the first that an order shows. */
async function probeOrders(tools: Tools): Promise<readonly Answered[]> {
  const { send, look, readings } = tools
  const { ids, isNewestFirst } = await madeAndListed(tools, 3)
  const [first, middle, last] = ids
  if (middle === undefined) return []
  const pageIn = (order: ListOrder) => {
    const isAsListed = (order === 'newest-first') === isNewestFirst
    return look.page({ after: isAsListed ? first : last, size: SIZE, order })
  }
  const isShown = (page: Answered) => idsOn(page, readings).includes(middle)
  const before = [await pageIn('newest-first'), await pageIn('oldest-first')]
  if (!before.every(isShown)) return before
  const deletion = await send.delete(middle)
  const without = (order: ListOrder) =>
    look.until(
      () => pageIn(order),
      (page) => !isShown(page),
    )
  return [...before, deletion, await without('newest-first'), await without('oldest-first')]
}

function judgeOrders(sent: readonly Answered[], { answers, readings }: JudgeContext): Judgement {
  const [newest, oldest, deletion, ...after] = sent
  if (newest === undefined || oldest === undefined) return NOT_SEEN
  if (deletion === undefined) {
    const refused = [newest, oldest].find((page) => !readings.isPage(page))
    if (refused !== undefined) return { inapplicable: outcomeOf(refused) }
    return { inapplicable: 'the list does not give its files in either order, after one of them' }
  }
  if (!answers.isDeleted(deletion)) return notDeleted(deletion)
  return after.flatMap((page) => expectNotListed(page, [deletion.id], readings))
}

/** Deletes a file of a full page, so that one of the next page has to move up. */
async function probeFull(tools: Tools): Promise<readonly Answered[]> {
  const { send, look, readings } = tools
  const { ids } = await madeAndListed(tools, 1 + SIZE + 1)
  const [begin, deleted] = ids
  if (deleted === undefined) return []
  const page = () => look.page({ after: begin, size: SIZE })
  const before = await page()
  const isFull = isSame(ownOn(before, ids, readings), ids.slice(1, 1 + SIZE))
  if (!isFull || readings.saysMore(before) !== true) return [before]
  const deletion = await send.delete(deleted)
  return [before, deletion, await look.until(page, (seen) => !isShort(seen, readings))]
}

function isShort(page: Answered, readings: ResourceReadings): boolean {
  return readings.saysMore(page) === true && idsOn(page, readings).length < SIZE
}

function judgeFull(sent: readonly Answered[], { answers, readings }: JudgeContext): Judgement {
  const [before, deletion, exchange] = sent
  if (deletion === undefined || exchange === undefined) return notTelling([before], readings)
  if (!answers.isDeleted(deletion)) return notDeleted(deletion)
  if (!readings.isPage(exchange)) return { undecided: outcomeOf(exchange) }
  if (!isShort(exchange, readings)) return []
  const expected = `${SIZE} files, because there is more`
  return [{ exchange, where: '/body', expected, received: quote(idsOn(exchange, readings).length) }]
}

/** Deletes the last file of the list, so that the page before becomes the last one. */
async function probeLast(tools: Tools): Promise<readonly Answered[]> {
  const { send, look, readings } = tools
  const { ids, order } = await madeAtTheEnd(tools, 3)
  const [begin, middle, last] = ids
  if (begin === undefined || middle === undefined || last === undefined) return []
  const pageAfter = (after: string) => look.page({ after, size: 1, order })
  const [before, end] = [await pageAfter(begin), await pageAfter(middle)]
  const isPaged = isSame(
    [before, end].flatMap((page) => idsOn(page, readings)),
    [middle, last],
  )
  const isRight = readings.saysMore(before) === true && readings.saysMore(end) === false
  if (!isPaged || !isRight) return [before, end]
  const deletion = await send.delete(last)
  const after = await look.until(
    () => pageAfter(begin),
    (page) => readings.saysMore(page) !== true,
  )
  const next = idsOn(after, readings).at(-1)
  const isLast = readings.saysMore(after) !== true || next === undefined
  return [before, end, deletion, after, ...(isLast ? [] : [await pageAfter(next)])]
}

function judgeLast(sent: readonly Answered[], { answers, readings }: JudgeContext): Judgement {
  const [before, end, deletion, exchange, next = exchange] = sent
  if (before === undefined || end === undefined) return NOT_SEEN
  if (deletion === undefined || exchange === undefined || next === undefined) {
    return readings.saysMore(end) === true ? NOT_LAST : notTelling([before, end], readings)
  }
  if (!answers.isDeleted(deletion)) return notDeleted(deletion)
  if (!readings.isPage(exchange)) return { undecided: outcomeOf(exchange) }
  const isEmpty = readings.isPage(next) && idsOn(next, readings).length === 0
  if (readings.saysMore(exchange) !== true || !isEmpty) return []
  const [expected, received] = ['no more, because the next page is empty', 'more']
  return [{ exchange, where: '/body', expected, received }]
}

/** Reads on after a file that was deleted, and once more when the one behind it was deleted, too. */
async function probeCursor(tools: Tools): Promise<readonly Answered[]> {
  const { send, look, readings } = tools
  const { ids } = await madeAndListed(tools, 3 + SIZE)
  const [first, cursor, next] = ids
  if (first === undefined || cursor === undefined || next === undefined) return []
  const rest = () => look.page({ after: cursor, size: SIZE })
  const isWithout =
    (...gone: readonly string[]) =>
    (page: Answered) =>
      ownOn(page, gone, readings).length === 0
  const before = await rest()
  if (!isSame(ownOn(before, ids, readings).slice(0, 1), [next])) return [before]
  const deletion = await send.delete(cursor)
  const after = await look.until(rest, isWithout(cursor))
  const second = await send.delete(next)
  const afterBoth = await look.until(rest, isWithout(cursor, next))
  const others: Answered[] = []
  for (const id of ids) if (id !== cursor && id !== next) others.push(await send.delete(id))
  return [before, deletion, after, second, afterBoth, ...others]
}

function judgeCursor(sent: readonly Answered[], { answers, readings }: JudgeContext): Judgement {
  const [before, deletion, after, second, afterBoth, ...others] = sent
  if (deletion === undefined || after === undefined || second === undefined) {
    return notPaged([before], readings)
  }
  const kept = [deletion, second].find((one) => !answers.isDeleted(one))
  if (kept !== undefined || afterBoth === undefined) return notDeleted(kept ?? second)
  const [first, ...rest] = others.map(({ id }) => id)
  const gone = [deletion.id, second.id]
  return [
    ...expectNotListed(after, [deletion.id], readings),
    ...expectNotListed(afterBoth, gone, readings),
    ...expectGoingOn(after, first, [second.id, ...rest], readings),
    ...expectGoingOn(afterBoth, first, rest, readings),
  ]
}

/** Expects a page that begins with the first of the files behind its cursor. */
function expectGoingOn(
  exchange: Answered,
  before: string | undefined,
  behind: readonly (string | undefined)[],
  readings: ResourceReadings,
): readonly Violation[] {
  const refused = expectPage(exchange, readings)
  const own = readings.entries([exchange]).find(({ id }) => [before, ...behind].includes(id))
  if (refused.length > 0 || own?.id === behind[0]) return refused
  if (own !== undefined && own.id !== before) return [skips(exchange, behind[0])]
  const expected = 'the files behind the one that was deleted'
  const { where = '/body', id } = own ?? {}
  return [{ exchange, where, expected, received: id === undefined ? 'none of them' : quote(id) }]
}

/** Deletes the last file of the list, and reads on where nothing stands any more. */
async function probeEmpty(tools: Tools): Promise<readonly Answered[]> {
  const { send, look, readings } = tools
  const { ids, order } = await madeAtTheEnd(tools, 2)
  const [first, last] = ids
  if (first === undefined || last === undefined) return []
  const pageAfter = (after: string) => look.page({ after, size: SIZE, order })
  const isEmpty = (page: Answered) => idsOn(page, readings).length === 0
  const emptyAfter = (after: string) => look.until(() => pageAfter(after), isEmpty)
  const before = await pageAfter(first)
  if (!isSame(ownOn(before, ids, readings), [last]) || idsOn(before, readings).at(-1) !== last) {
    return [before]
  }
  const end = await emptyAfter(last)
  if (!isEmpty(end)) return [before, end]
  const deletion = await send.delete(last)
  return [before, end, deletion, await emptyAfter(first), await emptyAfter(last)]
}

function judgeEmpty(sent: readonly Answered[], { answers, readings }: JudgeContext): Judgement {
  const [before, end, deletion, after, gone] = sent
  if (before === undefined) return NOT_SEEN
  if (end === undefined || deletion === undefined || after === undefined || gone === undefined) {
    return readings.isPage(before) ? NOT_LAST : notPaged([before], readings)
  }
  if (!answers.isDeleted(deletion)) return notDeleted(deletion)
  const wrong = [
    ...[end, after].flatMap((page) => expectPage(page, readings)),
    ...expectNotListed(after, [deletion.id], readings),
    // Another requirement is about pages after a file that is gone.
    ...(isSuccess(gone) ? expectPage(gone, readings) : []),
  ]
  return wrong.length === 0 && idsOn(after, readings).length > 0 ? NOT_LAST : wrong
}

/** Expects a page of the list, which may be without entries. */
function expectPage(exchange: Answered, readings: ResourceReadings): readonly Violation[] {
  if (readings.isPage(exchange)) return []
  const expected = 'a page of the list'
  if (!isSuccess(exchange)) return unexpectedStatus(exchange, `200: ${expected}`)
  const body = jsonBody(exchange.response)
  const received = quote(body.ok ? body.value : bodyText(exchange) || undefined)
  return [{ exchange, where: '/body', expected, received }]
}

function isDeletion({ action }: Answered): boolean {
  return action === 'delete'
}

function notDeleted({ response }: Answered): Judgement {
  return { undecided: `the deletion was answered ${response.status}` }
}

/** Says why a list cannot be read page by page. */
function notPaged(pages: readonly (Answered | undefined)[], readings: ResourceReadings): Judgement {
  const read = pages.filter((page) => page !== undefined)
  if (read.length === 0) return NOT_SEEN
  const refused = read.find((page) => !readings.isPage(page))
  if (refused !== undefined) return { inapplicable: outcomeOf(refused) }
  return { inapplicable: 'the list does not give small pages, each after a file' }
}

/** Says why pages do not tell whether there is more. */
function notTelling(
  pages: readonly (Answered | undefined)[],
  readings: ResourceReadings,
): Judgement {
  const isSilent = (page: Answered | undefined) =>
    page !== undefined && readings.isPage(page) && readings.saysMore(page) === undefined
  if (!pages.some(isSilent)) return notPaged(pages, readings)
  return { inapplicable: 'the list does not say whether there is more' }
}
