import { describe, expect, it } from 'vitest'
import { obligation } from '../../reporters/obligation.ts'
import { passedResults } from './made-up-findings.ts'

describe('what the server has to do', () => {
  it.each([
    ['answers that there is no such file', 'must answer that there is no such file'],
    [
      'refuses a deletion without an id, and keeps all files',
      'must refuse a deletion without an id, and keep all files',
    ],
    [
      'deletes, or refuses and keeps, the file when a slash follows',
      'must delete, or refuse and keep, the file when a slash follows',
    ],
    [
      'deletes the file that the path names, whatever query and body name',
      'must delete the file that the path names, whatever query and body name',
    ],
    [
      'refuses a token that nearly fits, or stands where no token belongs',
      'must refuse a token that nearly fits, or stands where no token belongs',
    ],
    ['never answers with a server error', 'must never answer with a server error'],
    ['goes on after the place of a file', 'must go on after the place of a file'],
    ['reaches its end', 'must reach its end'],
    ['no verb of any kind', 'must: no verb of any kind'],
    ['', 'must: '],
  ])('is said of a title: %s', (title, words) => {
    expect(obligation({ level: 'MUST', title })).toBe(words)
  })

  it('is advice where it should be so', () => {
    const title = 'names the path parameter'
    expect(obligation({ level: 'SHOULD', title })).toBe('should name the path parameter')
  })

  it('begins with the infinitive of a verb for each title of the catalogue', () => {
    const verbs = passedResults.map(
      ({ title }) => /^must (?:never )?([a-z]+)/.exec(obligation({ level: 'MUST', title }))?.[1],
    )
    expect([...new Set(verbs)].sort().join(' ')).toBe(
      'answer ask behave change delete fill give go keep leave let name reflect refuse remove say send show take write',
    )
  })

  it('goes on in the infinitive behind "and" and "or"', () => {
    const behind = passedResults.flatMap(
      ({ title }) => obligation({ level: 'MUST', title }).match(/\b(?:and|or) [a-z]+s\b/g) ?? [],
    )
    // Nouns, and a verb of another subject.
    expect([...new Set(behind)].sort()).toEqual(['and others', 'and reads', 'or as', 'or stands'])
  })
})
