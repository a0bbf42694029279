import { comparing, type Lookup, leniently, lookup, rewriting } from '../lookup.ts'

/** Letters of other scripts that look, or sound, like a Latin one. */
const LATIN: Readonly<Record<string, string>> = Object.fromEntries(
  [
    ['аa', 'сc', 'еe', 'ѕs', 'іi', 'јj', 'оo', 'рp', 'хx', 'уy', 'ӏl', 'һh', 'ԁd', 'ԛq', 'ԝw'],
    ['АA', 'ВB', 'СC', 'ЕE', 'НH', 'ІI', 'ЈJ', 'КK', 'МM', 'ОO', 'РP', 'ЅS', 'ТT', 'ХX', 'УY'],
    ['αa', 'οo', 'νv', 'ρp', 'ΑA', 'ΒB', 'ΕE', 'ΖZ', 'ΗH', 'ΙI', 'ΚK', 'ΜM', 'ΝN', 'ΟO', 'ΡP'],
    ['ſs', 'ıi', 'ɑa', 'ɡg', '\u212aK', '‐-', '‑-', '–-', '−-', '＿_'],
  ]
    .flat()
    .map((pair) => [...pair] as [string, string]),
)

/** Lookups that take an id for another spelling of it. */
export const textLookups: readonly Lookup[] = [
  comparing('any-case', 'compares without regard to case', (text) => text.toLowerCase()),
  rewriting('trims', 'trims white space', (sought) => sought.trim()),
  rewriting('trims-control', 'trims control characters', (sought) =>
    sought.replace(/^[\p{Cc}\s]+|[\p{Cc}\s]+$/gu, ''),
  ),
  rewriting('trims-quotes', 'trims quotes and brackets', (sought) =>
    sought.replace(/^["'`[\](){}<>\s]+|["'`[\](){}<>\s]+$/g, ''),
  ),
  comparing('nfkc', 'compares in compatibility form', (text) => text.normalize('NFKC')),
  comparing('collation', 'compares without case, accents and width', (text) =>
    text
      .normalize('NFKD')
      .replaceAll(/\p{Mn}/gu, '')
      .toLowerCase(),
  ),
  rewriting('drops-invisible', 'drops zero-width characters and combining marks', (sought) =>
    sought.replaceAll(/[\p{Cf}\p{Mn}]/gu, ''),
  ),
  rewriting('transliterates', 'takes letters of other scripts for Latin ones', (sought) =>
    [...sought].map((letter) => LATIN[letter] ?? letter).join(''),
  ),
  rewriting('decodes-twice', 'decodes percent signs twice', leniently),
  rewriting('plus-is-space', 'takes plus for a space, and trims', (sought) =>
    sought.replaceAll('+', ' ').trim(),
  ),
  comparing('word-characters', 'compares letters and digits only', (text) =>
    text.replaceAll(/[^\p{L}\p{N}]/gu, ''),
  ),
  comparing('uuid-value', 'compares UUIDs by value: any case, braces, no hyphens', (text) => {
    const hex = text.replace(/^urn:uuid:/i, '').replaceAll(/[{}-]/g, '')
    return /^[\da-f]{32}$/i.test(hex) ? hex.toLowerCase() : text
  }),
]

/** Lookups that are content with a part of an id, or with a similar one. */
export const similarityLookups: readonly Lookup[] = [
  lookup('starts-with', 'finds ids that begin with what was sent', (ids, sought) =>
    ids.filter((id) => id.startsWith(sought)),
  ),
  lookup('starts-with-id', 'finds ids that what was sent begins with', (ids, sought) =>
    ids.filter((id) => sought.startsWith(id)),
  ),
  lookup('includes-id', 'finds ids that stand in what was sent', (ids, sought) =>
    ids.filter((id) => sought.includes(id)),
  ),
  lookup('includes', 'finds ids that what was sent stands in', (ids, sought) =>
    ids.filter((id) => id.includes(sought)),
  ),
  lookup('ends-with', 'finds ids that end with what was sent', (ids, sought) =>
    ids.filter((id) => id.endsWith(sought)),
  ),
  lookup('one-edit', 'forgives one wrong, missing or additional character', (ids, sought) =>
    ids.filter((id) => withinOneEdit(id, sought)),
  ),
]

/** Tells whether two texts are at Levenshtein distance 1 at most. */
export function withinOneEdit(one: string, other: string): boolean {
  const [short, long] = one.length <= other.length ? [one, other] : [other, one]
  if (long.length - short.length > 1) return false
  let at = 0
  while (at < short.length && short[at] === long[at]) at += 1
  const rest = short.length === long.length ? short.slice(at + 1) : short.slice(at)
  return long.slice(at + 1) === rest
}
