import { describe, expect, it } from 'vitest'
import { select } from '../../../harness/run/selection.ts'
import { SelectionError } from '../../../model/errors.ts'
import type { Family, Requirement } from '../../../model/requirement.ts'
import { invariants, probing } from '../made-up-requirements.ts'

function family(name: string, ...requirements: readonly Requirement[]): Family {
  return { name, subject: 'made up', requirements }
}

const CATALOGUE = [
  family(
    'a',
    probing({ id: 'a/probe' }),
    probing({ id: 'a/probe-2' }),
    invariants({ id: 'a/watch' }),
  ),
  family('b', probing({ id: 'b/probe' })),
  family('run', invariants({ id: 'run/watch', scope: 'run' })),
]
const ALL = ['a/probe', 'a/probe-2', 'a/watch', 'b/probe', 'run/watch']

function ids(only: readonly string[], skip: readonly string[] = []) {
  return select(CATALOGUE, only, skip).flatMap(({ requirements }) =>
    requirements.map(({ id }) => id),
  )
}

describe('a selection', () => {
  it.each([
    ['everything without a prefix', [], [], ALL],
    ['one requirement', ['b/probe'], [], ['b/probe']],
    ['what begins with the prefix', ['a/probe'], [], ['a/probe', 'a/probe-2']],
    ['what begins with any of the prefixes', ['b/', 'a/probe-'], [], ['a/probe-2', 'b/probe']],
    ['a family', ['a/'], [], ['a/probe', 'a/probe-2', 'a/watch']],
    ['all but what is skipped', [], ['a/', 'run/'], ['b/probe']],
    ['what a pattern matches', ['a/*'], [], ['a/probe', 'a/probe-2', 'a/watch']],
    ['what a pattern matches as a whole', ['*/probe'], [], ['a/probe', 'b/probe']],
    ['what has any characters for each *', ['*/pr*e*2'], [], ['a/probe-2']],
    ['everything for a pattern of one *', ['*'], [], ALL],
    ['all but what a pattern skips', [], ['*/watch', '*-2'], ['a/probe', 'b/probe']],
    ['what is chosen and not skipped', ['a/'], ['a/probe-2'], ['a/probe', 'a/watch']],
  ])('holds %s', (_, only, skip, chosen) => {
    expect(ids(only, skip)).toEqual(chosen)
  })

  it('brings along the probes of the family that a requirement watches', () => {
    expect(ids(['a/watch'])).toEqual(['a/probe', 'a/probe-2', 'a/watch'])
  })

  it('brings along all probes, but nothing that watches, for what watches the run alone', () => {
    expect(ids(['run/'])).toEqual(['a/probe', 'a/probe-2', 'b/probe', 'run/watch'])
  })

  it('brings along the first probe for each kind of answer where others were chosen beside it', () => {
    expect(ids(['run/', 'b/'])).toEqual(['a/probe', 'b/probe', 'run/watch'])
  })

  it('leaves out probes that are skipped, though they would be brought along', () => {
    expect(ids(['run/'], ['a/'])).toEqual(['b/probe', 'run/watch'])
  })

  it('has no family without requirements', () => {
    expect(select(CATALOGUE, ['b/'], []).map(({ name }) => name)).toEqual(['b'])
  })

  it.each([
    ['--only', ['c/'], []],
    ['--skip', [], ['a/probes']],
    ['--only', ['a/', 'Run/'], []],
    ['--only', ['*/prob'], []],
    ['--only', ['b/*probe*probe'], []],
    ['--only', ['a/prob?'], []],
    ['--skip', [], ['a*/prob[e]']],
  ])(
    'is refused where a pattern of %s matches nothing, with a list of what there is',
    (flag, only, skip) => {
      expect(() => ids(only, skip)).toThrow(SelectionError)
      expect(() => ids(only, skip)).toThrow(
        new RegExp(`^${flag} \\S+: no requirement .* \\* stands for .* a/, b/, run/ `),
      )
    },
  )

  it('takes no time over a pattern that is made to take long', () => {
    for (const pattern of ['*'.repeat(10_000_000), '*a'.repeat(5_000_000), `${'*e'.repeat(4)}*x`]) {
      expect(() => ids([pattern])).toThrow(SelectionError)
    }
  }, 1_000)

  it('is refused where nothing is left', () => {
    expect(() => ids(['b/'], ['b/probe'])).toThrow('--only and --skip leave no requirement')
  })
})
