import { createHash } from 'node:crypto'
import type { ErrorObject } from 'ajv'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import type { Answered } from '../model/exchange.ts'
import { quote } from '../model/violation.ts'
import type { JsonObject } from './document.ts'
import { DocumentError } from './document-text.ts'
import { OUT_OF_TIME, within } from './time-limit.ts'

/** Annotations that OpenAPI 3.1 adds to JSON Schema (its "OAS base vocabulary"). */
const OPENAPI_ANNOTATIONS = ['discriminator', 'example', 'externalDocs', 'xml']

/** Values in all schemas of an operation, written out: compiling as many takes some seconds. */
const MAX_VALUES = 50_000

/** Characters of a message of ajv that are shown. */
const MAX_MESSAGE = 500

/** Compiles the schema of one response body; names where it stands if it cannot. */
type CompileSchema = (schema: JsonObject, where: string) => ValidateFunction

/**
 * A compiler for the JSON Schema 2020-12 of an OpenAPI 3.1 document.
 *
 * Strict: an unknown keyword or format is an error, not a check that silently does nothing.
 *
 * @param patterns - what makes the regular expressions of `pattern` and `patternProperties`
 * @throws DocumentError (from the compiler) naming the schema that ajv refuses, or that is too large
 */
export function schemaCompiler(
  source: string,
  patterns: PatternEngine = patternEngine(),
): CompileSchema {
  let left = MAX_VALUES
  return (schema, where) => {
    left -= valuesIn(schema)
    if (left < 0) {
      throw new DocumentError(
        `document ${source}: schema at ${where} and those before it have more than ${MAX_VALUES} values, accepted are as many`,
      )
    }
    const ajv = new Ajv2020({
      allErrors: true,
      verbose: true,
      strict: true,
      // Valid in JSON Schema and common in documents: a keyword without its "type", a union of types.
      strictTypes: false,
      strictTuples: false,
      strictRequired: false,
      allowUnionTypes: true,
      logger: false,
      code: { regExp: patterns.regExp },
    })
    // The package is CommonJS with a default export, which Node provides as a namespace.
    const formats = addFormats as unknown as (ajv: Ajv2020) => void
    formats(ajv)
    ajv.addVocabulary([...OPENAPI_ANNOTATIONS, ...extensionsIn(schema)])
    try {
      return ajv.compile(schema)
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error)
      throw new DocumentError(
        `document ${source}: schema at ${where} cannot be compiled: ${shortened(message)}`,
      )
    }
  }
}

function shortened(message: string): string {
  return message.length > MAX_MESSAGE ? `${message.slice(0, MAX_MESSAGE)}…` : message
}

function valuesIn(schema: unknown): number {
  if (typeof schema !== 'object' || schema === null) return 1
  return Object.values(schema).reduce<number>((sum, child) => sum + valuesIn(child), 1)
}

/** The `x-…` keys in a schema: extensions that any OpenAPI document may carry (OpenAPI 3.1 §4.9). */
function extensionsIn(schema: unknown): readonly string[] {
  const found = new Set<string>()
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return
    for (const [key, child] of Object.entries(value)) {
      if (key.startsWith('x-')) found.add(key)
      visit(child)
    }
  }
  visit(schema)
  return [...found]
}

/** A schema error in words: JSON Pointer into the body, what was expected, the value received. */
interface SchemaViolation<Received = unknown> {
  readonly where: string
  readonly expected: string
  readonly received: Received
}

/** Keywords whose branches report on their own; the keyword itself says it in one line. */
const BRANCHING = ['anyOf', 'oneOf', 'not', 'if']

/** Values at fault that are told of for each rule of the schema: a body may hold thousands. */
const MAX_PER_RULE = 5

/**
 * Turns the errors of ajv (`allErrors`, `verbose`) into violations, one for each value at fault; of many
 * that break one rule, the first few.
 */
export function schemaViolations(errors: readonly ErrorObject[]): readonly SchemaViolation[] {
  const branching = new Set(
    errors.filter(({ keyword }) => BRANCHING.includes(keyword)).map(({ schemaPath }) => schemaPath),
  )
  const told = new Map<string, number>()
  const isOneOfTheFirst = ({ schemaPath }: ErrorObject) => {
    const count = (told.get(schemaPath) ?? 0) + 1
    told.set(schemaPath, count)
    return count <= MAX_PER_RULE
  }
  return errors
    .filter((error) => isOneOfTheFirst(error) && !isInsideOf(branching, error.schemaPath))
    .map(describe)
}

