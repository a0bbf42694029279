import type { Shard } from '../model/report.ts'
import type { CapabilityName } from '../model/requirement.ts'
import { RUN_ID } from '../model/run-id.ts'

/** Type of a setting's value. */
export interface Kind<T> {
  /** Accepted texts, in words. */
  readonly accepted: string
  /** Accepted values of a program, where the words differ. */
  readonly acceptedValue?: string
  /** JSON Schema of a value in a config file. */
  readonly schema: ValueSchema
  /** Kind of the members, of a list. */
  readonly item?: Kind<unknown>
  /** Reads the text of a flag, variable or config file; undefined if it is not accepted. */
  read(text: string): T | undefined
  /** Checks a value of a program; undefined if it is not accepted. */
  check(value: unknown): T | undefined
}

/** JSON Schema of one value. */
export interface ValueSchema {
  readonly type: string | readonly string[]
  readonly minimum?: number
  readonly maximum?: number
  readonly minLength?: number
  readonly pattern?: string
  readonly enum?: readonly string[]
  readonly items?: ValueSchema
}

/** True or false; a flag of this kind takes no value. */
export const onOff: Kind<boolean> = {
  accepted: 'true or false',
  schema: { type: 'boolean' },
  read(text) {
    if (/^(true|1|yes|on)$/i.test(text)) return true
    return /^(false|0|no|off)$/i.test(text) ? false : undefined
  },
  check: (value) => (typeof value === 'boolean' ? value : undefined),
}

/** Whole numbers from `least` to `most`. */
export function whole(least: number, most: number): Kind<number> {
  const check = (value: unknown) =>
    Number.isInteger(value) && Number(value) >= least && Number(value) <= most
      ? Number(value)
      : undefined
  return {
    accepted: `a whole number from ${least} to ${most}`,
    schema: { type: 'integer', minimum: least, maximum: most },
    read: (text) => (/^\d+$/.test(text) ? check(Number(text)) : undefined),
    check,
  }
}

/** Values that programs give as text, too. */
function textual<T>(
  accepted: string,
  read: (text: string) => T | undefined,
  schema: ValueSchema = { type: 'string', minLength: 1 },
): Kind<T> {
  const check = (value: unknown) => (typeof value === 'string' ? read(value) : undefined)
  return { accepted, schema, read, check }
}

/** Any text; programs and config files give no empty one. */
export const text: Kind<string> = {
  ...textual('text (in quotes, if it looks like a number)', (text) => text),
  acceptedValue: 'text',
  check: (value) => (typeof value === 'string' && value !== '' ? value : undefined),
}

/** One of a few words. */
export function oneOf<const T extends string>(names: readonly T[]): Kind<T> {
  return textual(`one of ${names.join(', ')}`, (text) => names.find((name) => name === text), {
    type: 'string',
    enum: names,
  })
}

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000 }
const MAX_DURATION_MS = 3_600_000
const milliseconds = whole(1, MAX_DURATION_MS)

/** Durations in milliseconds: `500ms`, `5s`, `2m`; a bare number is seconds. */
export const duration: Kind<number> = {
  accepted: 'a duration from 1ms to 60m: 500ms, 5s, 2m',
  acceptedValue: milliseconds.accepted,
  schema: { type: ['string', 'number'] },
  read(text) {
    const [, number, unit = 's'] = /^(\d+(?:\.\d+)?)(ms|s|m)?$/.exec(text) ?? []
    const value = Number(number) * (UNIT_MS[unit] ?? 1)
    return value >= 1 && value <= MAX_DURATION_MS ? value : undefined
  },
  check: milliseconds.check,
}

const HIGHEST_RATE = 100_000

/** Requests per second: `50` or `50/s`. */
export const rate: Kind<number> = {
  accepted: 'a number of requests a second: 50 or 50/s',
  acceptedValue: `a number above 0, at most ${HIGHEST_RATE}`,
  schema: { type: ['number', 'string'] },
  read: (text) => rate.check(Number(/^(\d+(?:\.\d+)?)(?:\/s)?$/.exec(text)?.[1])),
  check: (value) =>
    typeof value === 'number' && value > 0 && value <= HIGHEST_RATE ? value : undefined,
}

