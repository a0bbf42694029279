import { type Contract, documented, rfc } from '../model/contract.ts'
import type { Answered } from '../model/exchange.ts'
import { segmentOf } from '../model/path-segment.ts'
import { unexpectedStatus } from '../model/reads.ts'
import { type Family, forEach, invariant, property, requirement } from '../model/requirement.ts'
import { bodyProperty, quote, type Violation } from '../model/violation.ts'
import { badUtf8Segment, malformedSegment, malformedSpellings } from './arbitraries/ids.ts'
import { hasDeleted, judgeNearMisses, sendNearMisses } from './identity.ts'

export const invalid: Family = {
  name: 'invalid',
  subject: 'the answer to a malformed id',
  requirements: [
    property({
      id: 'invalid/malformed-id',
      level: 'MUST',
      form: true,
      title: 'answers a malformed id as invalid, or as a file that is not there',
      why: 'Broken scripts and scanners send control characters and ids of many kilobytes. Answered with 500, they wake the people on call for a mistake of the caller, whose client tries again.',
      source: documented('invalid'),
      share: 0.7,
      arbitrary: malformedSegment,
      probe: async ({ send }, segment) => [await send.deleteSegment(segment)],
      judge: ([answer], { answers }) =>
        answers.expectStatus(answer, 'unknown', 'not-found', 'invalid'),
    }),
    property({
      id: 'invalid/bad-utf-8',
      level: 'SHOULD',
      form: true,
      title: 'answers an id that is no UTF-8 as invalid, or as a file that is not there',
      why: 'Frameworks either throw on octets that are no text, or replace each by U+FFFD, so that many spellings fall together into one id. Neither tells the caller what was wrong.',
      source: rfc(3986, '2.5'),
      role: 'invalid',
      // There are seven such sequences.
      share: 0.3,
      arbitrary: badUtf8Segment,
      probe: async ({ send }, segment) => [await send.negative(segment)],
      judge: ([answer], { answers }) =>
        answers.expectStatus(answer, 'unknown', 'not-found', 'invalid'),
    }),
    forEach({
      id: 'invalid/bad-percent',
      level: 'SHOULD',
      title: 'refuses a broken percent-encoding',
      why: 'A name with a percent sign, pasted into a URL as it is, makes such a path. A published mock server ends its process on one: a single request, and nobody is served.',
      source: rfc(3986, '2.1'),
      values: () => ['%', '%4', '%zz', '%u0041', '%%30'],
      probe: async ({ send, runId }, broken) => [await send.negative(runId + broken)],
      judge: ([answer], { answers }) =>
        answers.beyondUsual(answer, 'unknown', expectClientError(answer)),
    }),
    requirement({
      id: 'invalid/changes-nothing',
      level: 'MUST',
      title: 'keeps the file when a malformed spelling of its id is deleted',
      why: 'A server that cuts ids at a NUL or a line end removes a real file on a request that it should refuse. Whoever sent it was told of an error, and looks for the loss elsewhere.',
      source: documented('deleted'),
      needs: ['resource'],
      probe: async (tools) => {
        const { id } = await tools.files.create()
        const sent = await sendNearMisses(tools, id, malformedSpellings(segmentOf(id)))
        return hasDeleted(sent, tools) ? sent : [...sent, await tools.send.delete(id)]
      },
      judge: judgeNearMisses,
    }),
    invariant({
      id: 'invalid/body',
      level: 'MUST',
      form: true,
      title: 'answers that an id is invalid with the documented body',
      why: 'Forms and SDKs walk through the items of the error. A list of another shape, as gateways in front of a server like to make, breaks them at the very place where they explain errors.',
      source: documented('invalid', 'properties'),
      part: 'body',
      judge: (answer, contract) => contract.formViolations(answer),
    }),
    invariant({
      id: 'invalid/location',
      level: 'SHOULD',
      title: 'names the path parameter when it answers that an id is invalid',
      why: "Programs show an error beside the argument that it names. Without the parameter's name, users search a body that a deletion does not have.",
      source: documented('invalid', 'properties', 'detail', 'items', 'properties', 'loc'),
      property: 'detail',
      judge: locationViolations,
    }),
  ],
}

function expectClientError(exchange: Answered): readonly Violation[] {
  const isClientError = Math.floor(exchange.response.status / 100) === 4
  return isClientError ? [] : unexpectedStatus(exchange, 'a client error, 4xx')
}

function locationViolations(exchange: Answered, contract: Contract): readonly Violation[] {
  // What is no list of items is told by the requirement on the body.
  if (contract.bodyViolations(exchange).length > 0) return []
  const { parameter } = contract
  const detail = bodyProperty(exchange, 'detail')
  const locations = (Array.isArray(detail) ? detail : []).map((item: unknown) =>
    typeof item === 'object' && item !== null && 'loc' in item ? item.loc : undefined,
  )
  if (locations.some((loc) => Array.isArray(loc) && loc.includes(parameter))) return []
  return [
    {
      exchange,
      where: '/body/detail',
      expected: `an item whose "loc" holds ${quote(parameter)}`,
      received: quote(locations),
    },
  ]
}
