import type { ErrorObject } from 'ajv'
import type { JsonObject } from './document.ts'

/** A schema error in words: JSON Pointer into the body, what was expected, the value received. */
export interface SchemaViolation<Received = unknown> {
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
