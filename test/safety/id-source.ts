import { type Draw, stream } from './draw.ts'

/** The part of a new file that its id may follow from. */
export interface IssuedFile {
  readonly filename: string
  readonly content: Uint8Array
}

/** Whether time has passed on the server since it issued the id before. */
type Instant = 'new' | 'same'

/** The ids of one server, in the order in which it issues them. */
interface IdSource {
  /** Issues the next id; a file of its own is made up where none is given. */
  next(file?: IssuedFile, instant?: Instant): string
  /** Issues ids in one instant, as for uploads that come in at once: for so many files, or for these. */
  burst(files: number | readonly IssuedFile[]): string[]
}

/** A way in which servers make ids. */
export interface IdScheme {
  readonly name: string
  /** Says what a server that uses it does. */
  readonly does: string
  /** Starts a server at a moment and with random choices that follow from the seed. */
  open(seed: number): IdSource
}

/** Makes one id. */
export type Issue = (issued: Issued) => string

/** The facts that an id is made from. */
interface Issued {
  readonly file: IssuedFile
  /** Milliseconds since the Unix epoch, by a clock that only this source advances. */
  readonly now: number
}

/** 1 March 2026, when these servers start. */
const START_MS = Date.UTC(2026, 2, 1)
const YEAR_MS = 365 * 24 * 60 * 60 * 1000
/** Longest time between two ids that are not of one instant: on a busy server, a few milliseconds. */
const PAUSE_MS = 5

/**
 * Describes a scheme by how it makes one id.
 *
 * @param begin - starts the server: draws its constants, sets its counters
 */
export function scheme(name: string, does: string, begin: (draw: Draw) => Issue): IdScheme {
  return { name, does, open: (seed) => sourceOf(begin, seed) }
}

function sourceOf(begin: (draw: Draw) => Issue, seed: number): IdSource {
  const draw = stream(seed)
  const issue = begin(draw)
  let now = START_MS + draw.below(YEAR_MS)
  let count = 0
  const next = (file?: IssuedFile, instant: Instant = 'new') => {
    count += 1
    if (instant === 'new') now += 1 + draw.below(PAUSE_MS)
    return issue({ file: file ?? madeUpFile(count), now })
  }
  return {
    next,
    burst: (files) => {
      const given = typeof files === 'number' ? Array(files).fill(undefined) : files
      return given.map((file, at) => next(file, at === 0 ? 'new' : 'same'))
    },
  }
}

/**
 * Wraps the maker of random ids that are short enough to come up twice: as a server does that looks
 * whether an id is taken, it draws until one is new.
 */
export function withoutRepetition(issue: Issue): Issue {
  const taken = new Set<string>()
  return (issued) => {
    let id = issue(issued)
    while (taken.has(id)) id = issue(issued)
    taken.add(id)
    return id
  }
}

function madeUpFile(count: number): IssuedFile {
  return { filename: `upload-${count}.jsonl`, content: Buffer.from(`{"line":${count}}\n`) }
}
