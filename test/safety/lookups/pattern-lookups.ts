import { type Lookup, lookup } from '../lookup.ts'

/** Lookups that take what was sent for a pattern. */
export const patternLookups: readonly Lookup[] = [
  matching('like', "compares with SQL's LIKE", (sought) => anchored(likeSource(sought))),
  matching('like-anywhere', "compares with SQL's LIKE, a percent sign on either side", (sought) =>
    anchored(likeSource(`%${sought}%`)),
  ),
  matching('like-prefix', "compares with SQL's LIKE, a percent sign behind", (sought) =>
    anchored(likeSource(`${sought}%`)),
  ),
  matching('like-any-case', "compares with SQLite's LIKE, whatever the case", (sought) =>
    anchored(likeSource(sought), 'isu'),
  ),
  matching('like-classes', "compares with T-SQL's LIKE, which has classes", (sought) =>
    anchored(classedLikeSource(sought)),
  ),
  matching('glob', 'compares with a shell pattern, braces included', (sought) =>
    anchored(globSource(sought)),
  ),
  lookup(
    'negated-glob',
    'takes a leading `!` for all that the pattern does not match',
    (ids, sought) => {
      const pattern = compiled(sought, () => anchored(globSource(sought.replace(/^!/, ''))))
      if (pattern === undefined) return []
      return ids.filter((id) => pattern.test(id) !== sought.startsWith('!'))
    },
  ),
  matching('regex', 'searches ids with a regular expression', (sought) => new RegExp(sought, 's')),
  matching('regex-whole', 'compares ids with a regular expression', (sought) => anchored(sought)),
  matching(
    'regex-any-case',
    'searches ids with a regular expression, whatever the case',
    (sought) => new RegExp(sought, 'is'),
  ),
  matching('similar-to', "compares with SQL's SIMILAR TO", (sought) =>
    anchored(similarSource(sought)),
  ),
]

/** Longer than any id of these servers with something behind it. */
const LONGEST_PATTERN = 256

function matching(name: string, does: string, compile: (sought: string) => RegExp): Lookup {
  return lookup(name, does, (ids, sought) => {
    const pattern = compiled(sought, () => compile(sought))
    return pattern === undefined ? [] : ids.filter((id) => pattern.test(id))
  })
}

/** A pattern that is no pattern finds nothing, and neither does one that is longer than servers take. */
function compiled(sought: string, compile: () => RegExp): RegExp | undefined {
  // Matching goes back and forth: a long pattern would hold up the run that it is sent by.
  if (sought.length > LONGEST_PATTERN) return undefined
  try {
    return compile()
  } catch {
    return undefined
  }
}

function anchored(source: string, flags = 's'): RegExp {
  return new RegExp(`^(?:${source})$`, flags)
}

function literally(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
}

function likeSource(pattern: string): string {
  return pattern.replaceAll(/[^%_]+|[%_]/gs, (part) => {
    if (part === '%') return '.*'
    return part === '_' ? '.' : literally(part)
  })
}

function classedLikeSource(pattern: string): string {
  return pattern.replaceAll(/\[\^?[^\]]+\]|%|_|[\s\S]/g, (part) => {
    if (part.length > 1) return classSource(part, '^')
    return likeSource(part)
  })
}

function globSource(pattern: string): string {
  return pattern.replaceAll(/\[[!^]?[^\]]+\]|\{[^{}]*\}|\*+|[\s\S]/g, (part) => {
    if (part.startsWith('*')) return '.*'
    if (part === '?') return '.'
    if (part.length === 1) return literally(part)
    if (part.startsWith('[')) return classSource(part, '!^')
    return `(?:${part.slice(1, -1).split(',').map(globSource).join('|')})`
  })
}

/** Writes a class in brackets as that of a regular expression. */
function classSource(part: string, negations: string): string {
  const negated = negations.includes(part[1] ?? ' ')
  const members = part.slice(negated ? 2 : 1, -1).replaceAll(/[\\\][^]/g, '\\$&')
  return `[${negated ? '^' : ''}${members}]`
}

/** Leaves to regular expressions what SIMILAR TO has in common with them. */
function similarSource(pattern: string): string {
  return pattern.replaceAll(/[%_]|[.^$\\]/g, (part) => {
    if (part === '%') return '.*'
    return part === '_' ? '.' : `\\${part}`
  })
}
