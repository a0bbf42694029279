import { documented } from '../model/contract.ts'
import type { Answered } from '../model/exchange.ts'
import {
  type Family,
  forEach,
  type GenerationFacts,
  type JudgeContext,
} from '../model/requirement.ts'
import type { Violation } from '../model/violation.ts'

/** Rounds of each race: enough that a window of a few milliseconds is met. */
const ROUNDS = 11
/** Deletions that are sent at once, by round. */
const CROWDS = [2, 16, 3, 8, 4]

/** Makes crowds for all rounds, none larger than what can be under way at once. */
function crowds(most: number): readonly number[] {
  return Array.from({ length: ROUNDS }, (_, round) =>
    Math.min(CROWDS[round % CROWDS.length] ?? 2, most),
  )
}

/** Makes crowds with a file each, and a bystander. If not even two have places, they are not sent. */
function crowdsOnFiles({ concurrency, places }: GenerationFacts): readonly number[] {
  return crowds(Math.max(2, Math.min(concurrency, places - 1)))
}

export const concurrency: Family = {
  name: 'concurrency',
  subject: 'many deletions at once',
  requirements: [
    forEach({
      id: 'concurrency/one-winner',
      level: 'MUST',
      title: 'deletes a file once when many delete it at once',
      why: 'Message queues deliver twice, so that workers race. Two winners both credit the freed space to the account; a loser that gets 500 raises an alarm over an everyday event.',
      source: documented('deleted', 'properties', 'deleted'),
      needs: ['many-resources', 'parallel'],
      oneByOne: true,
      values: ({ concurrency }) => crowds(concurrency),
      probe: async ({ files, send }, crowd) => {
        const { id } = await files.create()
        return send.deleteAtOnce(new Array<string>(crowd).fill(id))
      },
      judge: oneWinner,
    }),
    forEach({
      id: 'concurrency/different-files',
      level: 'MUST',
      title: 'deletes different files at once, each of them',
      why: 'Cleanup jobs delete in parallel. An index that is read, changed and written back without a lock loses some of the changes: under load, and never in a test that goes step by step.',
      source: documented('deleted', 'properties', 'deleted'),
      needs: ['many-resources', 'parallel'],
      holds: (crowd) => crowd + 1,
      oneByOne: true,
      values: crowdsOnFiles,
      probe: async ({ files, send }, crowd) => {
        const bystander = await files.create()
        const ids: string[] = []
        for (let count = 0; count < crowd; count += 1) ids.push((await files.create()).id)
        return [...(await send.deleteAtOnce(ids)), await send.delete(bystander.id)]
      },
      judge: (sent, { answers }) =>
        sent.flatMap((answer) => answers.expectDocumented(answer, 'deleted', 'deleted')),
    }),
    forEach({
      id: 'concurrency/beside-reads',
      level: 'MUST',
      title: 'keeps other files when deletions go on beside uploads and reads',
      why: 'A deletion that writes back the list which it read before an upload throws the new file out. Its owner holds an id that was confirmed and that leads nowhere.',
      source: documented('deleted', 'properties', 'id'),
      needs: ['many-resources', 'retrieve', 'parallel'],
      holds: () => 3,
      oneByOne: true,
      values: () => Array.from({ length: ROUNDS }, (_, round) => round),
      probe: async ({ files, send, look }) => {
        const [doomed, kept] = [await files.create(), await files.create()]
        const [deletion, added] = await Promise.all([
          send.delete(doomed.id),
          files.create(),
          look.retrieve(doomed.id),
          look.retrieve(kept.id),
        ])
        return [deletion, await send.delete(added.id), await send.delete(kept.id)]
      },
      judge: (sent, { answers }) => sent.flatMap(answers.expectDeleted),
    }),
  ],
}

/** Expects that exactly one deletion succeeds, and that the others find nothing. */
function oneWinner(sent: readonly Answered[], { answers }: JudgeContext): readonly Violation[] {
  const winners = sent.filter(answers.isDeleted)
  const losers = sent.filter((answer) => !answers.isDeleted(answer))
  const violations = losers.flatMap((answer) =>
    answers.expectDocumented(answer, 'gone', 'not-found'),
  )
  const [exchange = sent[0]] = winners
  if (winners.length === 1 || exchange === undefined) return violations
  // Of crowds of any size it is the same violation.
  const expected = 'one success among deletions at once'
  const received = `${winners.length} of ${sent.length}`
  // Where a second deletion is confirmed, too, several are no race.
  const { blockedBy } = answers.expectGone(exchange).find((one) => one.blockedBy) ?? {}
  const race = { exchange, where: '/status', expected, received }
  return [blockedBy === undefined ? race : { ...race, blockedBy }, ...violations]
}
