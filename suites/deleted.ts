import { documented } from '../model/contract.ts'
import { type Family, invariant, property, requirement } from '../model/requirement.ts'
import { causedBy, expectProperty } from '../model/violation.ts'
import { anyFile, fileOf } from './arbitraries/files.ts'

/** Names the cause of violations that show a file which cannot be deleted. */
export const NOT_DELETED = 'a file that is not deleted'

export const deleted: Family = {
  name: 'deleted',
  subject: 'the answer to the deletion of a file that is there',
  requirements: [
    requirement({
      id: 'deleted/status',
      level: 'MUST',
      title: 'answers with the documented success when the file is there',
      why: 'Clients look at the status first. A 204 or a 202 sends generated clients into their error path although the file is gone, and a second try, answered 404, confirms them in it.',
      source: documented('deleted'),
      needs: ['resource'],
      probe: async ({ files, send }) => {
        const { id } = await files.create()
        return [await send.delete(id)]
      },
      judge: ([answer], { contract }) => contract.statusViolations(answer, 'deleted'),
    }),
    invariant({
      id: 'deleted/media-type',
      level: 'MUST',
      form: true,
      title: 'answers a deletion with the documented media type',
      why: 'Generated clients choose their decoder by Content-Type. The right body under text/plain arrives as a string, in which neither id nor flag can be found.',
      source: documented('deleted'),
      part: 'media-type',
      scope: 'family',
      judge: (answer, contract) => contract.mediaTypeViolations(answer),
    }),
    invariant({
      id: 'deleted/body',
      level: 'MUST',
      form: true,
      title: 'answers a deletion with the documented body',
      why: 'Typed clients decode the confirmation into fields. A file object in its place, or keys in another case, gives them empty values and no error, so that they work on with nothing.',
      source: documented('deleted', 'required'),
      part: 'body',
      scope: 'family',
      judge: (answer, contract) => contract.bodyViolations(answer),
    }),
    invariant({
      id: 'deleted/id',
      level: 'MUST',
      form: true,
      title: 'names the id that it was asked to delete',
      why: 'Cleanup jobs strike off their lists what the answer names. With a constant id, or one rewritten to another form, they strike off the wrong file or ask for the same one for ever.',
      source: documented('deleted', 'properties', 'id'),
      property: 'id',
      scope: 'family',
      judge: (answer) => expectProperty(answer, 'id', answer.id),
    }),
    invariant({
      id: 'deleted/flag',
      level: 'MUST',
      form: true,
      title: 'says that the file was deleted',
      why: 'A false flag beside a success is valid by schema, and some servers send it where nothing was there. Whoever trusts the status and whoever trusts the flag then believe opposite things.',
      source: documented('deleted', 'properties', 'deleted'),
      property: 'deleted',
      scope: 'family',
      judge: (answer) => expectProperty(answer, 'deleted', true),
    }),
    property({
      id: 'deleted/any-file',
      level: 'MUST',
      title: 'deletes a file of any name, size and content',
      why: 'Empty files, names with quotes or emoji, content larger than a buffer: users upload all of it. What cannot be deleted stays on the bill and outlives the date until which it may be kept.',
      source: documented('deleted'),
      needs: ['content-choice'],
      // `effect/any-file` draws from the same files.
      share: 0.3,
      arbitrary: anyFile,
      probe: async ({ files, send, runId }, recipe) => {
        const { id } = await files.create(fileOf(recipe, runId))
        return [await send.delete(id)]
      },
      judge: ([answer], { answers }) =>
        answers.expectDocumented(answer, 'deleted', 'deleted').map(causedBy(NOT_DELETED)),
    }),
  ],
}
