import fc, { type Arbitrary } from 'fast-check'
import type { GenerationFacts } from '../../model/requirement.ts'
import type { FileToUpload } from '../../model/resource.ts'
import { anyText } from './text.ts'

/** Recipe of a file, short enough for a report. */
interface FileRecipe {
  /** Name, or a word of which the target's upload form makes one. */
  readonly filename: string
  readonly bytes: number
  /** Source of the octets; no two cases have the same. */
  readonly pattern: number
  /** Parts that are as the target's upload form makes them, if it takes no others. */
  readonly usual?: readonly ('name' | 'content')[]
}

/** Sizes near those of buffers, up to 64 KiB. */
const SIZES = [0, 1, 2, 255, 256, 1_023, 1_024, 4_096, 16_384, 65_535, 65_536]

const QUOTES = [`"`, `'`, '\\', '`', '%22', '; filename=', '../', '.jsonl', '.', '  ']
const PLAIN = [...'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_']

/**
 * Generates files of any name, size up to 64 KiB, and content, as far as the target takes them. The run id is
 * in the name, and in every content that has room for it: a smaller one could be another's, if a target keeps
 * equal content once. If the name alone shows whose a file is, it is at both ends: servers cut names off, or
 * take them for paths.
 */
export function anyFile(facts: GenerationFacts): Arbitrary<FileRecipe> {
  const { runId, smallIsOwn, offers, disposable, takes } = facts
  const isUsual = takes.contents === 'usual'
  const least = (smallIsOwn || disposable) && !isUsual ? 0 : runId.length
  const long = fc.integer({ min: 100, max: 220 }).map((length) => 'n'.repeat(length))
  const name =
    takes.names === 'usual'
      ? fc.oneof(fc.string({ unit: fc.constantFrom(...PLAIN), maxLength: 40 }), long)
      : fc.oneof(anyText(40), fc.string({ unit: fc.constantFrom(...QUOTES), maxLength: 6 }), long)
  // Control characters have no place in the header field that carries the name.
  const printable = name.map((text) => text.replaceAll(/[\p{Cc}]/gu, ''))
  const usual: NonNullable<FileRecipe['usual']> = [
    ...(takes.names === 'any' ? [] : (['name'] as const)),
    ...(isUsual ? (['content'] as const) : []),
  ]
  return fc
    .record({
      before: printable,
      after: printable,
      bytes: fc.constantFrom(...SIZES.filter((bytes) => bytes >= least)),
      // If ids follow from name or content, two cases must not share a file.
      pattern: fc.noBias(fc.nat()),
    })
    .map(({ before, after, bytes, pattern }) => {
      const own = `${runId}-${pattern}`
      const filename =
        bytes >= runId.length && offers.has('content')
          ? before + own + after
          : `${own}${before}${after}${runId}`
      return { filename, bytes, pattern, ...(usual.length > 0 && { usual }) }
    })
}

/** Makes the file of a recipe. */
export function fileOf(recipe: FileRecipe, runId: string): FileToUpload {
  const { filename, bytes, pattern, usual = [] } = recipe
  const word = `${runId}-${pattern}`
  return {
    filename: usual.includes('name') ? { word: filename } : filename,
    content: usual.includes('content') ? { word, bytes } : octetsOf(recipe, word, runId),
  }
}

/** Makes octets of any values, with the word at their beginning if there is room for the run id. */
function octetsOf({ bytes, pattern }: FileRecipe, word: string, runId: string): Uint8Array {
  const content = new Uint8Array(bytes)
  for (let at = 0; at < bytes; at += 1) content[at] = (pattern + at * (pattern | 1)) & 0xff
  if (bytes >= runId.length) content.set(Buffer.from(word).subarray(0, bytes))
  return content
}

/** Sizes on both sides of the limits of buffers, columns and chunks. */
const LIMITS = [256, 1_024, 4_096, 8_192, 65_536, 131_072, 262_144]
const MIB = 1_048_576
const BOTH_SIDES = [0, 1, ...LIMITS.flatMap((limit) => [limit, limit + 1]), 524_289, MIB]