/** Whole numbers of up to 64 bits, in decimal. */
export const seed: Kind<string> = {
  accepted: 'a whole number from 0 to 18446744073709551615',
  acceptedValue: 'a whole number from 0 to 18446744073709551615, above 2^53 as text',
  schema: { type: ['integer', 'string'], minimum: 0 },
  read: (text) =>
    /^\d{1,20}$/.test(text) && BigInt(text) < 2n ** 64n ? BigInt(text).toString() : undefined,
  check: (value) =>
    typeof value === 'string' || typeof value === 'bigint' || Number.isSafeInteger(value)
      ? seed.read(String(value))
      : undefined,
}

const MAX_SHARDS = 100

/** One of several parts of a run: `2/4`. */
export const shard: Kind<Shard> = textual(
  `I/N, as 2/4, with N up to ${MAX_SHARDS}`,
  (text) => {
    const [index = 0, count = 0] = /^\d+\/\d+$/.test(text) ? text.split('/').map(Number) : []
    return index >= 1 && index <= count && count <= MAX_SHARDS ? { index, count } : undefined
  },
  { type: 'string', pattern: '^[0-9]+/[0-9]+$' },
)

/** It goes into a header field and into names of files. */
const MAX_CHALLENGE_BYTES = 128

/** A verifier's word. */
export const challenge: Kind<string> = textual(
  `text of 1 to ${MAX_CHALLENGE_BYTES} octets`,
  (text) => (text !== '' && Buffer.byteLength(text) <= MAX_CHALLENGE_BYTES ? text : undefined),
)

/** Run ids, as a failure prints them. */
export const runId: Kind<string> = textual('16 letters from g to z', (text) =>
  RUN_ID.exec(text)?.[0] === text ? text : undefined,
)

/** One case of one requirement. */
export interface CaseName {
  readonly requirement: string
  readonly case: string
}

/** Cases as a failure names them: `not-found/any-string:12`, `not-found/any-string:12:0:3`. */
export const caseName: Kind<CaseName> = textual(
  'REQUIREMENT:CASE, as a failure prints it',
  (text) => {
    const [, requirement, key] =
      /^([a-z0-9-]+\/[a-z0-9-]+):(\d+(?::\d+)*(?::again)?)$/.exec(text) ?? []
    return requirement === undefined || key === undefined ? undefined : { requirement, case: key }
  },
)

/**
 * Lists; one text may hold several values, with commas between.
 *
 * @param many - the members in words, for programs
 */
function list<T>(
  item: Kind<T>,
  many: string,
  read = (text: string) => {
    return allOf(text.split(',').map((part) => item.read(part.trim())))
  },
): Kind<readonly T[]> {
  const { enum: _, ...single } = item.schema
  return {
    accepted: item.accepted,
    acceptedValue: `a list of ${many}`,
    schema: { ...single, type: [single.type, 'array'].flat(), items: item.schema },
    item,
    read,
    check: (value) => (Array.isArray(value) ? allOf(value.map(item.check)) : undefined),
  }
}

function allOf<T>(values: readonly (T | undefined)[]): readonly T[] | undefined {
  return values.every((value) => value !== undefined) ? values : undefined
}

/** Lists of texts. */
export function texts(many: string): Kind<readonly string[]> {
  return list(text, many, (text) => text.split(',').filter((part) => part !== ''))
}

/** Lists of texts that may hold commas. */
export const wholeTexts: Kind<readonly string[]> = list(text, 'text', (text) => [text])

/** Lists of HTTP statuses. */
export const statuses: Kind<readonly number[]> = list(whole(200, 599), 'statuses from 200 to 599')

/** Capabilities that a target can be declared to have beside deletion. */
export const CAPABILITIES: readonly CapabilityName[] = [
  'retrieve',
  'content',
  'list',
  'auth',
  'second-account',
]

const named = list(oneOf(CAPABILITIES), CAPABILITIES.join(', '))
const namedOrUpload = list(oneOf(['upload', ...CAPABILITIES]), '')

/** Lists of capabilities. Texts may name `upload` as well; `--files` declares uploads. */
export const capabilities: Kind<readonly CapabilityName[]> = {
  ...named,
  accepted: namedOrUpload.accepted,
  schema: namedOrUpload.schema,
  read: (text) => namedOrUpload.read(text)?.filter((name) => name !== 'upload'),
}
