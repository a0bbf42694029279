import { documented, rfc } from '../model/contract.ts'
import type { Answered } from '../model/exchange.ts'
import { spellingOf } from '../model/learnt.ts'
import { idOf, segmentOf } from '../model/path-segment.ts'
import { asLoss, expectThere, isGone, isSameAnswer } from '../model/reads.ts'
import {
  type Family,
  forEach,
  type JudgeContext,
  requirement,
  type Tools,
} from '../model/requirement.ts'
import { bodyProperty, causedBy, expectProperty, type Violation } from '../model/violation.ts'
import { isAnotherId, nearMisses, needsAnother, spelled } from './arbitraries/near-misses.ts'

export const identity: Family = {
  name: 'identity',
  subject: 'which file an id means',
  requirements: [
    requirement({
      id: 'identity/upload-id',
      level: 'MUST',
      title: 'answers an upload with the id of the file that was uploaded',
      why: "Stores that file by a hash, or hand a number out twice, answer with the id of a file that is there. Whoever uploads a copy and deletes it when done has deleted somebody else's original.",
      source: documented('deleted', 'properties', 'id'),
      needs: ['content-choice', 'retrieve'],
      turn: 'at the end',
      probe: ({ files }) => files.claim(),
      judge: ([created, ...reads], { readings, runId }) => readings.another(created, reads, runId),
    }),
    forEach({
      id: 'identity/look-alike',
      level: 'MUST',
      title: 'refuses ids that merely resemble one, and the name of the file, and keeps it',
      why: 'Lookups that fold case, trim, match patterns or decode twice reach files that the caller did not name: a slip of the pen deletes a file instead of failing, and guessing gets cheap.',
      source: documented('deleted', 'properties', 'id'),
      needs: ['resource'],
      holds: () => 2,
      values: nearMisses,
      probe: async (tools, some) => {
        const { files, send, runId } = tools
        const { id } = await files.create()
        const other = needsAnother(some) ? (await files.create()).id : ''
        const beside = { id, name: files.nameOf(id), places: files.placesOf(id), other, runId }
        const segments = some.flatMap((one) => {
          const segment = spelled(one, beside)
          return isAnotherId(segment, beside) ? [segment] : []
        })
        const sent = await sendNearMisses(tools, id, segments)
        if (hasDeleted(sent, tools)) return sent
        if (other !== '') sent.push(await send.delete(other))
        return [...sent, await send.delete(id)]
      },
      judge: (answers, context) =>
        answers.some(isNearMiss)
          ? judgeNearMisses(answers, context)
          : { inapplicable: 'no near-miss of this case is safe to send here' },
    }),
    forEach({
      id: 'identity/id-elsewhere',
      level: 'MUST',
      title: 'deletes the file that the path names, whatever query and body name',
      why: 'Gateways check rights and write their logs by the path. Where the handler prefers an id in query or body, the file that was checked and logged is not the one that is gone.',
      source: rfc(9110, '9.3.5'),
      role: 'deleted',
      needs: ['resource'],
      values: () => ['query', 'body'] as const,
      probe: async ({ files, send, runId }, place) => {
        const { id } = await files.create()
        const encoded = segmentOf(id)
        const refused = await send.delete(runId, {
          purpose: 'negative',
          ...(place === 'query'
            ? { query: `file_id=${encoded}&id=${encoded}&file=${encoded}` }
            : {
                body: JSON.stringify({ file_id: id, id, ids: [id] }),
                headers: [['content-type', 'application/json']],
              }),
        })
        return [refused, await send.delete(id)]
      },
      judge: ([refused, deletion], { answers }) => [
        ...answers.expectRefused(refused),
        ...answers.expectDeleted(deletion),
      ],
    }),
    forEach({
      id: 'identity/no-id',
      level: 'MUST',
      title: 'refuses a deletion without an id, and keeps all files',
      why: "An unset variable is an empty id, and SDKs in wide use then send the bare path. A server that joins the id to its folder removes the folder itself, with everybody's files.",
      source: documented('deleted', 'properties', 'id'),
      needs: ['resource', 'disposable'],
      values: () => [undefined, '', '.', '..', '%2E', '%2E%2E', '*', '%25', '%20', '%00'],
      probe: async ({ files, send }, segment) => {
        const { id } = await files.create()
        const refused = segment === undefined ? send.collection() : send.negative(segment)
        return [await refused, await send.delete(id)]
      },
      judge: ([refused, deletion], { answers }) => [
        ...answers.expectRefused(refused),
        ...answers.expectDeleted(deletion).map(asLoss),
      ],
    }),
    forEach({
      id: 'identity/percent-encoded',
      level: 'SHOULD',
      title: 'deletes the file when its id is percent-encoded, and names the id',
      why: 'Clients and proxies may encode more than they must, and it means the same. A router that compares undecoded text says 404 of a living file, and one that repeats it names a file that nobody has.',
      source: rfc(3986, '6.2.2.2'),
      role: 'deleted',
      needs: ['resource'],
      values: () => ENCODINGS,
      probe: async ({ files, send }, encode) => {
        const { id } = await files.create()
        return [await send.negative(encode(id))]
      },
      judge: ([answer], context) => expectDeletedAndNamed(answer, context),
    }),
    requirement({
      id: 'identity/dot-segments',
      level: 'SHOULD',
      title: 'deletes the file and names its id, or refuses, where dot segments lead to it',
      why: 'Proxies take dot segments out of a path, and so may a server. One that checks or answers by the path as it was sent, and deletes by the other, lets callers past its rules and misleads its log.',
      source: rfc(3986, '6.2.2.3'),
      role: 'deleted',
      needs: ['resource'],
      probe: async ({ answers, files, send, runId }) => {
        const { id } = await files.create()
        // A server that takes the first segment finds nothing.
        const answer = await send.negative(`${runId}/../${segmentOf(id)}`)
        return answers.isDeleted(answer) ? [answer] : [answer, await send.delete(id)]
      },
      judge: ([answer, after], context) =>
        after === undefined
          ? expectDeletedAndNamed(answer, context)
          : context.answers.expectDeleted(after),
    }),
    requirement({
      id: 'identity/encoded-slash',
      level: 'SHOULD',
      title: 'takes an encoded slash for a part of the id',
      why: 'Web frameworks often decode before they route, and answer from the router, with another body than the documented one. Clients fail on it, and ids with a slash can never be deleted.',
      source: rfc(3986, '2.2'),
      role: 'not-found',
      probe: async ({ send, look, runId }) => [
        await send.negative(`${runId}%2F${runId}`),
        await look.nowhere(),
      ],
      judge: ([answer, nowhere], { answers }) => {
        const isOfRouter = isSameAnswer(answer, nowhere)
        const why = isOfRouter ? ', not the answer to a path that leads nowhere' : ''
        return answers
          .expectDocumented(answer, 'unknown', 'not-found', 'invalid')
          .map((one) => ({ ...one, expected: one.expected + why }))
      },
    }),
  ],
}

