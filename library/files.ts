import { openAiFiles } from '../resources/openai-files.ts'
import { functionProvider, idsProvider, type MakeFile, noProvider } from '../resources/provided.ts'
import type { ResourceProvider } from '../resources/provider.ts'
import { checkedIds, listOf, refused } from './choices.ts'

/**
 * Where files to delete come from:
 * - `upload`: uploaded with `POST` to the collection
 * - `none`: there are none, and what needs one is inconclusive
 * - `{ ids }`: files that are there and may be deleted, each used once
 * - a function: makes a file that may be deleted and gives its id; the message of what it throws goes
 *   into the report
 */
export type Files = 'upload' | 'none' | { readonly ids: readonly string[] } | MakeFile

const ACCEPTED = "'upload', 'none', { ids: [...] } or a function that makes a file"

const isId = (id: unknown) => typeof id === 'string' && id !== ''

/**
 * The resource provider that the option `files` names.
 *
 * @throws UsageError if it names none
 */
export function providerOf(files: Files = 'upload'): ResourceProvider {
  if (files === 'upload') return openAiFiles()
  if (files === 'none') return noProvider()
  if (typeof files === 'function') return functionProvider(files)
  const ids: unknown = typeof files === 'object' ? files?.ids : undefined
  if (!Array.isArray(ids)) {
    throw refused('files', files, ACCEPTED)
  }
  const checked = listOf<string>('files.ids', ids, isId, 'ids, each as text')
  return idsProvider(undefined, checkedIds('files.ids', checked, 'a list of one or more'))
}
