import fc, { type Arbitrary } from 'fast-check'
import type { GenerationFacts } from '../../model/requirement.ts'
import { type FileRead, type Read, readsOf } from './reads.ts'

/** One step of a sequence; `file` chooses among the files that were uploaded so far, live or dead. */
export type Operation =
  | { readonly do: 'upload'; readonly by: Account; readonly like: Like; readonly file: number }
  | { readonly do: 'delete'; readonly by: 'owner' | 'stranger'; readonly file: number }
  | { readonly do: 'read'; readonly read: FileRead; readonly file: number }
  | { readonly do: 'list'; readonly by: Account; readonly filter?: string }
  | { readonly do: 'delete-unknown' }

export type Account = 'first' | 'second'

/** Parts that a new file has in common with an earlier one. */
type Like = 'nothing' | 'name' | 'content' | 'both'

/** Most files of one sequence, and of those the ones that are there at once. */
const MAX_FILES = 5
export const MAX_LIVE = 3

/** Ways to read that sequences are made of: others are kept apart by few servers. */
const HOWS: readonly string[] = ['plain', 'head', 'range', 'unless-match']

/** Generates sequences of uploads, deletions and, if the target offers them, reads. */
export function sequences(facts: GenerationFacts): Arbitrary<readonly Operation[]> {
  const steps = stepsOf(facts)
  const mixed = fc.array(fc.oneof(...steps.any), { minLength: 1, maxLength: 12, size: 'max' })
  // Nothing can be done before there is a file.
  return fc
    .oneof({ weight: 3, arbitrary: twoLives(steps) }, { weight: 1, arbitrary: mixed })
    .map((operations) => [UPLOAD, ...operations])
}

const UPLOAD: Operation = { do: 'upload', by: 'first', like: 'nothing', file: 0 }

type Steps = ReturnType<typeof stepsOf>

/** Makes arbitraries of single steps, as far as the target offers what they take. */
function stepsOf(facts: GenerationFacts) {
  const { offers, idsGuessable, smallIsOwn } = facts
  const hasSecond = offers.has('second-account') && !idsGuessable
  const by: Arbitrary<Account> = hasSecond
    ? fc.constantFrom('first', 'first', 'first', 'second')
    : fc.constant('first')
  const like: Arbitrary<Like> = smallIsOwn
    ? fc.constantFrom('nothing', 'name', 'content', 'both')
    : fc.constant('nothing')
  const reads = readsOf(facts)
  const fileReads = reads.filter(isFileRead).filter(({ how }) => HOWS.includes(how))
  const lists = reads.flatMap((read) => (read.of === 'list' ? [read] : []))
  const anyFile = fc.nat({ max: MAX_FILES - 1 })
  const upload = (file: Arbitrary<number>): Arbitrary<Operation> =>
    fc.record({ do: fc.constant('upload' as const), by, like, file })
  const deletion = (file: Arbitrary<number>): Arbitrary<Operation> =>
    fc.record({ do: fc.constant('delete' as const), by: fc.constant('owner' as const), file })
  const readOf =
    (file: number) =>
    (read: FileRead): Operation => ({ do: 'read', read, file })
  const list = lists.map(({ filter }) =>
    by.map((account): Operation => {
      return { do: 'list', by: account, ...(filter !== undefined && { filter }) }
    }),
  )
  const fileRead = fileReads.map((read) => anyFile.map((file) => readOf(file)(read)))
  const unknown = fc.constant<Operation>({ do: 'delete-unknown' })
  return {
    any: [
      { weight: 3, arbitrary: upload(anyFile) },
      { weight: 4, arbitrary: deletion(anyFile) },
      { weight: 1, arbitrary: unknown },
      ...(hasSecond
        ? [
            {
              weight: 1,
              arbitrary: anyFile.map((file): Operation => ({ do: 'delete', by: 'stranger', file })),
            },
          ]
        : []),
      ...(fileRead.length > 0 ? [{ weight: 4, arbitrary: fc.oneof(...fileRead) }] : []),
      ...(list.length > 0 ? [{ weight: 1, arbitrary: fc.oneof(...list) }] : []),
    ],
    upload,
    deletion,
    stranger: (file: number) =>
      hasSecond
        ? sometimes(fc.constant<Operation>({ do: 'delete', by: 'stranger', file }))
        : fc.constant([]),
    lists: list.length > 0 ? fc.array(fc.oneof(...list), { maxLength: 1 }) : fc.constant([]),
    /** Reads of a file: plain ones with these odds, and half as likely in each other way. */
    reads(file: number, odds: number): Arbitrary<readonly Operation[]> {
      const each = fileReads.map((read) =>
        withOdds(read.how === 'plain' ? odds : odds / 2, fc.constant(readOf(file)(read))),
      )
      return fc.tuple(...each).map((taken) => taken.flat())
    },
    plainReads(file: number): Arbitrary<readonly Operation[]> {
      const plain = fileReads.filter(({ how }) => how === 'plain')
      const each = plain.map((read) => often(fc.constant(readOf(file)(read))))
      return fc.tuple(...each).map((taken) => taken.flat())
    },
  }
}

