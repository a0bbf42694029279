import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import type { RegExpEngine } from 'ajv/dist/types/index.js'
import addFormats from 'ajv-formats'
import { DocumentError } from '../model/errors.ts'
import { quote, shortened } from '../model/violation.ts'
import type { JsonObject } from './document.ts'
import { OUT_OF_TIME, within } from './time-limit.ts'

/** Annotations that OpenAPI 3.1 adds to JSON Schema (its "OAS base vocabulary"). */
const OPENAPI_ANNOTATIONS = ['discriminator', 'example', 'externalDocs', 'xml']

/** Values in all schemas of an operation, written out: compiling as many takes some seconds. */
const MAX_VALUES = 50_000

/** Characters of a message of ajv that are shown. */
const MAX_MESSAGE = 500

const STRICT = { allErrors: true, strict: true, logger: false } as const

/** Validates schemas against the meta-schema of JSON Schema 2020-12. */
let metaSchema: Ajv2020 | undefined

/**
 * Makes a compiler for the JSON Schema 2020-12 of an OpenAPI 3.1 document; it is told where each schema
 * stands.
 *
 * Strict: an unknown keyword or format is an error, not a check that silently does nothing.
 *
 * @param isKnownValid - whether the schemas need no validation of their own
 * @throws DocumentError (from the compiler) naming the schema that ajv refuses, or that is too large
 */
export function schemaCompiler(
  source: string,
  { regExp }: PatternEngine = patternEngine(),
  isKnownValid = false,
) {
  let left = MAX_VALUES
  return (schema: JsonObject, where: string): ValidateFunction => {
    const keys = Array.from(entriesIn(schema), ([key]) => key)
    left -= keys.length + 1
    if (left < 0) {
      throw new DocumentError(
        `document ${source}: schema at ${where} and those before it have more than ${MAX_VALUES} values, the limit`,
      )
    }
    // Any OpenAPI document may carry extensions (OpenAPI 3.1 §4.9).
    const extensions = new Set(keys.filter((key) => key.startsWith('x-')))
    const ajv = new Ajv2020({
      ...STRICT,
      // Done by an instance that all share: compiling the meta-schema takes longest.
      meta: false,
      validateSchema: false,
      verbose: true,
      // Valid in JSON Schema and common in documents: a keyword without its "type", a union of types.
      strictTypes: false,
      strictTuples: false,
      strictRequired: false,
      allowUnionTypes: true,
      code: { regExp },
    })
    // The package is CommonJS with a default export, which Node provides as a namespace.
    const formats = addFormats as unknown as (ajv: Ajv2020) => void
    formats(ajv)
    ajv.addVocabulary([...OPENAPI_ANNOTATIONS, ...extensions])
    try {
      if (!isKnownValid) expectValid(schema)
      return ajv.compile(schema)
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error)
      throw new DocumentError(
        `document ${source}: schema at ${where} cannot be compiled: ${shortened(message, MAX_MESSAGE)}`,
      )
    }
  }
}

function expectValid(schema: JsonObject): void {
  metaSchema ??= new Ajv2020(STRICT)
  if (metaSchema.validateSchema(schema) !== true) {
    throw new Error(`schema is invalid: ${metaSchema.errorsText()}`)
  }
}

/** Lists the properties and items in a schema, at every level, with their keys. */
export function* entriesIn(schema: unknown): Generator<readonly [key: string, value: unknown]> {
  const left: unknown[] = [schema]
  while (left.length > 0) {
    const value = left.pop()
    if (typeof value !== 'object' || value === null) continue
    for (const entry of Object.entries(value)) {
      yield entry
      left.push(entry[1])
    }
  }
}

/** Makes the regular expressions of schemas, and knows which of them was broken off. */
export interface PatternEngine {
  /** For the option `code.regExp` of ajv. */
  readonly regExp: RegExpEngine
  /** Gives the pattern whose test was broken off last, and forgets it. */
  brokenOff(): string | undefined
}

/** Texts that show whether a pattern compiles, which happens at the first test of each kind. */
const FIRST_TEXTS = ['', '\u{10000}']
const FIRST_TEST_MS = 1_000

/** Makes an engine for the patterns of one document: those of JavaScript, as JSON Schema wants them. */
export function patternEngine(): PatternEngine {
  let current: string | undefined
  const regExp = (pattern: string, flags: string) => {
    const expression = new RegExp(pattern, flags)
    const tested = within(FIRST_TEST_MS, () => FIRST_TEXTS.map((text) => expression.test(text)))
    if (tested === OUT_OF_TIME) {
      throw new Error(`pattern ${quote(pattern)} backtracks without end on an empty text`)
    }
    return {
      test(text: string) {
        current = pattern
        try {
          return expression.test(text)
        } finally {
          // Not reached by a test that is broken off.
          current = undefined
        }
      },
      // ajv takes patterns that are written alike for one.
      toString: () => String(expression),
    }
  }
  return {
    regExp: Object.assign(regExp, { code: 'patternEngine().regExp' }),
    brokenOff() {
      const pattern = current
      current = undefined
      return pattern
    },
  }
}
