import { createHash } from 'node:crypto'
import type { ErrorObject, ValidateFunction } from 'ajv'
import type { Answered } from '../model/exchange.ts'
import { quote } from '../model/violation.ts'
import { entriesIn, type PatternEngine } from './compile.ts'
import { OUT_OF_TIME, within } from './time-limit.ts'

/**
 * An answer that cannot be judged against the document: it would take too much time or memory. It is
 * neither right nor wrong then, and the message says why.
 */
export class Undecidable extends Error {
  override readonly name = 'Undecidable'
  readonly exchange: Answered

  constructor(reason: string, exchange: Answered) {
    super(reason)
    this.exchange = exchange
  }
}

/** Checks a body against a schema: gives its violations, `received` quoted, or why they cannot be told. */
export type CheckBody = (value: unknown, octets: Uint8Array) => CheckedBody

type CheckedBody = readonly SchemaViolation<string>[] | { readonly undecided: string }

/** A schema error in words: JSON Pointer into the body, what was expected, the value received. */
interface SchemaViolation<Received = unknown> {
  readonly where: string
  readonly expected: string
  readonly received: Received
}

/** A usual body takes less than a thousandth of this, also on a busy machine. */
const LIMIT_MS = 1_000

/** Bodies that each took all their time, after which no more time is spent. */
const MAX_UNDECIDED = 10

/** Values of a schema times octets of a body, up to which plain keywords need no limit. */
const MAX_WORK = 2_000_000

/** Keywords whose work grows with the square of the body, which is quick while the body is small. */
const SQUARE = ['pattern', 'patternProperties', 'format', 'uniqueItems']
const SMALL_BYTES = 4_096

/**
 * Makes a check that ends: when its time is over, and before the stack is used up. It remembers a body
 * that could not be judged in time, so that every requirement gets the same answer at every time.
 */
export function bodyCheck(
  validate: ValidateFunction,
  schema: unknown,
  patterns: PatternEngine,
  limitMs = LIMIT_MS,
): CheckBody {
  const isQuick = quickBodies(schema)
  const undecided = new Map<string, string>()
  const check = (value: unknown): CheckedBody => {
    try {
      return validate(value) ? [] : quotedOnce(schemaViolations(validate.errors ?? []))
    } catch (error) {
      if (!(error instanceof RangeError)) throw error
      return { undecided: 'the body cannot be judged: it is nested too deep' }
    }
  }

  return (value, octets) => {
    // Setting the limit takes time, too.
    if (isQuick(octets.byteLength)) return check(value)
    const digest = createHash('sha256').update(octets).digest('base64')
    const known = undecided.get(digest)
    if (known !== undefined) return { undecided: known }
    if (undecided.size >= MAX_UNDECIDED) return { undecided: [...undecided.values()].at(-1) ?? '' }
    const checked = within(limitMs, () => check(value))
    if (checked !== OUT_OF_TIME) return checked
    const reason = reasonFor(patterns.brokenOff(), limitMs)
    undecided.set(digest, reason)
    return { undecided: reason }
  }
}

function reasonFor(pattern: string | undefined, limitMs: number): string {
  const stopped = `stopped after ${limitMs / 1_000} s`
  return pattern === undefined
    ? `the body cannot be judged: its schema takes too long on it (${stopped})`
    : `the body cannot be judged: the pattern ${quote(pattern)} of its schema backtracks without end on it (${stopped})`
}

/** Makes a function that tells from its octets whether a body is checked quickly. */
function quickBodies(schema: unknown): (bytes: number) => boolean {
  let values = 1
  let square = false
  for (const [key, value] of entriesIn(schema)) {
    values += 1
    square ||= SQUARE.includes(key)
    if (!patternsAt(key, value).every(isPlainPattern)) return () => false
  }
  return (bytes) => values * bytes <= MAX_WORK && (!square || bytes <= SMALL_BYTES)
}

function patternsAt(keyword: string, value: unknown): readonly string[] {
  if (keyword === 'pattern' && typeof value === 'string') return [value]
  if (keyword === 'patternProperties') return Object.keys((value ?? {}) as object)
  return []
}

/**
 * Tells whether a pattern cannot backtrack without end on a short text: it has no group and at most one
 * quantifier, so that n characters take some n² steps. Most patterns of ids are of this kind.
 */
function isPlainPattern(pattern: string): boolean {
  return !pattern.includes('(') && (pattern.match(/[*+?{]/g)?.length ?? 0) <= 1
}

/** Quotes each value once: many violations may have received one long value. */
function quotedOnce(violations: readonly SchemaViolation[]): readonly SchemaViolation<string>[] {
  const quoted = new Map<unknown, string>()
  return violations.map(({ received, ...rest }) => {
    const text = quoted.get(received) ?? quote(received)
    quoted.set(received, text)
    return { ...rest, received: text }
  })
}

/** Keywords whose branches report on their own; the keyword itself says it in one line. */
const BRANCHING = ['anyOf', 'oneOf', 'not', 'if']

/** Violations of each rule of the schema that are kept: a body may hold thousands. */
const MAX_PER_RULE = 5

/**
 * Turns the errors of ajv (`allErrors`, `verbose`) into violations, one for each value at fault; keeps
 * the first few of each rule.
 */
export function schemaViolations(errors: readonly ErrorObject[]): readonly SchemaViolation[] {
  const branching = new Set(
    errors.filter(({ keyword }) => BRANCHING.includes(keyword)).map(({ schemaPath }) => schemaPath),
  )
  const counts = new Map<string, number>()
  const isOneOfTheFirst = ({ schemaPath }: ErrorObject) => {
    const count = (counts.get(schemaPath) ?? 0) + 1
    counts.set(schemaPath, count)
    return count <= MAX_PER_RULE
  }
  return errors
    .filter((error) => isOneOfTheFirst(error) && !isWithin(branching, error.schemaPath))
    .map((error) => ({
      where: error.instancePath,
      expected: expectation(error) ?? error.message ?? error.keyword,
      received: error.data,
    }))
}

function isWithin(branching: ReadonlySet<string>, schemaPath: string): boolean {
  if (branching.size === 0) return false
  for (let at = schemaPath.lastIndexOf('/'); at > 0; at = schemaPath.lastIndexOf('/', at - 1)) {
    if (branching.has(schemaPath.slice(0, at))) return true
  }
  return false
}

function expectation({ keyword, params, schema }: ErrorObject): string | undefined {
  switch (keyword) {
    case 'required':
      return `a property ${JSON.stringify(String(params.missingProperty))}`
    case 'const':
      return JSON.stringify(params.allowedValue)
    case 'enum':
      return `one of ${JSON.stringify(params.allowedValues)}`
    case 'type':
      return ofType([params.type].flat())
    case 'anyOf':
    case 'oneOf':
      return ofType((schema as readonly { readonly type?: unknown }[]).flatMap(({ type }) => type))
    default:
      return undefined
  }
}

function ofType(types: readonly unknown[]): string | undefined {
  const known = types.every((type) => typeof type === 'string')
  return known ? `a value of type ${types.join(' or ')}` : undefined
}
