import { documented, rfc } from '../model/contract.ts'
import type { Answered } from '../model/exchange.ts'
import { asLoss, expectGone, isGone, isSuccess, isThere, outcomeOf } from '../model/reads.ts'
import {
  type Family,
  forEach,
  type JudgeContext,
  type Judgement,
  property,
  requirement,
} from '../model/requirement.ts'
import { expectNotListed, type ResourceReadings, stayOf } from '../model/resource.ts'
import { expectContent, expectMetadata, judgeStore } from '../model/store.ts'
import { causedBy, quote } from '../model/violation.ts'
import { anyFile, fileOf, filesAlike, likenesses, sizesOf } from './arbitraries/files.ts'
import { readFile, readsOf } from './arbitraries/reads.ts'
import { NOT_DELETED } from './deleted.ts'

const NOTHING_SHOWS = { inapplicable: 'nothing shows whether a file is gone' }

export const effect: Family = {
  name: 'effect',
  subject: 'what a deletion does to the file, and to others',
  requirements: [
    requirement({
      id: 'effect/not-retrievable',
      level: 'MUST',
      title: 'answers that there is no such file when a deleted file is retrieved',
      why: 'Files are deleted for what is in them. Metadata that can still be read gives away names and sizes, and lets batch jobs refer to a file that cannot be opened.',
      source: documented('deleted', 'properties', 'deleted'),
      needs: ['resource', 'retrieve'],
      probe: async ({ files, send, look }) => {
        const { id } = await files.create()
        const before = await look.retrieve(id)
        return [before, await send.delete(id), await look.until(() => look.retrieve(id), isGone)]
      },
      judge: (sent, context) => readAndGone(sent, context),
    }),
    requirement({
      id: 'effect/no-content',
      level: 'MUST',
      title: 'answers that there is no such file when the content of a deleted file is read',
      why: 'Servers have been seen to remove the record and keep the bytes: personal data outlives its deletion, and storage is paid for that no id can free any more.',
      source: documented('deleted', 'properties', 'deleted'),
      needs: ['resource', 'content'],
      probe: async ({ files, send, look }) => {
        const { id } = await files.create()
        const before = await look.content(id)
        return [before, await send.delete(id), await look.until(() => look.content(id), isGone)]
      },
      judge: (sent, context) => readAndGone(sent, context),
    }),
    requirement({
      id: 'effect/not-listed',
      level: 'MUST',
      title: 'leaves a deleted file out of the list',
      why: 'Cleanup jobs and quotas go by the list. What stays in it is deleted again at every round, answered 404 each time, and counts against the limit of the account.',
      source: documented('deleted', 'properties', 'deleted'),
      needs: ['resource', 'list'],
      probe: async ({ files, send, look, readings }) => {
        const { id } = await files.create()
        const isOn = (page: Answered) => readings.entries([page]).some((entry) => entry.id === id)
        const before = await look.until(
          () => look.list(),
          (pages) => pages.some(isOn) || readings.nextPage(pages) !== undefined,
        )
        const shown = before.find(isOn)
        const deletion = await send.delete(id)
        if (shown === undefined) return [deletion, before[0]]
        const after = await look.until(
          () => look.list(),
          (pages) => !pages.some(isOn),
        )
        return [deletion, shown, ...after]
      },
      judge: (sent, context) => listedAndGone(sent, context),
    }),
    property({
      id: 'effect/any-file',
      level: 'MUST',
      title: 'removes a file of any name, size and content',
      why: 'A server that stores under a cleaned-up name and removes under the raw one confirms and keeps the file, for odd names only. The second deletion shows it: it succeeds again.',
      source: documented('deleted', 'properties', 'deleted'),
      needs: ['content-choice'],
      // Each takes three requests, and draws from the same files as `deleted/any-file`.
      share: 0.5,
      arbitrary: anyFile,
      probe: async ({ files, send, runId }, recipe) => {
        const { id } = await files.create(fileOf(recipe, runId))
        return [await send.delete(id), await send.delete(id)]
      },
      judge: ([deletion, again], context, { bytes }) =>
        whenDeleted(deletion, context, ({ answers }) =>
          answers
            .expectGone(again)
            .map(causedBy(stayOf(again.id)))
            .map(causedBy(staysBySize(bytes))),
        ),
    }),
    forEach({
      id: 'effect/read-before',
      level: 'MUST',
      title: 'answers no read after a deletion that it answered before, however it is made',
      why: 'Caches keep answers by method, query and header fields, and forget some of them when a file is deleted. Whoever had looked at it before, as clients do, can go on reading it.',
      source: documented('deleted', 'properties', 'deleted'),
      needs: ['resource'],
      values: readsOf,
      probe: async (tools, read) => {
        const { files, send, look, readings } = tools
        const { id } = await files.create()
        if (read.of === 'list') {
          const list = () => look.list(read.filter === undefined ? {} : { filter: read.filter })
          const isOn = (page: Answered) => readings.entries([page]).some((one) => one.id === id)
          const shown = await look.until(list, (pages) => pages.some(isOn))
          const before = shown.find(isOn)
          if (before === undefined) return [shown[0]]
          const deletion = await send.delete(id)
          return [before, deletion, ...(await look.until(list, (pages) => !pages.some(isOn)))]
        }
        const plain = await look[read.of](id)
        await readFile(tools, read, id, plain)
        const before = await readFile(tools, read, id, plain)
        if (!isThere(before)) return [before]
        const deletion = await send.delete(id)
        return [before, deletion, await look.until(() => readFile(tools, read, id, plain), isGone)]
      },
      judge: (sent, context, read) => {
        const [before, deletion, ...after] = sent
        const { readings } = context
        if (deletion === undefined) {
          return { inapplicable: `the file is not read so: ${outcomeOf(before)}` }
        }
        return whenDeleted(deletion, context, () =>
          after.flatMap((one) =>
            read.of === 'list' ? expectNotListed(one, [deletion.id], readings) : expectGone(one),
          ),
        )
      },
    }),
    forEach({
      id: 'effect/any-size',
      level: 'MUST',
      title: 'removes files of sizes on both sides of usual limits, and their content',
      why: 'Large files go to other storage than small ones, or are cut into pieces. A deletion that removes the first piece leaves the others behind, where nobody looks for them.',
      source: documented('deleted', 'properties', 'deleted'),
      needs: ['content-choice'],
      values: sizesOf,
      probe: async ({ files, send, look, runId }, recipe) => {
        const { id } = await files.create(fileOf(recipe, runId))
        const reads = look.offers.has('content')
        const before = reads ? [await look.content(id)] : []
        const deletion = await send.delete(id)
        const after = reads
          ? await look.until(() => look.content(id), isGone)
          : await send.again(id)
        return [deletion, ...before, ...(after === undefined ? [] : [after])]
      },
      judge: ([deletion, ...others], context, { bytes }) => {
        const { answers } = context
        const [before, after = before] = others
        if (after === undefined) return NOTHING_SHOWS
        const stays = causedBy(staysBySize(bytes))
        if (after.action === 'delete') {
          return whenDeleted(deletion, context, () => answers.expectGone(after).map(stays))
        }
        const notDeleted = answers.expectDeleted(deletion).map(causedBy(NOT_DELETED))
        if (notDeleted.length > 0) return notDeleted
        if (before === undefined || !isSuccess(before)) return NOTHING_SHOWS
        return expectGone(after).map(stays)
      },
    }),
    forEach({
      id: 'effect/any-kind',
      level: 'MUST',
      title: 'removes files of every kind that it takes',
      why: 'Files for training, for batches and for assistants are often kept by different services. A deletion that knows one of them says that it is done, and the others keep what they have.',
      source: documented('deleted', 'properties', 'deleted'),
      needs: ['content-choice'],
      values: ({ kinds }) => kinds,
      probe: async ({ files, send, look, runId }, kind) => {
        const word = `${runId}-${kind}`
        const { id } = await files.create({ filename: { word }, content: { word }, kind })
        const deletion = await send.delete(id)
        const read = look.offers.has('retrieve')
          ? await look.until(() => look.retrieve(id), isGone)
          : undefined
        const again = await send.again(id)
        return [deletion, ...[read, again].filter((one) => one !== undefined)]
      },
      judge: ([deletion, ...after], { answers }) => {
        if (after.length === 0) return NOTHING_SHOWS
        return [
          ...answers.expectDeleted(deletion),
          ...after.flatMap((one) =>
            one.action === 'delete' ? answers.expectGone(one) : expectGone(one),
          ),
        ]
      },
    }),
    requirement({
      id: 'effect/same-name',
      level: 'MUST',
      title: 'keeps a file of the same name when another is deleted',
      why: 'Where storage is keyed by file name, all who upload a data.jsonl share one place: the cleanup of one job destroys the input of another, whose id still looks alive.',
      source: documented('deleted', 'properties', 'id'),
      needs: ['content-choice', 'content'],
      holds: () => 2,
      probe: async ({ files, send, look, runId }) => {
        const filename = { word: `${runId}-same-name` }
        const first = await files.upload({ filename, content: { word: `${runId}-first` } })
        const second = await files.upload({ filename, content: { word: `${runId}-second` } })
        if (second.id === first.id) return [second.answer]
        const before = await look.content(second.id)
        const deletion = await send.delete(first.id)
        return [before, deletion, await look.content(second.id), await send.delete(second.id)]
      },
      judge: (sent, { answers }) => {
        if (sent.length === 1) return { inapplicable: 'files of one name have one id here' }
        const [before, deletion, content, last] = sent
        return [
          ...(answers.isDeleted(deletion) ? expectContent(content, before) : []),
          ...answers.expectDeleted(last).map(asLoss),
        ]
      },
    }),
    requirement({
      id: 'effect/uploaded-again',
      level: 'MUST',
      title: 'gives the same file a new id when it is uploaded after its deletion',
      why: 'Ids derived from name or content, or counted anew after a restart, come back. A deletion that was repeated or waited in a queue then removes the new file.',
      source: documented('deleted', 'properties', 'id'),
      needs: ['content-choice'],
      holds: () => 3,
      probe: async ({ files, send, runId }) => {
        const word = `${runId}-again`
        const file = { filename: { word }, content: { word } }
        const first = await files.upload(file)
        const deletion = await send.delete(first.id)
        const second = await files.upload(file)
        // Ids may follow from names or contents: then an equal file has the same id once more, and another has not.
        if (second.id === first.id) {
          const equal = await files.upload(file)
          const other = await files.upload()
          return [deletion, second.answer, equal.answer, other.answer]
        }
        const again = await send.delete(first.id)
        return [deletion, second.answer, again, await send.delete(second.id)]
      },
      judge: (sent, { answers, readings }) => {
        const [, , again, last] = sent
        if (again.action === 'create') return expectNewId(sent, readings)
        return [...answers.expectGone(again), ...answers.expectDeleted(last)]
      },
    }),
    requirement({
      id: 'effect/refused-keeps-file',
      level: 'MUST',
      title: 'keeps files when deletions of files that are not there are refused',
      why: 'A 404 promises that nothing happened. A server that falls back on another file, or removes before it looks, loses data behind an answer that nobody looks into.',
      source: rfc(9110, '9.2.1'),
      role: 'deleted',
      needs: ['resource'],
      probe: async ({ files, send, runId }) => {
        const { id } = await files.create()
        for (const missing of [runId, `${runId}.jsonl`, `${runId}-${runId}`]) {
          await send.delete(missing)
        }
        return [await send.delete(id)]
      },
      judge: ([deletion], { answers }) => answers.expectDeleted(deletion).map(asLoss),
    }),
    requirement({
      id: 'effect/bystanders',
      level: 'MUST',
      title: 'keeps the files that nobody deletes',
      why: 'Indices without locks and statements with too wide a condition take neighbours along, and answer rightly each time. It is noticed weeks later, when a job needs the file.',
      source: documented('deleted', 'properties', 'id'),
      needs: ['resource'],
      turn: 'at the end',
      probe: async ({ files, send }) => {
        const sent: Answered[] = []
        // That a file can be deleted is the one proof of its life that every target offers.
        for (const { id } of files.bystanders) sent.push(await send.delete(id))
        return sent
      },
      judge: (sent, { answers }) =>
        sent.length === 0
          ? { inapplicable: 'there are no files that nobody deletes' }
          : sent.flatMap(answers.expectDeleted).map(asLoss),
    }),
    requirement({
      id: 'effect/stays-deleted',
      level: 'MUST',
      title: 'keeps deleted files deleted when time has passed and others were deleted',
      why: 'Replicas, restored backups and queues that are worked off later bring files back that were gone a moment ago. Whoever looked at once has it in writing that they are deleted.',
      source: documented('deleted', 'properties', 'deleted'),
      needs: ['resource', 'linger'],
      turn: 'later',
      probe: async ({ files, send, look, readings }) => {
        await look.later()
        const isOn = (page: Answered) =>
          readings.entries([page]).filter(({ id }) => files.isDeleted(id))
        const pages = look.offers.has('list')
          ? await look.until(
              () => look.list(),
              (seen) => seen.every((page) => isOn(page).length === 0),
            )
          : []
        const listed = pages.flatMap(isOn).map(({ id }) => id)
        const deletions = files.deletedBefore(listed.slice(0, MAX_LISTED))
        const all = deletions.flatMap(({ id }) => id ?? [])
        const reads = (['retrieve', 'content'] as const).filter((one) => look.offers.has(one))
        const sent: Answered[] = []
        for (const read of reads) {
          const seen = () => Promise.all(all.map((id) => look[read](id)))
          sent.push(...(await look.until(seen, (answers) => answers.every(isGone))))
        }
        const again = await Promise.all(all.map((id) => send.again(id)))
        return [...deletions, ...sent, ...again.filter((one) => one !== undefined), ...pages]
      },
      judge: (sent, { answers, readings }) => {
        if (sent.length === 0) return { inapplicable: 'no deletion of this run can be looked at' }
        // Those that others have sent come first.
        const before = new Map<string | undefined, Answered>()
        const stays = (id: string | undefined) =>
          causedBy(staysBySize(before.get(id)?.upload?.fileBytes))
        return sent.flatMap((answer) => {
          const { action, id } = answer
          if (action === 'delete' && !before.has(id)) {
            before.set(id, answer)
            return []
          }
          if (action === 'list') {
            return [...before.keys()].flatMap((one) =>
              expectNotListed(answer, [one], readings).map(stays(one)),
            )
          }
          const violations =
            action === 'delete'
              ? answers.expectGone(answer).map(causedBy(stayOf(id)))
              : expectGone(answer)
          return violations.map(stays(id))
        })
      },
    }),
    requirement({
      id: 'effect/bystander-metadata',
      level: 'MUST',
      title: 'changes nothing that it says of a file when another is deleted',
      why: 'Where names and sizes stand in lists of their own, a deletion that shortens one and forgets another gives each later file the name of its neighbour, and jobs open the wrong one.',
      source: documented('deleted', 'properties', 'id'),
      needs: ['many-resources', 'retrieve'],
      holds: () => 2,
      probe: async ({ files, send, look }) => {
        const [deleted, kept] = [await files.create(), await files.create()]
        const before = [await look.retrieve(kept.id), await look.retrieve(kept.id)] as const
        const deletion = await send.delete(deleted.id)
        return [...before, deletion, await look.retrieve(kept.id)]
      },
      judge: ([first, second, deletion, after], context) =>
        whenDeleted(deletion, context, () =>
          expectMetadata(after, first, second, context.readings),
        ),
    }),
    requirement({
      id: 'effect/bystander-content',
      level: 'MUST',
      title: 'keeps the content of files that nobody deletes',
      why: "Storage that keeps equal content once must count who refers to it. Miscounted by one, another user's file stays in the list and its bytes are gone when a batch reads them.",
      source: documented('deleted', 'properties', 'id'),
      needs: ['content-choice', 'content'],
      holds: () => 2,
      probe: async ({ files, send, look, runId }) => {
        const content = { word: `${runId}-bystander` }
        const kept = await files.upload({ filename: { word: `${runId}-kept` }, content })
        const deleted = await files.upload({ filename: { word: `${runId}-deleted` }, content })
        if (deleted.id === kept.id) return [deleted.answer]
        const before = await look.content(kept.id)
        const deletion = await send.delete(deleted.id)
        return [before, deletion, await look.content(kept.id)]
      },
      judge: (sent, context) => {
        if (sent.length === 1) return { inapplicable: 'files of equal content have one id here' }
        const [before, deletion, content] = sent
        return whenDeleted(deletion, context, () => expectContent(content, before))
      },
    }),
    forEach({
      id: 'effect/one-of-many',
      level: 'MUST',
      title: 'removes exactly the file that is meant among files that are alike, in any order',
      why: 'Storage that goes by names or contents takes files for one that differ in case, accents, a dot or a folder. One is deleted, and the input of another job is gone with it.',
      source: documented('deleted', 'properties', 'id'),
      needs: ['content-choice', 'retrieve'],
      holds: () => 3,
      values: likenesses,
      probe: async ({ files, send, look, runId }, value) => {
        const sent: Answered[] = []
        const ids: string[] = []
        for (const file of filesAlike(value, runId)) {
          const { id, answer } = await files.upload(file)
          ids.push(id)
          sent.push(answer)
        }
        if (new Set(ids).size < ids.length) return sent
        const read = look.offers.has('content') ? look.content : look.retrieve
        const inOrder = value.order.map((nth) => ids[nth] ?? '')
        for (const id of inOrder) sent.push(await read(id))
        for (const [at, id] of inOrder.entries()) {
          sent.push(await send.delete(id))
          for (const other of inOrder.slice(at + 1)) sent.push(await read(other))
        }
        return sent
      },
      judge: (sent, context) =>
        sent.every(({ action }) => action === 'create')
          ? { inapplicable: 'files that are so much alike have one id here' }
          : judgeStore(sent, context),
    }),
  ],
}