/**
 * Makes the lives of two files, the second of which is like the first: caches, indices and counters that go by
 * names or contents show their faults when a file follows one that was read and deleted.
 */
function twoLives({ upload, deletion, stranger, lists, reads, plainReads }: Steps) {
  const [first, second] = [fc.constant(0), fc.constant(1)]
  return fc
    .tuple(
      reads(0, 2),
      lists,
      stranger(0),
      often(deletion(first)),
      sometimes(deletion(first)),
      plainReads(0),
      often(upload(first)),
      sometimes(upload(first)),
      reads(1, 1),
      sometimes(deletion(first)),
      plainReads(1),
      often(deletion(second)),
      plainReads(1),
      lists,
    )
    .map((phases) => phases.flat())
}

/** Takes a step in four of five cases; shrinks to none. */
function often<T>(step: Arbitrary<T>): Arbitrary<readonly T[]> {
  return withOdds(4, step)
}

/** Takes a step in two of five cases; shrinks to none. */
function sometimes<T>(step: Arbitrary<T>): Arbitrary<readonly T[]> {
  return withOdds(2 / 3, step)
}

function withOdds<T>(odds: number, step: Arbitrary<T>): Arbitrary<readonly T[]> {
  return fc.oneof(
    { withCrossShrink: true },
    { weight: 12, arbitrary: fc.constant([]) },
    { weight: 12 * odds, arbitrary: step.map((one) => [one]) },
  )
}

function isFileRead(read: Read): read is FileRead {
  return read.of !== 'list'
}

/** Files that a server should hold after some operations, oldest first. */
export interface Shelf {
  readonly files: readonly ShelvedFile[]
}

interface ShelvedFile {
  readonly id: string
  readonly by: Account
  /** Numbers of the words that its name and its content are made of. */
  readonly name: number
  readonly content: number
  readonly live: boolean
}

export const EMPTY_SHELF: Shelf = { files: [] }

export function isFull({ files }: Shelf): boolean {
  return files.length === MAX_FILES || files.filter(({ live }) => live).length === MAX_LIVE
}

/** Numbers the words of a new file: new ones, or those of the file that it is to be like. */
export function wordsOf(
  shelf: Shelf,
  { like, file }: Extract<Operation, { readonly do: 'upload' }>,
): Pick<ShelvedFile, 'name' | 'content'> {
  const { files } = shelf
  const other = files[file % Math.max(1, files.length)]
  const fresh = files.length
  return {
    name: other && (like === 'name' || like === 'both') ? other.name : fresh,
    content: other && (like === 'content' || like === 'both') ? other.content : fresh,
  }
}

/** Adds a file; ids may follow from names or contents, and be those of an earlier one. */
export function shelved({ files }: Shelf, file: Omit<ShelvedFile, 'live'>): Shelf {
  return { files: [...files.filter(({ id }) => id !== file.id), { ...file, live: true }] }
}

export function taken({ files }: Shelf, id: string): Shelf {
  return { files: files.map((file) => (file.id === id ? { ...file, live: false } : file)) }
}

/** Finds the file that an operation means; undefined if there is none yet. */
export function fileFor({ files }: Shelf, { file }: { readonly file: number }) {
  return files[file % Math.max(1, files.length)]
}
