import { UsageError } from '../model/errors.ts'
import { printable } from '../reporters/printable.ts'
import { readValue } from '../settings/check.ts'
import type { Kind } from '../settings/kinds.ts'
import { nearest } from '../settings/nearest.ts'
import { type NamedSetting, settings } from '../settings/table.ts'
import type { ConfigEntry } from './config-file.ts'

/**
 * Finds the setting of an entry in a config file.
 *
 * @throws UsageError naming file, line and key if there is none, or it is for the command line alone
 */
export function settingIn({ key, where }: ConfigEntry): NamedSetting {
  const setting = settings.find(({ name }) => name === key)
  if (setting?.inFile === true) return setting
  if (/^(second-)?token$/.test(key)) {
    throw new UsageError(
      `${where}: ${key}: a token does not belong in a file, accepted is ${key}-env with the name of a variable`,
    )
  }
  if (setting !== undefined || key === 'no-config') {
    throw new UsageError(
      `${where}: ${key}: does not belong in a file, accepted is the flag --${key}`,
    )
  }
  const known = settings.filter(({ inFile }) => inFile).map(({ name }) => name)
  const meant = nearest(key, known)
  const accepted =
    meant === undefined ? `accepted are ${known.join(', ')}` : `did you mean ${meant}?`
  throw new UsageError(`${where}: ${JSON.stringify(key)}: unknown setting, ${accepted}`)
}

/**
 * Reads the value of an entry: of a list all of its values.
 *
 * @throws UsageError naming file, line and key if the setting does not accept it
 */
export function valueIn(
  { key, where, value, items }: ConfigEntry,
  { kind, default: standard }: NamedSetting,
): unknown {
  const one = (given: unknown, text: string, place: string, orList: string) => {
    const found = readValue(kind, given, text)
    if (found !== undefined) return found
    const accepted =
      kind.accepted === 'text' ? 'text (in quotes, if it looks like a number)' : kind.accepted
    throw new UsageError(
      `${place}: ${key}: found ${shown(given, kind)}, accepted is ${accepted}${orList}`,
    )
  }
  const isList = kind.item !== undefined
  if (!isList || !Array.isArray(value)) {
    return one(value, items[0]?.text ?? '', where, isList ? ' or a list of them' : '')
  }
  const values = items.flatMap((item, at) => one(value[at], item.text, item.where, ''))
  return values.length === 0 ? standard : values
}

/** Text is not quoted where none is accepted: it may be a secret in the wrong place. */
function shown(value: unknown, { schema }: Kind<unknown>): string {
  if (value === null) return 'nothing'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'names with values'
  if (typeof value !== 'string') return String(value)
  if (value === '') return 'empty text'
  return [schema.type].flat().includes('string') ? `'${printable(value)}'` : 'text'
}
