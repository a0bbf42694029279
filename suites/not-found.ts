import { documented } from '../model/contract.ts'
import { type Family, forEach, invariant, property, requirement } from '../model/requirement.ts'
import { anyId } from './arbitraries/ids.ts'
import { oddNames } from './arbitraries/odd-names.ts'

export const notFound: Family = {
  name: 'not-found',
  subject: 'the answer where there is no such file',
  requirements: [
    invariant({
      id: 'not-found/media-type',
      level: 'MUST',
      form: true,
      title: 'answers for a missing file with the documented media type',
      why: 'Labelled as text or HTML, the error is not parsed: callers see a failure of unknown kind, and cannot tell a missing file from an outage of the server.',
      source: documented('not-found'),
      part: 'media-type',
      scope: 'family',
      judge: (answer, contract) => contract.mediaTypeViolations(answer),
    }),
    invariant({
      id: 'not-found/body',
      level: 'MUST',
      form: true,
      title: 'answers for a missing file with the documented body',
      why: "SDKs build their exception from the error's message and type. The default body of a web framework holds neither, and users are left with an exception that says nothing.",
      source: documented('not-found', 'required'),
      part: 'body',
      scope: 'family',
      judge: (answer, contract) => contract.bodyViolations(answer),
    }),
    forEach({
      id: 'not-found/never-issued',
      level: 'MUST',
      title: 'answers that there is no such file when the id was never issued',
      why: 'Some servers confirm the deletion of any id whatever. A job with a stale or misspelt list then reports that all is deleted, while the files that it meant stay where they are.',
      source: documented('not-found'),
      values: ({ neverIssuedId }) => [neverIssuedId(0), neverIssuedId(1), neverIssuedId(2)],
      probe: async ({ send }, { id }) => [await send.delete(id)],
      judge: ([answer], { contract }, { shaped }) =>
        contract.statusViolations(answer, 'not-found', ...(shaped ? [] : (['invalid'] as const))),
    }),
    requirement({
      id: 'not-found/already-deleted',
      level: 'MUST',
      title: 'answers that there is no such file when it was deleted before',
      why: 'Answers get lost, and people and queues then delete again: 404 tells them that it is done. A 500 has SDKs send it twice more, and a second success hides that two jobs did the same work.',
      source: documented('not-found'),
      needs: ['resource'],
      probe: async ({ files, send }) => {
        const { id } = await files.create()
        return [await send.delete(id), await send.delete(id)]
      },
      judge: ([, again], { contract, answers }) =>
        contract
          .statusViolations(again, 'not-found')
          .filter((one) => answers.judgedBy(one) !== 'not-found/never-issued'),
    }),
    property({
      id: 'not-found/any-string',
      level: 'MUST',
      form: true,
      title: 'answers that there is no such file, or that the id is invalid, whatever the id',
      why: "Ids come out of forms, logs and other people's scripts, so that any text arrives one day. A lookup that some text crashes is an outage that one caller can cause for all.",
      source: documented('not-found'),
      // The names that are known to break programs are sent beside these.
      share: 0.7,
      arbitrary: anyId,
      probe: async ({ send }, id) => [await send.delete(id)],
      judge: ([answer], { answers }) =>
        answers.expectStatus(answer, 'unknown', 'not-found', 'invalid'),
    }),
    forEach({
      id: 'not-found/odd-name',
      level: 'MUST',
      form: true,
      title:
        'answers that there is no such file, or that the id is invalid, to names that break programs',
      why: 'Every JavaScript object has a constructor, None is a word of Python, a quote ends a string of SQL. Such names find what is no file, or fail in the database instead of the handler.',
      source: documented('not-found'),
      values: oddNames,
      probe: async ({ send }, { id }) => [await send.delete(id)],
      judge: ([answer], { answers }) =>
        answers.expectStatus(answer, 'unknown', 'not-found', 'invalid'),
    }),
  ],
}
