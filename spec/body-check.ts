import { createHash } from 'node:crypto'
import type { ValidateFunction } from 'ajv/dist/2020.js'
import { quote } from '../model/violation.ts'
import { isPlainPattern, type PatternEngine } from './pattern.ts'
import { type SchemaViolation, schemaViolations } from './schema-errors.ts'
import { OUT_OF_TIME, within } from './time-limit.ts'

/** What is wrong with a body, `received` quoted; or why that cannot be said. */
export type CheckedBody = readonly SchemaViolation<string>[] | { readonly undecided: string }

/** Holds a body against a schema. */
export type CheckBody = (value: unknown, octets: Uint8Array) => CheckedBody

/** A usual body takes less than a thousandth of this, also on a machine that is busy. */
const LIMIT_MS = 1_000

/** Bodies, each of which took all its time, after which no more time is spent. */
const MAX_UNDECIDED = 10

/** Values of a schema times octets of a body, up to which plain keywords need no limit. */
const MAX_WORK = 2_000_000

/** Keywords whose work grows faster than the body does: with its square, for what is small still quick. */
const SQUARE = ['pattern', 'patternProperties', 'format', 'uniqueItems']
const SMALL_BYTES = 4_096

/**
 * A check that ends: when its time is over, and before the stack is used up. A body that could not be
 * judged in time is remembered, so that it is judged the same by every requirement and at every time.
 */
export function bodyCheck(
  validate: ValidateFunction,
  schema: unknown,
  patterns: PatternEngine,
  limitMs = LIMIT_MS,
): CheckBody {
  const { values, square, endless } = workOf(schema)
  const quick = (bytes: number) =>
    !endless && values * bytes <= MAX_WORK && (!square || bytes <= SMALL_BYTES)
  const undecided = new Map<string, string>()
  const check = (value: unknown) =>
    validate(value) ? [] : quotedOnce(schemaViolations(validate.errors ?? []))

  return (value, octets) => {
    // Setting the limit takes time, too.
    if (quick(octets.byteLength)) return unlessTooDeep(() => check(value))
    const known = undecided.size === 0 ? undefined : undecided.get(digestOf(octets))
    if (known !== undefined) return { undecided: known }
    if (undecided.size >= MAX_UNDECIDED) return { undecided: [...undecided.values()].at(-1) ?? '' }
    patterns.rest()
    const checked = within(limitMs, () => unlessTooDeep(() => check(value)))
    if (checked !== OUT_OF_TIME) return checked
    const reason = reasonFor(patterns.atWork(), limitMs)
    undecided.set(digestOf(octets), reason)
    return { undecided: reason }
  }
}

function reasonFor(pattern: string | undefined, limitMs: number): string {
  const stopped = `stopped after ${limitMs / 1_000} s`
  return pattern === undefined
    ? `the body cannot be judged: its schema takes too long on it (${stopped})`
    : `the body cannot be judged: the pattern ${quote(pattern)} of its schema backtracks without end on it (${stopped})`
}

function unlessTooDeep(check: () => CheckedBody): CheckedBody {
  try {
    return check()
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return { undecided: 'the body cannot be judged: it is nested too deep' }
  }
}

/** Many violations quote one value, which may be long. */
function quotedOnce(violations: readonly SchemaViolation[]): readonly SchemaViolation<string>[] {
  const quoted = new Map<unknown, string>()
  return violations.map(({ received, ...rest }) => {
    const text = quoted.get(received) ?? quote(received)
    quoted.set(received, text)
    return { ...rest, received: text }
  })
}

/** What a schema can ask for. */
interface Work {
  /** Values that it consists of, written out. */
  readonly values: number
  /** Whether it has keywords whose work can grow with the square of the body. */
  readonly square: boolean
  /** Whether it has patterns that may backtrack without end. */
  readonly endless: boolean
}

function workOf(schema: unknown): Work {
  let [values, square, endless] = [1, false, false]
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return
    for (const [key, child] of Object.entries(value)) {
      values += 1
      square ||= SQUARE.includes(key)
      endless ||= !patternsAt(key, child).every(isPlainPattern)
      visit(child)
    }
  }
  visit(schema)
  return { values, square, endless }
}

function patternsAt(keyword: string, value: unknown): readonly string[] {
  if (keyword === 'pattern' && typeof value === 'string') return [value]
  if (keyword === 'patternProperties') return Object.keys((value ?? {}) as object)
  return []
}

function digestOf(octets: Uint8Array): string {
  return createHash('sha256').update(octets).digest('base64')
}
