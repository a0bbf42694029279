import { type Contract, documented } from '../model/contract.ts'
import type { Answered } from '../model/exchange.ts'
import { segmentOf } from '../model/path-segment.ts'
import { expectGone, expectThere, idsOn, isGone, isSuccess } from '../model/reads.ts'
import { type Family, property, type Tools } from '../model/requirement.ts'
import { bodyProperty, expectProperty, type Violation } from '../model/violation.ts'
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
      role: 'deleted',
      needs: ['upload'],
      holds: () => 3,
      arbitrary: sequences,
      probe: sendAll,
      judge: judgeAll,
    }),
  ],
}

/** Sends the operations one after the other; a read is looked at again until it shows what was done. */
async function sendAll(tools: Tools, operations: readonly Operation[]): Promise<Answered[]> {
  const answers: Answered[] = []
  let shelf = EMPTY_SHELF
  for (const operation of operations) {
    const answer = await sendOne(tools, operation, shelf)
    if (answer === undefined) continue
    answers.push(answer)
    shelf = after(shelf, answer)
  }
  return answers
}

async function sendOne(
  { files, send, look, runId }: Tools,
  operation: Operation,
  shelf: Shelf,
): Promise<Answered | undefined> {
  const file = fileFor(shelf, operation)
  switch (operation.do) {
    case 'upload':
      return isFull(shelf) ? undefined : (await files.upload()).answer
    case 'delete-unknown':
      return send.delete(`${runId}-unknown`)
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
      return look.until(
        async () => (await look.list(1))[0] as Answered,
        (page) => !shelf.files.some(({ id, live }) => !live && idsOn(page).includes(id)),
      )
  }
}

/** Replays the answers against a model of the store: what was uploaded and not deleted is there. */
function judgeAll(answers: readonly Answered[], contract: Contract): readonly Violation[] {
  let shelf = EMPTY_SHELF
  return answers.flatMap((answer) => {
    const violations = judgeOne(answer, shelf, contract)
    shelf = after(shelf, answer)
    return violations
  })
}

function judgeOne(answer: Answered, shelf: Shelf, contract: Contract): readonly Violation[] {
  const { method, target } = answer.request
  if (method === 'POST') return []
  if (method === 'DELETE') {
    const file = shelf.files.find(({ id }) => id === answer.id)
    if (file === undefined) return contract.violations(answer, 'not-found', 'invalid')
    if (!file.live) return contract.violations(answer, 'not-found')
    const violations = contract.violations(answer, 'deleted')
    return violations.length > 0 ? violations : expectProperty(answer, 'id', answer.id)
  }
  if (target.includes('?')) {
    const dead = shelf.files.filter(({ live }) => !live).map(({ id }) => id)
    return idsOn(answer)
      .filter((id) => dead.includes(id))
      .map((id) => listedAlthoughDeleted(answer, id))
  }
  const file = shelf.files.find(({ id }) => target.endsWith(`/${segmentOf(id)}`))
  return file?.live === true ? expectThere(answer) : expectGone(answer)
}

/** The store after an operation that was answered so. */
function after(shelf: Shelf, answer: Answered): Shelf {
  const { method } = answer.request
  if (!isSuccess(answer)) return shelf
  if (method === 'POST') return shelved(shelf, String(bodyProperty(answer, 'id')))
  return method === 'DELETE' && answer.id !== undefined ? taken(shelf, answer.id) : shelf
}

function listedAlthoughDeleted(exchange: Answered, id: string): Violation {
  return { exchange, where: '/body/data', expected: 'no deleted file', received: id }
}