/**
 * Sends near-misses of an id one after the other until one has deleted the file. After each it looks
 * whether the file is there, if the target offers that.
 */
export async function sendNearMisses(
  tools: Tools,
  id: string,
  segments: readonly string[],
): Promise<Answered[]> {
  const { send, look } = tools
  const sent: Answered[] = []
  for (const segment of segments) {
    if (!send.allows(segment)) continue
    sent.push(await send.negative(segment))
    if (look.offers.has('retrieve') && !hasDeleted(sent, tools)) sent.push(await look.retrieve(id))
    if (!hasDeleted(sent, tools)) continue
    send.endNearMisses()
    break
  }
  return sent
}

/** Tells whether the last answer shows that a near-miss has deleted a file. */
export function hasDeleted(
  sent: readonly Answered[],
  { answers }: Pick<Tools, 'answers'>,
): boolean {
  const last = sent.at(-1)
  if (last === undefined) return false
  return isNearMiss(last) ? answers.isDeleted(last) : last.action === 'retrieve' && isGone(last)
}

function isNearMiss({ purpose }: Answered): boolean {
  return purpose === 'negative'
}

/** Expects that near-misses are refused, that the file is there after each, and that it can be deleted. */
export function judgeNearMisses(
  sent: readonly Answered[],
  { answers }: JudgeContext,
): readonly Violation[] {
  const isRead = sent.some(({ action }) => action === 'retrieve')
  return sent.flatMap((answer, at) => {
    if (isNearMiss(answer)) return answers.expectRefused(answer)
    if (answer.action === 'retrieve') {
      const nearMiss = sent.slice(0, at).findLast(isNearMiss) ?? answer
      return expectThere(answer).map(causedBy(spellingOf(nearMiss)))
    }
    // The reads have shown whether the file was there.
    return answers
      .expectDeleted(answer)
      .filter(({ blockedBy }) => !isRead || blockedBy === undefined)
  })
}

/** Expects a deletion that names the plain id, if the document says that it names one and it does. */
function expectDeletedAndNamed(
  answer: Answered,
  { contract, answers }: JudgeContext,
): readonly Violation[] {
  const violations = answers.expectDeleted(answer)
  const isNamed = contract.describesAnswer(answer, { property: 'id' })
  const named = isNamed ? bodyProperty(answer, 'id') : undefined
  if (violations.length > 0 || typeof named !== 'string') return violations
  const { target } = answer.request
  const id = idOf(target.slice(target.lastIndexOf('/') + 1))
  return answers.beyondUsual(answer, 'deleted', expectProperty(answer, 'id', id))
}

/** Spellings of an id that mean the same (RFC 3986 §6.2.2.1, §6.2.2.2). */
const ENCODINGS: readonly ((id: string) => string)[] = [
  (id) => encoded(id).toUpperCase(),
  encoded,
  (id) => [...id].map((one, at) => (at % 2 === 0 ? encoded(one) : segmentOf(one))).join(''),
]

/** Encodes all characters of an id, in lower-case hexadecimal digits. */
function encoded(id: string): string {
  return Buffer.from(id).toString('hex').replaceAll(/../g, '%$&')
}
