import { Ajv } from 'ajv'
import { UsageError } from '../model/errors.ts'
import type { Kind } from '../settings/kinds.ts'
import { nearest } from '../settings/nearest.ts'
import { type NamedSetting, settings } from '../settings/table.ts'
import type { ConfigEntry } from './config-file.ts'

const ajv = new Ajv({ allowUnionTypes: true })

/**
 * Finds the setting of an entry in a config file, and checks the value by its JSON Schema.
 *
 * @throws UsageError naming file, line and key if there is none, or the value is another
 */
export function checkedSetting({ key, where, value, items }: ConfigEntry): NamedSetting {
  const setting = settings.find(({ name }) => name === key)
  if (setting?.inFile !== true) throw unknownKey(key, where, setting)
  const validate = ajv.compile(setting.kind.schema)
  if (validate(value)) return setting
  const index = /^\/(\d+)/.exec(validate.errors?.[0]?.instancePath ?? '')?.[1]
  const inList = index !== undefined && Array.isArray(value)
  const found = kindOf(inList ? value[Number(index)] : value)
  const place = inList ? items[Number(index)]?.where : where
  throw new UsageError(
    `${place}: ${key}: found ${found}, accepted is ${words(setting.kind, inList)}`,
  )
}

function unknownKey(key: string, where: string, setting: NamedSetting | undefined): UsageError {
  if (/^(second-)?token$/.test(key)) {
    return new UsageError(
      `${where}: ${key}: a token does not belong in a file, accepted is ${key}-env with the name of a variable`,
    )
  }
  if (setting !== undefined || key === 'no-config') {
    return new UsageError(
      `${where}: ${key}: does not belong in a file, accepted is the flag --${key}`,
    )
  }
  const known = settings.filter(({ inFile }) => inFile).map(({ name }) => name)
  const meant = nearest(key, known)
  const accepted =
    meant === undefined ? `accepted are ${known.join(', ')}` : `did you mean ${meant}?`
  return new UsageError(`${where}: ${JSON.stringify(key)}: unknown setting, ${accepted}`)
}

/** Text is not quoted: it may be a secret in the wrong place. */
function kindOf(value: unknown): string {
  if (value === null) return 'nothing'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'names with values'
  if (typeof value === 'string') return value === '' ? 'empty text' : 'text'
  return String(value)
}

function words({ accepted, item }: Kind<unknown>, inList: boolean): string {
  const one = accepted === 'text' ? 'text (in quotes, if it looks like a number)' : accepted
  return item === undefined || inList ? one : `${one} or a list of them`
}
