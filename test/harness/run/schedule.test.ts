import { describe, expect, it } from 'vitest'
import { turnsOf } from '../../../harness/run/schedule.ts'
import { probing, watching } from '../made-up-requirements.ts'

const FAMILIES = [
  {
    name: 'a',
    subject: 'made up',
    requirements: [
      watching({ id: 'a/run', watches: 'run' }),
      watching({ id: 'a/watch' }),
      probing({ id: 'a/probe' }),
    ],
  },
  { name: 'b', subject: 'made up', requirements: [probing({ id: 'b/probe' })] },
]

describe('the order of turns', () => {
  it('is what probes, then what watches its family, and what watches the run at the end', () => {
    expect(turnsOf(FAMILIES).map(({ requirement, last }) => [requirement.id, last])).toEqual([
      ['a/probe', false],
      ['a/watch', false],
      ['b/probe', true],
      ['a/run', true],
    ])
  })

  it('names the family that each is concluded with', () => {
    expect(turnsOf(FAMILIES).map(({ family }) => family.name)).toEqual(['a', 'a', 'b', 'a'])
  })
})
