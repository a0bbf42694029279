import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { Ajv, type ErrorObject } from 'ajv'
import { UsageError } from '../model/errors.ts'
import type { ConfigEntry } from './config-entries.ts'
import { nearest } from './nearest.ts'

/** What the schema says of one key. */
interface KeySchema {
  readonly description: string
  readonly type: string | readonly string[]
  readonly minimum?: number
  readonly maximum?: number
  readonly minLength?: number
  readonly enum?: readonly string[]
  readonly items?: Omit<KeySchema, 'description'>
}

/** The JSON Schema of config files, which editors read as well. */
interface ConfigSchema {
  readonly properties: Readonly<Record<string, KeySchema>>
}

/** Reads the schema that this package ships. */
export function configSchema(): ConfigSchema {
  const path = createRequire(import.meta.url).resolve('delete-conformance/config.schema.json')
  return JSON.parse(readFileSync(path, 'utf8')) as ConfigSchema
}

/**
 * Holds the settings of a file against their schema.
 *
 * @param elsewhere - names of flags that are for the command line alone
 * @throws UsageError naming file, line and key of the first that is wrong
 */
export function checkEntries(entries: readonly ConfigEntry[], elsewhere: readonly string[]): void {
  const schema = configSchema()
  const validate = new Ajv({ allowUnionTypes: true }).compile(schema)
  for (const entry of entries) {
    const key = Object.hasOwn(schema.properties, entry.key)
      ? schema.properties[entry.key]
      : undefined
    if (key === undefined) throw unknownKey(entry, Object.keys(schema.properties), elsewhere)
    if (validate({ [entry.key]: entry.value })) continue
    const [error] = validate.errors ?? []
    if (error !== undefined) throw wrongValue(entry, key, error)
  }
}

function unknownKey(
  { key, where }: ConfigEntry,
  known: readonly string[],
  elsewhere: readonly string[],
): UsageError {
  const name = JSON.stringify(key)
  if (/^(second-)?token$/.test(key)) {
    return new UsageError(
      `${where}: ${key}: a token has no place in a file, accepted is ${key}-env with the name of a variable`,
    )
  }
  if (elsewhere.includes(key)) {
    return new UsageError(`${where}: ${key}: has no place in a file, accepted is the flag --${key}`)
  }
  const meant = nearest(key, known)
  const accepted =
    meant === undefined ? `accepted are ${known.join(', ')}` : `did you mean ${meant}?`
  return new UsageError(`${where}: ${name}: found no setting of this name, ${accepted}`)
}

/** Text is not quoted: it may be a secret in the wrong place. */
function wrongValue(
  { key, where, value, items }: ConfigEntry,
  schema: KeySchema,
  { instancePath }: ErrorObject,
): UsageError {
  const index = /\/(\d+)$/.exec(instancePath)?.[1]
  const wrong = index !== undefined && Array.isArray(value) ? value[Number(index)] : value
  const place = index === undefined ? where : (items[Number(index)]?.where ?? where)
  const accepted = index === undefined || schema.items === undefined ? schema : schema.items
  return new UsageError(`${place}: ${key}: found ${kindOf(wrong)}, accepted is ${words(accepted)}`)
}

function kindOf(value: unknown): string {
  if (value === null) return 'nothing'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'names with values'
  if (typeof value === 'string') return value === '' ? 'empty text' : 'text'
  return String(value)
}

/** What a key accepts, in words. */
function words(schema: Omit<KeySchema, 'description'>): string {
  return [schema.type]
    .flat()
    .map((type) => WORDS[type]?.(schema) ?? type)
    .join(' or ')
}

const WORDS: Readonly<Record<string, (schema: Omit<KeySchema, 'description'>) => string>> = {
  boolean: () => 'true or false',
  integer: ({ minimum, maximum }) =>
    [
      'a whole number',
      ...(minimum === undefined ? [] : [`from ${minimum}`]),
      ...(maximum === undefined ? [] : [`to ${maximum}`]),
    ].join(' '),
  number: () => 'a number',
  string: (schema) => schema.enum?.join(', ') ?? 'text (in quotes, if it looks like a number)',
  array: () => 'a list of them',
}
