import { documented } from '../model/contract.ts'
import type { Answered } from '../model/exchange.ts'
import { expectGone, expectThere, isGone } from '../model/reads.ts'
import { type Family, type JudgeContext, property, type Tools } from '../model/requirement.ts'
import { expectNotListed } from '../model/resource.ts'
import { expectProperty, type Violation } from '../model/violation.ts'
import {
  EMPTY_SHELF,
  fileFor,
  isFull,
  type Operation,
  type Shelf,
  sequences,
  shelved,
  taken,
} from './arbitraries/sequences.ts'

export const sequence: Family = {
  name: 'sequence',
  subject: 'uploads, deletions and reads in any order',
  requirements: [
    property({
      id: 'sequence/model',
      level: 'MUST',
      title: 'behaves as a store of files does, whatever the order of operations',
      why: 'Caches, replicas and soft deletion fail in certain orders only: a read fills a cache that a deletion forgets to empty. Each step alone passes, and users see files come back.',
      source: documented('deleted'),
      needs: ['many-resources'],
      holds: () => 3,
      // Each is as long as six cases of another property.
      share: 0.7,
      arbitrary: sequences,
      probe: sendAll,
      judge: judgeAll,
    }),
  ],
}

/** Makes an id under which no sequence has a file. */
function unknownId(runId: string): string {
  return `${runId}-unknown`
}

/** Sends the operations one after the other; a read is repeated until it shows what was done. */
async function sendAll(tools: Tools, operations: readonly Operation[]): Promise<Answered[]> {
  const answers: Answered[] = []
  let shelf = EMPTY_SHELF
  for (const operation of operations) {
    if (operation.do === 'upload') {
      if (!isFull(shelf)) shelf = shelved(shelf, (await tools.files.create()).id)
      continue
    }
    const answer = await sendOne(tools, operation, shelf)
    if (answer === undefined) continue
    answers.push(answer)
    const { action, id } = answer
    if (action === 'delete' && id !== undefined && tools.answers.isDeleted(answer))
      shelf = taken(shelf, id)
  }
  return answers
}

async function sendOne(
  { send, look, readings, runId }: Tools,
  operation: Operation,
  shelf: Shelf,
): Promise<Answered | undefined> {
  const file = fileFor(shelf, operation)
  const isDead = (id: string) => shelf.files.some((one) => one.id === id && !one.live)
  const listOnce = async () => (await look.list(1))[0]
  switch (operation.do) {
    case 'delete-unknown':
      return send.delete(unknownId(runId))
    case 'delete':
      return file && send.delete(file.id)
    case 'retrieve':
      return (
        file &&
        look.until(
          () => look.retrieve(file.id),
          (seen) => isGone(seen) !== file.live,
        )
      )
    case 'list':
      return look.until(listOnce, (page) => !readings.entries([page]).some(({ id }) => isDead(id)))
    default:
      return undefined
  }
}

/** Replays the answers against a model of the store: a file that was not deleted is there. */
function judgeAll(answers: readonly Answered[], context: JudgeContext): readonly Violation[] {
  const deleted = new Set<string>()
  return answers.flatMap((answer) => {
    const violations = judgeOne(answer, deleted, context)
    const { action, id } = answer
    if (action === 'delete' && id !== undefined && context.answers.isDeleted(answer)) {
      deleted.add(id)
    }
    return violations
  })
}

function judgeOne(
  answer: Answered,
  deleted: ReadonlySet<string>,
  { answers, readings, runId }: JudgeContext,
): readonly Violation[] {
  const { action, id = '' } = answer
  if (action === 'list') return expectNotListed(answer, [...deleted], readings)
  const isDeleted = deleted.has(id)
  if (action === 'retrieve') return isDeleted ? expectGone(answer) : expectThere(answer)
  if (id === unknownId(runId)) {
    return answers.expectDocumented(answer, 'unknown', 'not-found', 'invalid')
  }
  if (isDeleted) return answers.expectDocumented(answer, 'gone', 'not-found')
  const violations = answers.expectDocumented(answer, 'deleted', 'deleted')
  if (violations.length > 0) return violations
  return answers.beyondUsual(answer, 'deleted', expectProperty(answer, 'id', id))
}
