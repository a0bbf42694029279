import { describe, expect, it } from 'vitest'
import { schemes } from '../../safety/schemes.ts'
import { lossesOn } from './populated.ts'

describe('the guard lets nothing out that deletes what is not the run’s', () => {
  it.each(schemes)('on a server that issues $name ids, whatever its lookup', (scheme) => {
    expect(lossesOn(scheme, 1, 60, 10)).toEqual([])
  })
})
