import { describe, expect, it } from 'vitest'
import { lossesOn } from '../../harness/safety/populated.ts'
import { schemes } from '../schemes.ts'

const FOREIGN = 3_000
/** Of each property. */
const CASES = 40
const SEEDS = [2, 3]

describe.each(SEEDS)(
  'whatever the guard lets out among thousands of files, with seed %i,',
  (seed) => {
    it.each(schemes)(
      'deletes none of others on a server that issues $name ids',
      { timeout: 0 },
      (scheme) => {
        expect(lossesOn(scheme, seed, FOREIGN, CASES)).toEqual([])
      },
    )
  },
)