function isInsideOf(branching: ReadonlySet<string>, schemaPath: string): boolean {
  if (branching.size === 0) return false
  for (let at = schemaPath.lastIndexOf('/'); at > 0; at = schemaPath.lastIndexOf('/', at - 1)) {
    if (branching.has(schemaPath.slice(0, at))) return true
  }
  return false
}

function describe(error: ErrorObject): SchemaViolation {
  const { keyword, params, instancePath, data, message } = error
  if (keyword === 'required') {
    const property = String(params.missingProperty)
    return {
      where: instancePath,
      expected: `a property ${JSON.stringify(property)}`,
      received: data,
    }
  }
  return { where: instancePath, expected: expectation(error) ?? message ?? keyword, received: data }
}

function expectation({ keyword, params, schema }: ErrorObject): string | undefined {
  switch (keyword) {
    case 'const':
      return JSON.stringify(params.allowedValue)
    case 'enum':
      return `one of ${JSON.stringify(params.allowedValues)}`
    case 'type':
      return `a value of type ${[params.type].flat().join(' or ')}`
    case 'anyOf':
    case 'oneOf':
      return typesOf(schema as readonly JsonObject[])
    default:
      return undefined
  }
}

function typesOf(branches: readonly JsonObject[]): string | undefined {
  const types = branches.flatMap(({ type }) => type)
  const known = types.every((type) => typeof type === 'string')
  return known ? `a value of type ${types.join(' or ')}` : undefined
}

/** A regular expression with what ajv needs of one. */
interface Testing {
  test(text: string): boolean
  toString(): string
}

/** Makes the regular expressions of schemas, and knows which of them is at work. */
interface PatternEngine {
  /** For the option `code.regExp` of ajv. */
  readonly regExp: ((pattern: string, flags: string) => Testing) & { code: string }
  /** The pattern whose test has begun and not ended: after a test that was broken off, that one. */
  atWork(): string | undefined
  /** Forgets it. */
  rest(): void
}

/** Texts that show whether the engine can compile a pattern, which it does at the first test of each kind. */
const FIRST_TEXTS = ['', '\u{10000}']
const FIRST_TEST_MS = 1_000

/** An engine for the patterns of one document: those of JavaScript, as JSON Schema wants them. */
export function patternEngine(): PatternEngine {
  let current: string | undefined
  const regExp = (pattern: string, flags: string): Testing => {
    const expression = new RegExp(pattern, flags)
    const tested = within(FIRST_TEST_MS, () => FIRST_TEXTS.map((text) => expression.test(text)))
    if (tested === OUT_OF_TIME) {
      throw new Error(`pattern ${quote(pattern)} backtracks without end on an empty text`)
    }
    return {
      test(text) {
        current = pattern
        const matches = expression.test(text)
        current = undefined
        return matches
      },
      // ajv takes patterns that are written alike for one.
      toString: () => String(expression),
    }
  }
  return {
    regExp: Object.assign(regExp, { code: 'patternEngine().regExp' }),
    atWork: () => current,
    rest() {
      current = undefined
    },
  }
}

/**
 * Whether a pattern cannot backtrack without end on a short text: it has no group and one quantifier at
 * most, so that n characters take some n² steps. Most patterns of ids are of this kind.
 */
function isPlainPattern(pattern: string): boolean {
  return !pattern.includes('(') && (pattern.match(/[*+?{]/g)?.length ?? 0) <= 1
}

/** What is wrong with a body, `received` quoted; or why that cannot be said. */
type CheckedBody = readonly SchemaViolation<string>[] | { readonly undecided: string }

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

/**
 * An answer cannot be held against the document: it would take too long, or too much. It is neither
 * right nor wrong then, and the message says why.
 */
export class Undecidable extends Error {
  override readonly name = 'Undecidable'
  readonly exchange: Answered

  constructor(reason: string, exchange: Answered) {
    super(reason)
    this.exchange = exchange
  }
}
