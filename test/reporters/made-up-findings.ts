import type { TransportFailure } from '../../model/exchange.ts'
import type { RecordedExchange, Report, RequirementResult } from '../../model/report.ts'
import { familyOf } from '../../model/requirement.ts'
import { catalogue } from '../../suites/catalogue.ts'
import { shippedContract } from '../harness/made-up.ts'
import { madeUpReport, madeUpResult, recordedDeletion } from './made-up-report.ts'

/** Makes a recorded DELETE without a response. */
export function recordedFailure(
  failure: TransportFailure,
  rest: Partial<RecordedExchange> = {},
): RecordedExchange {
  const { response: _, ...sent } = recordedDeletion('file-1')
  return { ...sent, failure, ...rest }
}

const contract = await shippedContract()

/** Results of all requirements of the catalogue, passed. */
export const passedResults: readonly RequirementResult[] = catalogue.flatMap(({ requirements }) =>
  requirements.map((one) => {
    const unit = 'scope' in one ? 'answer' : 'case'
    const property = 'cases' in one && 'arbitrary' in one
    return madeUpResult({
      id: one.id,
      level: one.level,
      title: one.title,
      source: one.source(contract),
      cases: { ...madeUpResult().cases, unit, judged: property ? 100 : 3 },
    })
  }),
)

const families = catalogue.map(({ name, subject }) => ({ name, subject }))

/** Makes a report over the catalogue, with some results replaced. */
export function catalogueReport(
  differing: readonly RequirementResult[],
  rest: Partial<Report> = {},
): Report {
  const requirements = passedResults.map((one) => differing.find(({ id }) => id === one.id) ?? one)
  return madeUpReport({ requirements, families, ...rest })
}

/** Gives the result of a requirement of the catalogue, with some properties replaced. */
export function resultOf(id: string, rest: Partial<RequirementResult>): RequirementResult {
  const found = passedResults.find((one) => one.id === id)
  if (found === undefined) throw new Error(`no requirement ${id}`)
  return { ...found, ...rest }
}

/** Makes numbers from 0 to 1 that look random, the same each time. */
function scattered(): () => number {
  let state = 1
  return () => {
    // Multiplier and modulus of Park and Miller's generator.
    state = (state * 48_271) % 2_147_483_647
    return state / 2_147_483_647
  }
}

/** Makes deletions for all of the catalogue, with the answers of a server that is nearly right. */
export function* scatteredExchanges(count: number): Iterable<RecordedExchange> {
  const next = scattered()
  const asking = passedResults.filter(({ cases }) => cases.unit === 'case')
  for (let at = 0; at < count; at += 1) {
    const nth = Math.floor(next() ** 2 * asking.length)
    const requirement = asking[nth]?.id ?? ''
    const status = statusFor(requirement, next())
    const spread = 10 ** (0.55 * (next() + next() + next() - 1.5))
    const durationMs = (TYPICAL_MS[status] ?? 9) * spread
    yield recordedDeletion(
      `file-ghijklmnopqrstuv-${at}`,
      { status, json: { detail: 'made up' } },
      { requirement, case: String(at), durationMs, waitMs: durationMs },
    )
  }
}

const TYPICAL_MS: Readonly<Record<number, number>> = { 200: 24, 404: 9, 422: 5, 500: 180 }

/** Shares of the deletions in each family that are answered with 200, and with 422. */
const SHARES: Readonly<Record<string, readonly [deleted: number, invalid: number]>> = {
  deleted: [1, 0],
  'not-found': [0.02, 0.12],
  invalid: [0.05, 0.7],
  effect: [0.9, 0],
  identity: [0.2, 0.1],
  concurrency: [0.5, 0],
}

function statusFor(requirement: string, draw: number): number {
  if (requirement === 'not-found/any-string' && draw > 0.9) return 500
  const [deleted, invalid] = SHARES[familyOf(requirement)] ?? [0.6, 0.05]
  if (draw < deleted) return 200
  return draw < deleted + invalid ? 422 : 404
}
