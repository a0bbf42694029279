import { run } from 'delete-conformance'
import { answering } from '../dist/fixtures/faults/alter.js'
import { startReferenceServer } from '../dist/fixtures/server/reference-server.js'
import { PROPERTY } from './property-run.mjs'
import { median, row } from './table.mjs'

const CASES = 5_000
const SEEDS = Array.from({ length: 10 }, (_, seed) => seed)

const FAULTY = /[\u0080-\u{10FFFF}]\{\{/u
/** Simplest such text: U+0080 to U+00A0 are controls and a space, which are drawn apart. */
const SIMPLEST = '\u00A1{{'

/**
 * Counts the cases until a run finds a rare fault, and the further ones until it finds the simplest form.
 * The server fails on two braces after a letter beyond ASCII, which about one id of a thousand holds.
 */
export async function shrinking() {
  const fault = answering(
    (id) => FAULTY.test(id),
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
        counterexample.replace(/[g-z]{16}/, '') === JSON.stringify(SIMPLEST),
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
