import type { Shard } from '../model/report.ts'
import type { CapabilityName } from '../model/requirement.ts'
import { RUN_ID } from '../model/run-id.ts'
import { RUN_ID_PLACE } from '../resources/upload-form.ts'

/** Type of a setting's value. */
export interface Kind<T> {
  /** Name of the value in help, as `<n>`; empty if the flag takes none. */
  readonly placeholder: string
  /** Accepted values in words. */
  readonly accepted: string
  /** JSON Schema of a value in a config file. */
  readonly schema: ValueSchema
  /** Kind of the members, of a list. */
  readonly item?: Kind<unknown>
  /** Reads the text of a flag, variable or config file; undefined if it is not accepted. */
  read(text: string): T | undefined
}

/** JSON Schema of one value. */
interface ValueSchema {
  readonly type: string | readonly string[]
  readonly minimum?: number
  readonly maximum?: number
  readonly minLength?: number
  readonly pattern?: string
  readonly enum?: readonly string[]
  readonly items?: ValueSchema
  readonly examples?: readonly unknown[]
}

/** True or false; a flag of this kind takes no value. */
export const onOff: Kind<boolean> = {
  placeholder: '',
  accepted: 'true or false',
  schema: { type: 'boolean' },
  read(text) {
    if (/^(true|1|yes|on)$/i.test(text)) return true
    return /^(false|0|no|off)$/i.test(text) ? false : undefined
  },
}

/** Whole numbers from `least` to `most`. */
export function whole(least: number, most: number, placeholder = '<n>'): Kind<number> {
  return {
    placeholder,
    accepted: `a whole number from ${least} to ${most}`,
    schema: { type: 'integer', minimum: least, maximum: most },
    read(text) {
      const value = /^\d+$/.test(text) ? Number(text) : Number.NaN
      return value >= least && value <= most ? value : undefined
    },
  }
}

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000 }
const MAX_DURATION_MS = 3_600_000

/** Durations in milliseconds: `500ms`, `5s`, `2m`; a bare number is seconds. */
export const duration: Kind<number> = {
  placeholder: '<duration>',
  accepted: 'a duration from 1ms to 60m: 500ms, 5s, 2m',
  schema: { type: ['string', 'number'], examples: ['500ms', '2m'] },
  read(text) {
    const [, number, unit = 's'] = /^(\d+(?:\.\d+)?)(ms|s|m)?$/.exec(text) ?? []
    const value = Number(number) * (UNIT_MS[unit] ?? Number.NaN)
    return value >= 1 && value <= MAX_DURATION_MS ? value : undefined
  },
}

/** Durations that may be none. */
export const durationOrNone: Kind<number> = {
  ...duration,
  accepted: 'a duration from 0 to 60m: 0, 500ms, 5s, 2m',
  read: (text) => (/^0(ms|s|m)?$/.test(text) ? 0 : duration.read(text)),
}

/** Durations as programs give them, where a bare number would pass for milliseconds. */
export const withUnit: Kind<number> = { ...duration, schema: { type: 'string' } }
export const withUnitOrNone: Kind<number> = {
  ...durationOrNone,
  schema: { type: ['string', 'number'], maximum: 0 },
}

const HIGHEST_RATE = 100_000

/** Requests per second: `50` or `50/s`. */
export const rate: Kind<number> = {
  placeholder: '<n/s>',
  accepted: `a number above 0, at most ${HIGHEST_RATE}: 50 or 50/s`,
  schema: { type: ['number', 'string'], examples: ['50/s'] },
  read(text) {
    const value = Number(/^(\d+(?:\.\d+)?)(?:\/s)?$/.exec(text)?.[1])
    return value > 0 && value <= HIGHEST_RATE ? value : undefined
  },
}

/** Whole numbers of up to 64 bits, in decimal. */
export const seed: Kind<string> = {
  placeholder: '<n>',
  accepted: 'a whole number from 0 to 18446744073709551615',
  schema: { type: ['integer', 'string'], minimum: 0, examples: [7] },
  read: (text) =>
    /^\d{1,20}$/.test(text) && BigInt(text) < 2n ** 64n ? BigInt(text).toString() : undefined,
}

function textual<T>(
  placeholder: string,
  accepted: string,
  read: (text: string) => T | undefined,
  schema: Partial<ValueSchema> = { minLength: 1 },
): Kind<T> {
  return { placeholder, accepted, schema: { type: 'string', ...schema }, read }
}

/** Any text; empty only as a flag. */
export function text(placeholder: string): Kind<string> {
  return textual(placeholder, 'text', (text) => text)
}

/** One of a few words. */
export function oneOf<const T extends string>(placeholder: string, names: readonly T[]): Kind<T> {
  const read = (text: string) => names.find((name) => name === text)
  return textual(placeholder, `one of ${names.join(', ')}`, read, { enum: names })
}

const MAX_SHARDS = 100

/** One of several parts of a run: `2/4`. */
export const shard: Kind<Shard> = textual(
  '<i/n>',
  `I/N, as 2/4, with N up to ${MAX_SHARDS}`,
  (text) => {
    const [index = 0, count = 0] = /^\d+\/\d+$/.test(text) ? text.split('/').map(Number) : []
    return index >= 1 && index <= count && count <= MAX_SHARDS ? { index, count } : undefined
  },
  { pattern: '^[0-9]+/[0-9]+$', examples: ['2/4'] },
)

