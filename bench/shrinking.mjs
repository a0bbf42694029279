import { run } from 'delete-conformance'
import { answering } from '../dist/fixtures/faults/alter.js'
import { startReferenceServer } from '../dist/fixtures/server/reference-server.js'
import { PROPERTY } from './property-run.mjs'
import { median, row } from './table.mjs'

const CASES = 5_000
const SEEDS = Array.from({ length: 10 }, (_, seed) => seed)

/** What is left of an id that the fault below is about: its two characters. */
const RARE = '{{'

/**
 * Cases until a rare fault is found, and further ones until its simplest form is: on a server that takes
 * an id for a template where it holds the beginning of one, about one id in a thousand.
 */
export async function shrinking() {
  const fault = answering(
    (id) => id.includes(RARE),
    () => ({ status: 500, headers: {}, body: Buffer.alloc(0) }),
  )
  const server = await startReferenceServer({ alterations: [fault] })
  try {
    const found = []
    for (const seed of SEEDS) {
      const options = { target: server.url, only: [PROPERTY], runs: CASES, seed }
      const { requirements } = await run(options)
      const result = requirements.find(({ id }) => id === PROPERTY)
      const [violation] = result?.violations ?? []
      found.push({ seed, violation, failed: result?.cases.failed ?? 0 })
    }
    const shrunk = found.flatMap(({ violation }) => violation ?? [])
    const further = shrunk.map(({ shrinking = '' }) =>
      Number(/with (\d+) further/.exec(shrinking)?.[1]),
    )
    const simplest = shrunk.filter(
      ({ counterexample = '' }) =>
        counterexample.replace(/m[0-9a-f]{16}/, '') === JSON.stringify(RARE),
    )
    const share = found.reduce((sum, { failed }) => sum + failed, 0) / (SEEDS.length * CASES)
    const rarity = `one id in ${Math.round(1 / share)}, ${SEEDS.length} seeds`
    return [
      row(
        `a rare fault found within ${CASES} cases, share of seeds`,
        rarity,
        shrunk.length / SEEDS.length,
        { atLeast: 1 },
      ),
      row(
        'shrunk to its simplest form, share of those',
        `${simplest.length} of ${shrunk.length}`,
        simplest.length / shrunk.length,
        { atLeast: 1 },
      ),
      row('further requests for it, at most', `median ${median(further)}`, Math.max(...further), {
        atMost: 199,
      }),
    ]
  } finally {
    await server.close()
  }
}
