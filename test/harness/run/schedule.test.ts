import { describe, expect, it } from 'vitest'
import { scheduleOf } from '../../../harness/run/schedule.ts'
import { invariants, probing } from '../made-up-requirements.ts'

const FAMILIES = [
  {
    name: 'a',
    subject: 'made up',
    requirements: [
      invariants({ id: 'a/run', scope: 'run' }),
      invariants({ id: 'a/watch' }),
      probing({ id: 'a/probe' }),
    ],
  },
  { name: 'b', subject: 'made up', requirements: [probing({ id: 'b/probe' })] },
]

describe('the order of turns', () => {
  it('is what probes, then what watches its family, and what watches the run at the end', () => {
    expect(scheduleOf(FAMILIES).map(({ requirement, last }) => [requirement.id, last])).toEqual([
      ['a/probe', false],
      ['a/watch', false],
      ['b/probe', true],
      ['a/run', true],
    ])
  })

  it('names the family that each is concluded with', () => {
    expect(scheduleOf(FAMILIES).map(({ family }) => family.name)).toEqual(['a', 'a', 'b', 'a'])
  })
})
