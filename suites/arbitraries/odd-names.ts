import type { GenerationFacts } from '../../model/requirement.ts'

/** An id that breaks programs, and why. */
interface OddName {
  readonly id: string
  readonly why: string
}

/**
 * Names that programs confuse with something of their own. The list is reviewed: each name is sent as it
 * stands, so each must be nobody's file.
 */
export const REVIEWED_NAMES: readonly OddName[] = [
  { id: 'constructor', why: 'a property of every JavaScript object' },
  { id: '__proto__', why: 'the prototype of a JavaScript object' },
  { id: 'toString', why: 'a method of every JavaScript object' },
  {
    id: '9223372039002259456',
    why: '2^63 + 2^31, past a signed 64-bit integer, and no small number in its last 32 bits',
  },
  { id: '18446744075857035264', why: '2^64 + 2^31, past an unsigned 64-bit integer' },
  { id: '-9223372039002259456', why: '-2^63 - 2^31, below a signed 64-bit integer' },
]

/** Names that a careless server could take for another's number, or for no id and so for every file. */
export const DISPOSABLE_NAMES: readonly OddName[] = [
  { id: 'null', why: 'a literal' },
  { id: 'undefined', why: 'a literal' },
  { id: 'None', why: 'a literal' },
  { id: 'NaN', why: 'a literal' },
  { id: 'true', why: 'a literal' },
  { id: 'false', why: 'a literal' },
  { id: '-1', why: 'the last index' },
  { id: '0', why: 'the first index' },
  { id: '1e5', why: 'a number in scientific notation' },
  { id: '0x10', why: 'a hexadecimal number' },
]

/** Characters with a meaning somewhere. They stand between run ids, so that no pattern matches a file. */
const ODD_CHARACTERS: readonly OddName[] = [
  { id: '%s', why: 'a format directive' },
  { id: '%n', why: 'a format directive' },
  { id: '{0}', why: 'a template' },
  { id: '$'.concat('{x}'), why: 'a template' },
  { id: '{{x}}', why: 'a template' },
  { id: "'", why: 'a quote of SQL' },
  { id: '"', why: 'a quote of JSON' },
  { id: '`', why: 'a quote of shells' },
  { id: ';', why: 'a separator of statements' },
  { id: '\\', why: 'an escape' },
  { id: '\n', why: 'a line feed' },
  { id: '\r\n', why: 'a line end' },
  { id: '\t', why: 'a tab' },
  { id: ' ', why: 'a space' },
  { id: '+', why: 'a space in forms' },
  { id: '&', why: 'a separator in queries' },
  { id: '=', why: 'an assignment in queries' },
  { id: '?', why: 'the beginning of a query' },
  { id: '#', why: 'the beginning of a fragment' },
  { id: '%', why: 'the beginning of an encoded octet' },
  { id: ':', why: 'a separator of schemes and ports' },
  { id: '@', why: 'the end of user information' },
  { id: '<b>', why: 'a tag' },
  { id: '\u202E', why: 'right-to-left override' },
  { id: '\u200F', why: 'right-to-left mark' },
  { id: '\u{1F5D1}\uFE0F', why: 'an emoji of two code points' },
  { id: '\u{1F468}\u200D\u{1F469}\u200D\u{1F467}', why: 'an emoji of several emoji' },
  { id: 'e\u0301', why: 'a combining mark' },
  { id: '\u0130', why: 'a letter that changes length in lower case' },
  { id: '\uFEFF', why: 'a byte order mark' },
  { id: '\uFFFF', why: 'a noncharacter' },
]

/** Control characters beside those above: whoever escapes JSON by hand forgets them. */
const CONTROL: readonly OddName[] = [
  '\b',
  '\f',
  '\u0001',
  '\u001b',
  '\u007f',
  '\u0085',
  '\u2028',
].map((id) => ({ id, why: `U+${id.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}` }))

/** Sizes that buffers and columns have. */
const SIZES = [64, 128, 255, 256, 1024, 4096]

/** Sizes at which servers cut what they repeat: octets, or characters of whatever kind. */
const CUTS = [64, 128, 256, 512, 1024]
/** Characters before a cut that a message may have round the id, and a few behind it. */
const [AROUND_CUT, BEHIND_CUT] = [150, 8]
/** Characters of several octets, or of two when they are escaped: of any place, one of two shifts is within one. */
const WIDE: readonly OddName[] = [
  { id: '\u{1F5D1}', why: 'characters of four octets, which are pairs of surrogates' },
  { id: '\u00e9\u20ac', why: 'characters of two and three octets' },
  { id: '"', why: 'quotes, which JSON escapes' },
]

/** Makes long names, so that wherever a server cuts one it cuts a character of one of them. */
function namesToCut(runId: string): readonly OddName[] {
  return CUTS.flatMap((cut) =>
    WIDE.flatMap(({ id: wide, why }) =>
      ['', 'a'].map((shift) => {
        const begin = runId.padEnd(cut - AROUND_CUT, 'a') + shift
        const count = Math.ceil((cut + BEHIND_CUT - begin.length) / wide.length)
        return { id: begin + wide.repeat(count) + runId, why: `${why}, round the ${cut}th` }
      }),
    ),
  )
}

/**
 * Makes the names to try: reviewed names, odd characters around the run id, lengths near common sizes, and long
 * names of wide characters.
 */
export function oddNames({ runId, disposable }: GenerationFacts): readonly OddName[] {
  // No part of a list may be empty: to some servers, that means everything.
  const around = [...ODD_CHARACTERS, ...CONTROL].map(({ id, why }) => ({
    id: `${runId}${id}${runId}${/[;&]/.test(id) ? '' : id}`,
    why,
  }))
  const lengths = [...new Set(SIZES.flatMap((size) => [size - 1, size, size + 1]))].map(
    (length) => ({ id: runId.padEnd(length, 'a'), why: `${length} characters` }),
  )
  const numbers = disposable ? DISPOSABLE_NAMES : []
  return [...REVIEWED_NAMES, ...numbers, ...around, ...lengths, ...namesToCut(runId)]
}
