import { MAX_SHRINK_CASES } from '../harness/run/shrinking.ts'
import type { RecordedHandOver } from '../model/evidence.ts'
import type { Exchange } from '../model/exchange.ts'
import { type Family, isWatching } from '../model/requirement.ts'

/** Requests by what they do, and files. */
export interface Counts {
  readonly deletions: number
  readonly uploads: number
  readonly handedOver: number
  readonly others: number
}

/** What a requirement sends, in all and in its dearest case. */
export interface PlannedRow {
  readonly requirement: string
  readonly cases: number
  readonly counts: Counts
  readonly dearest: Spent
}

/** What a budget is spent on. */
export interface Spent {
  readonly requests: number
  readonly files: number
}

/** Counts what a run sends, requirement by requirement. */
export interface PlanCounter {
  record(exchange: Exchange): void
  handedOver(record: RecordedHandOver): void
  /** The same catalogue; it tells which requirements are properties when they have their turn. */
  readonly catalogue: readonly Family[]
  rows(): readonly PlannedRow[]
  /** Where every property fails and is shrunk. */
  atWorst(): Spent
}

const NONE: Counts = { deletions: 0, uploads: 0, handedOver: 0, others: 0 }

export function planCounter(catalogue: readonly Family[]): PlanCounter {
  const requirements = new Map<string, Map<string, Counts>>()
  const properties = new Set<string>()
  const count = (
    { requirement, case: key }: Pick<Exchange, 'requirement' | 'case'>,
    what: keyof Counts,
  ) => {
    const cases = requirements.get(requirement) ?? new Map<string, Counts>()
    const before = cases.get(key) ?? NONE
    requirements.set(requirement, cases.set(key, { ...before, [what]: before[what] + 1 }))
  }
  const rows = () =>
    [...requirements].map(([requirement, cases]): PlannedRow => {
      const each = [...cases.values()]
      return {
        requirement,
        cases: cases.size,
        counts: summed(each),
        dearest: {
          requests: Math.max(...each.map((one) => spentOn(one).requests)),
          files: Math.max(...each.map((one) => spentOn(one).files)),
        },
      }
    })

  return {
    record(exchange) {
      const { method, body } = exchange.request
      const isUpload = body !== undefined && 'filename' in body
      count(exchange, method === 'DELETE' ? 'deletions' : isUpload ? 'uploads' : 'others')
    },
    handedOver: (record) => count(record, 'handedOver'),
    catalogue: catalogue.map((family) => ({
      ...family,
      requirements: family.requirements.map((one) =>
        isWatching(one)
          ? one
          : {
              ...one,
              cases(facts) {
                const cases = one.cases(facts)
                if (cases.kind === 'property') properties.add(one.id)
                return cases
              },
            },
      ),
    })),
    rows,
    atWorst() {
      const planned = spentOn(summed(rows().map(({ counts }) => counts)))
      const shrunk = rows().filter(({ requirement }) => properties.has(requirement))
      const more = (key: keyof Spent) =>
        shrunk.reduce((sum, { dearest }) => sum + MAX_SHRINK_CASES * dearest[key], 0)
      const files = planned.files + more('files')
      // What its case could not delete is tried once more at the end.
      return { requests: planned.requests + more('requests') + files, files }
    },
  }
}

export function spentOn({ deletions, uploads, handedOver, others }: Counts): Spent {
  return { requests: deletions + uploads + others, files: uploads + handedOver }
}

export function summed(counts: readonly Counts[]): Counts {
  const sum = (key: keyof Counts) => counts.reduce((total, one) => total + one[key], 0)
  return {
    deletions: sum('deletions'),
    uploads: sum('uploads'),
    handedOver: sum('handedOver'),
    others: sum('others'),
  }
}
