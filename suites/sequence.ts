import { documented } from '../model/contract.ts'
import type { Answered } from '../model/exchange.ts'
import { isThere } from '../model/reads.ts'
import { type Family, property, type Tools } from '../model/requirement.ts'
import { judgeStore } from '../model/store.ts'
import { readFile } from './arbitraries/reads.ts'
import {
  type Account,
  EMPTY_SHELF,
  fileFor,
  isFull,
  MAX_LIVE,
  type Operation,
  type Shelf,
  sequences,
  shelved,
  taken,
  wordsOf,
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
      needs: ['many-resources', 'content-choice'],
      holds: () => MAX_LIVE,
      // Each is as long as fifteen cases of another property.
      share: 0.35,
      arbitrary: sequences,
      probe: sendAll,
      judge: judgeStore,
    }),
  ],
}

/** Sends the operations one after the other; a read is repeated until it shows what was done. */
async function sendAll(tools: Tools, operations: readonly Operation[]): Promise<Answered[]> {
  const { files, send, answers: reader, runId } = tools
  const sent: Answered[] = []
  /** Plain answers to reads, from which conditions are made. */
  const plain = new Map<string, Answered>()
  let shelf = EMPTY_SHELF
  for (const operation of operations) {
    if (operation.do === 'delete-unknown') {
      sent.push(await send.delete(`${runId}-unknown`))
      continue
    }
    if (operation.do === 'list') {
      sent.push(await listed(tools, shelf, operation))
      continue
    }
    if (operation.do === 'upload') {
      if (isFull(shelf)) continue
      const { name, content } = wordsOf(shelf, operation)
      const { by } = operation
      const file = {
        filename: { word: `${files.word}-${name}` },
        content: { word: `${files.word}-${content}` },
      }
      const { id, answer } = await files.upload(file, by === 'second' ? by : undefined)
      shelf = shelved(shelf, { id, by, name, content })
      sent.push(answer)
      continue
    }
    const file = fileFor(shelf, operation)
    if (file === undefined) continue
    const { id, live, by } = file
    if (operation.do === 'read') {
      const { read } = operation
      const before = plain.get(`${read.of} ${id}`)
      const seen = await tools.look.until(
        () => readFile(tools, read, id, before),
        // Not every target offers every way to read.
        (answer) => (live && read.how !== 'plain') || isThere(answer) === live,
      )
      if (read.how === 'plain') plain.set(`${read.of} ${id}`, seen)
      sent.push(seen)
      continue
    }
    const isStranger = operation.by === 'stranger'
    const answer = isStranger
      ? await send.delete(id, { credentials: credentialsOf(other(by)), purpose: 'negative' })
      : live
        ? await send.delete(id)
        : await send.again(id)
    if (answer === undefined) continue
    sent.push(answer)
    if (!isStranger && reader.isDeleted(answer)) shelf = taken(shelf, id)
  }
  return sent
}

function listed(
  { look, readings }: Tools,
  { files }: Shelf,
  { by, filter }: Extract<Operation, { readonly do: 'list' }>,
): Promise<Answered> {
  const isDead = (id: string) => files.some((one) => one.id === id && !one.live)
  const options = { most: 1, credentials: credentialsOf(by), ...(filter && { filter }) }
  return look.until(
    async () => (await look.list(options))[0],
    (page) => !readings.entries([page]).some(({ id }) => isDead(id)),
  )
}

function other(by: Account): Account {
  return by === 'first' ? 'second' : 'first'
}

function credentialsOf(by: Account): 'configured' | 'second' {
  return by === 'first' ? 'configured' : 'second'
}