/** Deleted files that the list shows, and that are looked at beside others. */
const MAX_LISTED = 8

/** Names the cause of violations that show a file of some size which should be gone. */
function staysBySize(bytes: number | undefined): string {
  return `a file of ${bytes} octets stays`
}

/** Judges the effect of a deletion that succeeded; that it succeeds is judged by another requirement. */
function whenDeleted(
  deletion: Answered,
  context: JudgeContext,
  judge: (context: JudgeContext) => Judgement,
): Judgement {
  if (context.answers.isDeleted(deletion)) return judge(context)
  return { undecided: `the deletion was answered ${deletion.response.status}` }
}

/** Expects that a read finds nothing after a deletion, if it has found the file before. */
function readAndGone(
  [before, deletion, read]: readonly [Answered, Answered, Answered],
  context: JudgeContext,
): Judgement {
  if (isSuccess(before)) return whenDeleted(deletion, context, () => expectGone(read))
  return { undecided: `the file was not there before its deletion: ${outcomeOf(before)}` }
}

/** Expects that a list shows a file no more after its deletion, if it has shown it before. */
function listedAndGone(
  [deletion, before, ...pages]: readonly [Answered, Answered, ...Answered[]],
  context: JudgeContext,
): Judgement {
  const { readings } = context
  if (!readings.entries([before]).some(({ id }) => id === deletion.id)) {
    return { undecided: 'the list did not show the file before its deletion' }
  }
  return whenDeleted(deletion, context, () => {
    const listed = pages.flatMap((page) => expectNotListed(page, [deletion.id], readings))
    if (listed.length > 0 || readings.nextPage(pages) === undefined) return listed
    return { undecided: `the list goes on after ${pages.length} pages, and was not read on` }
  })
}

function expectNewId(
  [deletion, exchange, equal, other]: readonly [Answered, Answered, Answered, Answered],
  readings: ResourceReadings,
): Judgement {
  const { id, where = '' } = readings.created(exchange) ?? {}
  if (readings.created(equal)?.id === id && readings.created(other)?.id !== id) {
    return { inapplicable: 'equal files have one id here' }
  }
  const expected = `not ${quote(deletion.id)}, which was deleted`
  return [{ exchange, where, expected, received: quote(id) }]
}
