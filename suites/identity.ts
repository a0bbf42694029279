import { isAnotherId, lookAlikes, needsAnother, spelled } from '../fixtures/look-alikes.ts'
import type { Answered } from '../model/exchange.ts'
import { segmentOf } from '../model/path-segment.ts'
import { expectRefused } from '../model/reads.ts'
import { type Family, forEach, property, requirement } from '../model/requirement.ts'
import { documented, rfc } from '../model/source.ts'

export const identity: Family = {
  name: 'identity',
  subject: 'which file an id means',
  requirements: [
    property({
      id: 'identity/look-alike',
      level: 'MUST',
      title: 'refuses ids that merely resemble one, and keeps the file',
      why: 'Lookups that fold case, trim, match patterns or decode twice reach files that the caller did not name: a slip of the pen deletes a file instead of failing, and guessing gets cheap.',
      source: documented('deleted', 'properties', 'id'),
      role: 'deleted',
      needs: ['file', 'upload'],
      arbitrary: lookAlikes,
      // Many odd ids against one file and one look whether it lives: shrinking finds the one.
      probe: async ({ files, send, mark }, resembling) => {
        const { id } = await files.create()
        const other = needsAnother(resembling) ? (await files.create()).id : ''
        const answers = []
        for (const lookAlike of resembling) {
          const segment = spelled(lookAlike, { id, other, mark })
          if (isAnotherId(segment, id) && send.allows(segment)) {
            answers.push(await send.deleteSegment(segment, { purpose: 'stray' }))
          }
        }
        if (other !== '') answers.push(await send.delete(other))
        return [...answers, await send.delete(id)]
      },
      judge: (exchanges, contract) => [
        ...exchanges.filter(({ purpose }) => purpose === 'stray').flatMap(expectRefused),
        ...exchanges
          .filter(({ purpose }) => purpose === 'operation')
          .flatMap((deletion) => contract.statusViolations(deletion, 'deleted')),
      ],
    }),
    forEach({
      id: 'identity/id-elsewhere',
      level: 'MUST',
      title: 'deletes the file that the path names, whatever query and body name',
      why: 'Gateways check rights and write their logs by the path. Where the handler prefers an id in query or body, the file that was checked and logged is not the one that is gone.',
      source: rfc(9110, '9.3.5'),
      role: 'deleted',
      needs: ['file'],
      values: () => ['query', 'body'] as const,
      probe: async ({ files, send, mark }, place) => {
        const { id } = await files.create()
        const encoded = segmentOf(id)
        const refused = await send.delete(mark, {
          purpose: 'stray',
          ...(place === 'query'
            ? { query: `file_id=${encoded}&id=${encoded}&file=${encoded}` }
            : {
                body: JSON.stringify({ file_id: id, id, ids: [id] }),
                headers: [['content-type', 'application/json']],
              }),
        })
        return [refused, await send.delete(id)]
      },
      judge: ([refused, deletion], contract) => [
        ...expectRefused(refused as Answered),
        ...contract.statusViolations(deletion as Answered, 'deleted'),
      ],
    }),
    forEach({
      id: 'identity/no-id',
      level: 'MUST',
      title: 'refuses a deletion without an id, and keeps all files',
      why: "An unset variable is an empty id, and SDKs in wide use then send the bare path. A server that joins the id to its folder removes the folder itself, with everybody's files.",
      source: documented('deleted', 'properties', 'id'),
      role: 'deleted',
      needs: ['file', 'disposable'],
      values: () => ['', '.', '..', '%2E', '%2E%2E', '*', '%25', '%20', '%00'],
      probe: async ({ files, send }, segment) => {
        const { id } = await files.create()
        return [await send.deleteSegment(segment, { purpose: 'stray' }), await send.delete(id)]
      },
      judge: ([refused, deletion], contract) => [
        ...expectRefused(refused as Answered),
        ...contract.statusViolations(deletion as Answered, 'deleted'),
      ],
    }),
    requirement({
      id: 'identity/percent-encoded',
      level: 'SHOULD',
      title: 'deletes the file when its id is percent-encoded throughout',
      why: 'Clients and proxies may encode more than they must, and it means the same. A router that compares undecoded text says 404 of a living file, and the cleanup job ticks it off.',
      source: rfc(3986, '6.2.2.2'),
      role: 'deleted',
      needs: ['file'],
      probe: async ({ files, send }) => {
        const { id } = await files.create()
        return [await send.deleteSegment(encodedThroughout(id), { purpose: 'stray' })]
      },
      judge: ([answer], contract) => contract.statusViolations(answer as Answered, 'deleted'),
    }),
    requirement({
      id: 'identity/encoded-slash',
      level: 'SHOULD',
      title: 'takes an encoded slash for a part of the id',
      why: 'Web frameworks often decode before they route, and answer from the router, with another body than the documented one. Clients fail on it, and ids with a slash can never be deleted.',
      source: rfc(3986, '2.2'),
      role: 'not-found',
      probe: async ({ send, mark }) => [
        await send.deleteSegment(`${mark}%2F${mark}`, { purpose: 'stray' }),
      ],
      judge: ([answer], contract) =>
        contract.violations(answer as Answered, 'not-found', 'invalid').map((violation) => ({
          ...violation,
          expected: `${violation.expected}, from the operation: this is the answer of a router that took the encoded slash for a separator`,
        })),
    }),
  ],
}

function encodedThroughout(id: string): string {
  return [...new TextEncoder().encode(id)]
    .map((octet) => `%${octet.toString(16).toUpperCase().padStart(2, '0')}`)
    .join('')
}
