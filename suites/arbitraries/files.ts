import fc, { type Arbitrary } from 'fast-check'
import type { GenerationFacts } from '../../model/requirement.ts'
import type { FileToUpload } from '../../model/resource.ts'
import { anyText } from './text.ts'

/** Recipe of a file, short enough for a report. */
interface FileRecipe {
  readonly filename: string
  readonly bytes: number
  /** Source of the octets; no two cases have the same. */
  readonly pattern: number
}

/** Sizes near those of buffers, up to 64 KiB. */
const SIZES = [0, 1, 2, 255, 256, 1_023, 1_024, 4_096, 16_384, 65_535, 65_536]

const QUOTES = [`"`, `'`, '\\', '`', '%22', '; filename=', '../', '.jsonl', '.', '  ']

/**
 * Generates files of any name, size up to 64 KiB, and content. The run id is in the name, and in every
 * content that has room for it: a smaller one could be another's, if a target keeps equal content once. If
 * the name alone shows whose a file is, it is at both ends: servers cut names off, or take them for paths.
 */
export function anyFile(facts: GenerationFacts): Arbitrary<FileRecipe> {
  const { runId, smallIsOwn, offers, disposable } = facts
  const least = smallIsOwn || disposable ? 0 : runId.length
  const name = fc.oneof(
    anyText(40),
    fc.string({ unit: fc.constantFrom(...QUOTES), maxLength: 6 }),
    fc.integer({ min: 100, max: 220 }).map((length) => 'n'.repeat(length)),
  )
  // Control characters have no place in the header field that carries the name.
  const printable = name.map((text) => text.replaceAll(/[\p{Cc}]/gu, ''))
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
      return { filename, bytes, pattern }
    })
}

/** Makes the file of a recipe, with the run id at its beginning if there is room. */
export function fileOf({ filename, bytes, pattern }: FileRecipe, runId: string): FileToUpload {
  const content = new Uint8Array(bytes)
  for (let at = 0; at < bytes; at += 1) content[at] = (pattern + at * (pattern | 1)) & 0xff
  if (bytes >= runId.length) content.set(Buffer.from(`${runId}-${pattern}`).subarray(0, bytes))
  return { filename, content }
}
