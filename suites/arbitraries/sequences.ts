import fc, { type Arbitrary } from 'fast-check'
import type { GenerationFacts } from '../../model/requirement.ts'

/** One step of a sequence; `file` chooses among the files that were uploaded so far, live or dead. */
export type Operation =
  | { readonly do: 'upload' | 'delete-unknown' | 'list' }
  | { readonly do: 'delete' | 'retrieve'; readonly file: number }

/** Most files of one sequence. */
const MAX_FILES = 3

/** Generates sequences of uploads, deletions and, if the target offers them, reads. */
export function sequences({ offers }: GenerationFacts): Arbitrary<readonly Operation[]> {
  const file = fc.nat({ max: MAX_FILES - 1 })
  const operation: Arbitrary<Operation> = fc.oneof(
    { weight: 3, arbitrary: fc.constant<Operation>({ do: 'upload' }) },
    { weight: 4, arbitrary: fc.record({ do: fc.constant('delete' as const), file }) },
    { weight: 1, arbitrary: fc.constant<Operation>({ do: 'delete-unknown' }) },
    ...(offers.has('retrieve')
      ? [{ weight: 3, arbitrary: fc.record({ do: fc.constant('retrieve' as const), file }) }]
      : []),
    ...(offers.has('list')
      ? [{ weight: 1, arbitrary: fc.constant<Operation>({ do: 'list' }) }]
      : []),
  )
  // Nothing can be done before there is a file.
  return fc
    .array(operation, { minLength: 1, maxLength: 10, size: 'max' })
    .map((operations) => [{ do: 'upload' }, ...operations])
}

/** Files that a server should hold after some operations. */
export interface Shelf {
  /** Uploaded files, oldest first. */
  readonly files: readonly { readonly id: string; readonly live: boolean }[]
}

export const EMPTY_SHELF: Shelf = { files: [] }

export function isFull({ files }: Shelf): boolean {
  return files.length === MAX_FILES
}

export function shelved({ files }: Shelf, id: string): Shelf {
  return { files: [...files, { id, live: true }] }
}

export function taken({ files }: Shelf, id: string): Shelf {
  return { files: files.map((file) => (file.id === id ? { id, live: false } : file)) }
}

/** Finds the file that an operation means; undefined if there is none yet. */
export function fileFor({ files }: Shelf, operation: Operation) {
  if (!('file' in operation) || files.length === 0) return undefined
  return files[operation.file % files.length]
}
