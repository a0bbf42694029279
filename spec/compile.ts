import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import type { JsonObject } from './document.ts'
import { DocumentError } from './document-error.ts'
import { type PatternEngine, patternEngine } from './pattern.ts'

/** Annotations that OpenAPI 3.1 adds to JSON Schema (its "OAS base vocabulary"). */
const OPENAPI_ANNOTATIONS = ['discriminator', 'example', 'externalDocs', 'xml']

/** Values in all schemas of an operation, written out: compiling as many takes some seconds. */
const MAX_VALUES = 50_000

/** Characters of a message of ajv that are shown. */
const MAX_MESSAGE = 500

/** Compiles the schema of one response body; names where it stands if it cannot. */
export type CompileSchema = (schema: JsonObject, where: string) => ValidateFunction

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
    // The package is CommonJS with a default export, which Node hands over as a namespace.
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
