import { anyFile, fileOf } from '../fixtures/file-contents.ts'
import type { Contract } from '../model/contract.ts'
import type { Answered } from '../model/exchange.ts'
import { expectProperty } from '../model/expectation.ts'
import { type Family, property, requirement, watch } from '../model/requirement.ts'
import { documented } from '../model/source.ts'

const answeredDeleted = ({ response }: Answered, contract: Contract) =>
  response.status === contract.statusOf('deleted')

export const deleted: Family = {
  name: 'deleted',
  subject: 'the answer to the deletion of a file that is there',
  requirements: [
    requirement({
      id: 'deleted/status',
      level: 'MUST',
      title: 'answers with the documented success when the file is there',
      source: documented('deleted'),
      role: 'deleted',
      needs: ['file'],
      probe: async ({ files, send }) => {
        const file = await files.create()
        return [await send.delete(file.id)]
      },
      judge: ([answer], contract) => contract.statusViolations(answer as Answered, 'deleted'),
    }),
    watch({
      id: 'deleted/body',
      level: 'MUST',
      title: 'answers a deletion with the documented body',
      source: documented('deleted', 'required'),
      role: 'deleted',
      watches: 'family',
      concerns: answeredDeleted,
      judge: (answer, contract) => contract.bodyViolations(answer),
    }),
    watch({
      id: 'deleted/media-type',
      level: 'MUST',
      title: 'answers a deletion with the documented media type',
      source: documented('deleted'),
      role: 'deleted',
      watches: 'family',
      concerns: answeredDeleted,
      judge: (answer, contract) => contract.mediaTypeViolations(answer),
    }),
    watch({
      id: 'deleted/id',
      level: 'MUST',
      title: 'names the id that it was asked to delete',
      source: documented('deleted', 'properties', 'id'),
      role: 'deleted',
      property: 'id',
      watches: 'family',
      concerns: answeredDeleted,
      judge: (answer) => expectProperty(answer, 'id', answer.id),
    }),
    watch({
      id: 'deleted/flag',
      level: 'MUST',
      title: 'says that the file was deleted',
      source: documented('deleted', 'properties', 'deleted'),
      role: 'deleted',
      property: 'deleted',
      watches: 'family',
      concerns: answeredDeleted,
      judge: (answer) => expectProperty(answer, 'deleted', true),
    }),
    property({
      id: 'deleted/any-file',
      level: 'MUST',
      title: 'deletes a file of any name, size and content',
      source: documented('deleted'),
      role: 'deleted',
      needs: ['upload'],
      arbitrary: anyFile,
      probe: async ({ files, send }, recipe) => {
        const file = await files.create(fileOf(recipe))
        return [await send.delete(file.id)]
      },
      judge: ([answer], contract) => contract.violations(answer as Answered, 'deleted'),
    }),
  ],
}
