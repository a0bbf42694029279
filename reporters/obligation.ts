import type { RequirementResult } from '../model/report.ts'

/** Verbs that go on with a title after "and" or "or": "refuses, and keeps the file". */
const CONTINUED = /\b(and|or) (keeps|names|refuses|says)\b/g

/**
 * Says what the server has to do. A title says what a server does that conforms, so that beside a failure
 * it would read as its opposite: "answers with JSON" becomes "must answer with JSON".
 */
export function obligation({ level, title }: Pick<RequirementResult, 'level' | 'title'>): string {
  const word = level === 'MUST' ? 'must' : 'should'
  const [, never = '', verb, rest = ''] = /^(never )?([a-z]+s)\b(.*)$/s.exec(title) ?? []
  // Reports of other versions may hold any title.
  if (verb === undefined) return `${word}: ${title}`
  const continued = (_: string, conjunction: string, other: string) =>
    `${conjunction} ${infinitive(other)}`
  return `${word} ${never}${infinitive(verb)}${rest.replaceAll(CONTINUED, continued)}`
}

/** Gives the infinitive of a verb in the third person: "refuses" is of "refuse", "goes" of "go". */
function infinitive(verb: string): string {
  return verb.replace(/ies$/, 'y').replace(/(?<=ch|sh|ss|x|o)es$|s$/, '')
}
