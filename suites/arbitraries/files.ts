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