/** It goes into a header field and into names of files. */
const MAX_CHALLENGE_BYTES = 128

/** A verifier's word. */
export const challenge: Kind<string> = textual(
  '<text>',
  `text of 1 to ${MAX_CHALLENGE_BYTES} octets`,
  (text) => (text !== '' && Buffer.byteLength(text) <= MAX_CHALLENGE_BYTES ? text : undefined),
)

/** Run ids, as a failure prints them. */
export const runId: Kind<string> = textual('<run-id>', '16 letters from g to z', (text) =>
  RUN_ID.exec(text)?.[0] === text ? text : undefined,
)

/** One case of one requirement. */
export interface CaseName {
  readonly requirement: string
  readonly case: string
}

/** Cases as a failure names them: `not-found/any-string:12`, `not-found/any-string:12:0:3`. */
export const caseName: Kind<CaseName> = textual(
  '<requirement:case>',
  'REQUIREMENT:CASE, as a failure prints it',
  (text) => {
    const [, requirement, key] =
      /^([a-z0-9-]+\/[a-z0-9-]+):(\d+(?::\d+)*(?::again)?)$/.exec(text) ?? []
    return requirement === undefined || key === undefined ? undefined : { requirement, case: key }
  },
)

/** Lists; one text may hold several values, with commas between. */
function list<T>(
  item: Kind<T>,
  example: readonly NoInfer<T>[],
  read = (text: string) => {
    const values = text.split(',').map((part) => item.read(part.trim()))
    return values.every((value) => value !== undefined) ? values : undefined
  },
): Kind<readonly T[]> {
  const { enum: _, ...single } = item.schema
  const type = [single.type, 'array'].flat()
  const schema = { ...single, type, items: item.schema, examples: [example] }
  return { ...item, schema, item, read }
}

/** Lists of texts. */
export function texts(placeholder: string, ...example: readonly string[]): Kind<readonly string[]> {
  const read = (text: string) => text.split(',').filter((part) => part !== '')
  return list(text(placeholder), example, read)
}

/** Lists of texts that may hold commas. */
export function wholeTexts(
  placeholder: string,
  ...example: readonly string[]
): Kind<readonly string[]> {
  return list(text(placeholder), example, (text) => [text])
}

/** Field of a form: its name and value. */
const formField: Kind<string> = textual('<name=value>', 'NAME=VALUE', (text) =>
  /^[^=\p{Cc}]+=/u.test(text) ? text : undefined,
)

/** Lists of fields of a form, whose values may hold commas. */
export const formFields: Kind<readonly string[]> = list(
  formField,
  ['visibility=private'],
  (text) => {
    const field = formField.read(text)
    return field === undefined ? undefined : [field]
  },
)

const MAX_NAME_CHARACTERS = 128

/** Templates of file names. */
export const nameTemplate: Kind<string> = textual(
  '<template>',
  `a name of at most ${MAX_NAME_CHARACTERS} characters, with ${RUN_ID_PLACE} in it`,
  (text) => {
    const isName = text.length <= MAX_NAME_CHARACTERS && !/\p{Cc}/u.test(text)
    return isName && text.includes(RUN_ID_PLACE) ? text : undefined
  },
)

/** Octets of a template of contents: a report holds it. */
export const MAX_TEMPLATE_BYTES = 64 * 1024

/** Templates of contents, or `@` and the path of one. */
export const contentTemplate: Kind<string> = textual(
  '<template>',
  `text of at most ${MAX_TEMPLATE_BYTES} octets with ${RUN_ID_PLACE} in it, or @FILE with such text`,
  (text) => (/^@./s.test(text) || isContentTemplate(text) ? text : undefined),
)

/** Tells whether contents that are made from a text would show whose they are. */
export function isContentTemplate(text: string): boolean {
  return text.includes(RUN_ID_PLACE) && Buffer.byteLength(text) <= MAX_TEMPLATE_BYTES
}

/** Media types, as `text/plain; charset=utf-8`. */
export const mediaType: Kind<string> = textual('<type>', 'a media type, as text/plain', (text) =>
  /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+( *;[ -~]*)?$/.test(text) ? text : undefined,
)

/** Lists of HTTP statuses. */
export const statuses: Kind<readonly number[]> = list(whole(200, 599, '<status>'), [422])

/** Capabilities that a target can be declared to have beside deletion. */
export const CAPABILITIES: readonly CapabilityName[] = [
  'retrieve',
  'content',
  'list',
  'auth',
  'second-account',
]

const declared = list(oneOf('<names>', ['upload', ...CAPABILITIES]), ['retrieve', 'list'])

/** Lists of capabilities. Texts may name `upload` as well; `--files` declares uploads. */
export const capabilities: Kind<readonly CapabilityName[]> = {
  ...declared,
  item: oneOf('<names>', CAPABILITIES),
  read: (text) => declared.read(text)?.filter((name) => name !== 'upload'),
}
