import { UsageError } from '../model/errors.ts'
import type { UploadChoices } from '../model/resource.ts'
import { openAiFiles } from '../resources/openai-files.ts'
import { functionProvider, idsProvider, type MakeFile, noProvider } from '../resources/provided.ts'
import type { ResourceProvider } from '../resources/provider.ts'
import { checked, refused } from '../settings/check.ts'
import { texts } from '../settings/kinds.ts'

/**
 * Source of files to delete:
 * - `upload` uploads them with `POST` to the collection
 * - `none` has none; a requirement that needs one is inconclusive
 * - `{ ids }` names files that exist and may be deleted, each used once
 * - a function makes a file that may be deleted, and gives its id; if it throws, the report shows the message
 */
export type Files = 'upload' | 'none' | { readonly ids: readonly string[] } | MakeFile

const ACCEPTED = "'upload', 'none', { ids: [...] } or a function that makes a file"

/**
 * Makes the resource provider that the option `files` names.
 *
 * @param upload - what the user has chosen of uploads
 * @throws UsageError if it names none
 */
export function providerOf(
  files: Files = 'upload',
  upload: UploadChoices | undefined = undefined,
): ResourceProvider {
  if (files === 'upload') return openAiFiles(upload)
  if (files === 'none') return noProvider()
  if (typeof files === 'function') return functionProvider(files)
  const given: unknown = typeof files === 'object' ? files?.ids : undefined
  if (!Array.isArray(given)) throw refused('files', files, ACCEPTED)
  const ids = checked('files.ids', texts('<id>'), given) ?? []
  return idsProvider(undefined, checkedIds('files.ids', ids, 'a list of one or more'))
}

/**
 * Checks provided ids.
 *
 * @param option - option that gives them, for messages
 * @throws UsageError if there is none, or one is listed twice
 */
export function checkedIds(
  option: string,
  ids: readonly string[],
  accepted: string,
): readonly string[] {
  if (ids.length === 0) throw new UsageError(`${option}: found no id; accepted is ${accepted}`)
  const twice = ids.find((id, at) => ids.indexOf(id) !== at)
  if (twice === undefined) return ids
  throw new UsageError(
    `${option}: the id ${JSON.stringify(twice)} is listed twice; each can be deleted once`,
  )
}
