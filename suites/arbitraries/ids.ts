import fc, { type Arbitrary } from 'fast-check'
import type { GenerationFacts } from '../../model/requirement.ts'
import { anyText } from './text.ts'

/** Characters of the generated part of an id. Encoded, each takes twelve octets at most. */
const MAX_LENGTH = 100

/**
 * Generates ids of any characters that are nobody's: a string with the run id at its beginning or within,
 * and again wherever a careless server could take the rest for another id. They hold no slash, which many
 * routers keep from the operation, and no digits if ids can be guessed, as those could be another's.
 */
export function anyId({ runId, disposable, idsGuessable }: GenerationFacts): Arbitrary<string> {
  const plain = (generated: string) => {
    const text = generated.replaceAll('/', '')
    return idsGuessable && !disposable ? withoutDigits(text) : text
  }
  const text = anyText(MAX_LENGTH).map(plain)
  return fc.tuple(text, text).map(([before, after]) => {
    const cut = /^[^\p{L}]*\p{Nd}/u.test(before) || [...before].some(separates)
    // In a group or a set of a regular expression, the run id would be one choice of several.
    const grouped = /[!([{\\]/.test(before)
    const id = (cut || grouped) && !disposable ? runId + before + after : before + runId + after
    return disposable ? id : [...id].map((one) => (separates(one) ? one + runId : one)).join('')
  })
}

/** Tells whether a careless server may cut an id at a character, or at its normalised form (NFKC). */
function separates(character: string): boolean {
  return /[\\/,|%+\p{Cc}\p{Z}?#;&=\uFFFD]/u.test(character.normalize('NFKC'))
}

/** Removes digits of any script, and characters that normalisation (NFKC) turns into digits. */
function withoutDigits(text: string): string {
  return [...text].filter((one) => !/\p{Nd}/u.test(one.normalize('NFKC'))).join('')
}

/** Generates segments that no server should take for an id: with control characters, or far too long. */
export function malformedSegment({ runId }: GenerationFacts): Arbitrary<string> {
  const control = fc
    .integer({ min: 0, max: 0x21 })
    .map((code) => escaped(code === 0x21 ? 0x7f : code))
  return fc.oneof(
    placed(runId, control),
    placed(runId, fc.constant('%00')),
    fc.integer({ min: 4_200, max: 7_000 }).map((length) => runId.padEnd(length, 'a')),
  )
}

/** Octet sequences that are no UTF-8 (RFC 3629 §3): stray, overlong, truncated, surrogates, past U+10FFFF. */
const BAD_UTF_8 = ['%FF', '%80', '%C0%AF', '%E2%82', '%ED%A0%80', '%F4%90%80%80', '%FE%FF']

/** Generates segments that are no UTF-8 once decoded. */
export function badUtf8Segment({ runId }: GenerationFacts): Arbitrary<string> {
  return placed(runId, fc.constantFrom(...BAD_UTF_8))
}

/** Makes malformed spellings of an id, which a server that cuts at the odd octet would delete. */
export function malformedSpellings(segment: string): readonly string[] {
  return ['%0A', '%00', '%00x', '%0D%0A', '%7F', '%FF', '%C0%AF', '%ED%A0%80', '%1B'].map(
    (octets) => segment + octets,
  )
}

/** Puts the run id first: the part before the odd octet must be nobody's, too. */
function placed(runId: string, odd: Arbitrary<string>): Arbitrary<string> {
  const plain = fc.stringMatching(/^[a-z]{0,5}$/)
  return fc
    .tuple(plain, odd, plain)
    .map(([before, octets, after]) => runId + before + octets + after)
}

function escaped(code: number): string {
  return `%${code.toString(16).toUpperCase().padStart(2, '0')}`
}