/** Lists the sizes of files to delete, up to 1 MiB, as far as the run can own files of that size. */
export function sizesOf({
  runId,
  smallIsOwn,
  disposable,
  takes,
}: Pick<GenerationFacts, 'runId' | 'smallIsOwn' | 'disposable' | 'takes'>): readonly FileRecipe[] {
  const isUsual = takes.contents === 'usual'
  const least = (smallIsOwn || disposable) && !isUsual ? 0 : runId.length
  return BOTH_SIDES.filter((bytes) => bytes >= least).map((bytes, pattern) => ({
    filename: `${runId}-${bytes}`,
    bytes,
    pattern,
    usual: isUsual ? ['name', 'content'] : ['name'],
  }))
}

/** Place of what tells files of one case from all others, in their names; at their beginning by default. */
const OWN = '{}'

/** Ways in which files are alike, with the words of their names and contents. */
const ALIKE: Readonly<Record<string, Alike>> = {
  content: { names: ['a', 'b', 'c'], contents: ['same', 'same', 'same'] },
  name: { names: ['same', 'same', 'same'] },
  both: { names: ['same', 'same', 'same'], contents: ['same', 'same', 'same'] },
  case: { names: ['-same', '-Same', '-SAME'] },
  extension: { names: ['', '.x', '.x.y'] },
  beginning: { names: ['', 'a', 'aa'] },
  end: { names: ['1', '2', '3'].map((end) => 'n'.repeat(200) + end) },
  accents: { names: ['\u00e9', 'e\u0301', 'e'], needs: 'any' },
  letters: { names: ['stra\u00dfe', 'strasse', 'STRASSE'], needs: 'any' },
  'space or dot behind': { names: ['', ' ', '.'], needs: 'any' },
  folder: { names: [`a/${OWN}`, `b/${OWN}`, `c\\${OWN}`], needs: 'any' },
  dots: { names: ['.x', '..x', '...x'] },
  separators: { names: ['-a-b', '-a_b', '-a b'], needs: 'any' },
}

interface Alike {
  readonly names: readonly string[]
  /** Words for contents, if they are the same. */
  readonly contents?: readonly string[]
  /** Names that only targets take which take any. */
  readonly needs?: 'any'
}

/** Files that are alike, and the order in which they are deleted, by their place. */
export interface Likeness {
  readonly likeness: string
  readonly order: readonly number[]
}

const OLDER_FIRST = [0, 1, 2]
const NEWER_FIRST = [2, 1, 0]
const MIDDLE_FIRST = [1, 0, 2]
const ORDERS = [OLDER_FIRST, NEWER_FIRST, MIDDLE_FIRST]
/** Ways that are tried in each order. */
const IN_EACH_ORDER = ['both']

/** Lists ways in which files are alike that a target may take, with orders of deletion. */
export function likenesses({ takes }: Pick<GenerationFacts, 'takes'>): readonly Likeness[] {
  const possible = Object.entries(ALIKE).filter(
    ([, { needs }]) => needs === undefined || takes.names !== 'usual',
  )
  return possible.flatMap(([likeness], at) =>
    IN_EACH_ORDER.includes(likeness)
      ? ORDERS.map((order) => ({ likeness, order }))
      : [{ likeness, order: ORDERS[at % ORDERS.length] ?? OLDER_FIRST }],
  )
}

/** Makes three files that are alike. */
export function filesAlike({ likeness, order }: Likeness, runId: string): readonly FileToUpload[] {
  const { names, contents } = ALIKE[likeness] as Alike
  const own = `${runId}-${likeness.replaceAll(' ', '-')}-${order.join('')}`
  return names.map((name, at) => ({
    filename: { word: name.includes(OWN) ? name.replace(OWN, own) : own + name },
    content: { word: `${own}-${contents?.[at] ?? at}` },
  }))
}
