import type { Command, Option } from 'commander'
import { PROXY_VARIABLES, parseBaseUrl, TargetUrlError } from '../harness/http/target.ts'
import { printable } from '../reporters/printable.ts'
import {
  DEFAULT_SECOND_TOKEN_ENV,
  DEFAULT_TOKEN_ENV,
  type NamedSetting,
} from '../settings/table.ts'
import { EXIT } from './exit-code.ts'
import type { Output } from './output.ts'
import { type RunFlags, settingOf, textsOf } from './run-options.ts'

/** Setting as shown, without secrets. */
interface Row {
  readonly name: string
  /** A list for a flag that takes several; null for no value. */
  readonly value: string | readonly string[] | null
  /** `flag`, the name of a variable, `FILE:LINE`, `default` or `environment`. */
  readonly from: string
  /** Default in words, for people. */
  readonly inWords?: string | undefined
}

const HIDDEN = '(hidden)'

/**
 * Runs `run --print-config`: shows the settings of a run and where each comes from. Sends nothing.
 *
 * @param command - with completed flags
 * @returns the exit code
 */
export function printConfig(command: Command, output: Output): number {
  const flags = command.opts<RunFlags>()
  const rows = [...settingsOf(command), ...environment(flags)]
  const plain = rows.map(({ name, value, from }) => ({ name, value, from }))
  if (flags.printConfig === 'json') output.line(JSON.stringify(plain, undefined, 2))
  else for (const line of table(rows)) output.line(line)
  return EXIT.conforms
}

function settingsOf(command: Command): readonly Row[] {
  return command.options.flatMap((option) => {
    const setting = settingOf(option)
    if (setting === undefined || setting.name === 'print-config') return []
    const source = command.getOptionValueSource(option.attributeName()) ?? 'default'
    const value = shownSetting(command, option, setting)
    const from = source === 'cli' ? 'flag' : source
    return [{ name: setting.name, value, from, inWords: setting.defaultText }]
  })
}

function shownSetting(command: Command, option: Option, setting: NamedSetting): Row['value'] {
  const value: unknown = command.getOptionValue(option.attributeName())
  if (typeof value === 'boolean') return String(value)
  const texts = textsOf(option).map((text) =>
    setting.hides ? SHOWN_TEXT[setting.hides](text) : shownUrl(text),
  )
  const last = texts.at(-1)
  if (last !== undefined) return Array.isArray(value) ? texts : last
  if (value !== undefined) return option.defaultValueDescription ?? String(value)
  return setting.kind.placeholder === '' ? 'false' : null
}

const SHOWN_TEXT: Readonly<Record<NonNullable<NamedSetting['hides']>, (text: string) => string>> = {
  'user information': shownTarget,
  'field value': (text) => (/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+: */.exec(text)?.[0] ?? '') + HIDDEN,
  // The user may have given the secret itself in place of its name.
  'no variable': (text) => (/^\w+$/.test(text) ? text : HIDDEN),
  'no field name': (text) => (/^[a-z-]+$/i.test(text) ? text : HIDDEN),
  command: (text) => (text.startsWith('command:') ? `command:${HIDDEN}` : text),
}

function shownTarget(text: string): string {
  try {
    const { url, basicAuthorization } = parseBaseUrl(text)
    return basicAuthorization === undefined ? url : `${url} (user information hidden)`
  } catch (error) {
    if (!(error instanceof TargetUrlError)) throw error
    return `${HIDDEN}: ${error.message}`
  }
}

/** Shows a URL without user information, query and fragment, and other text as it is. */
function shownUrl(text: string): string {
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return text
  if (!URL.canParse(text)) return HIDDEN
  const { protocol, host, pathname, username, password, search, hash } = new URL(text)
  const hidden = Object.entries({
    'user information': username + password,
    query: search,
    fragment: hash,
  }).flatMap(([part, value]) => (value === '' ? [] : [part]))
  return hidden.length === 0
    ? text
    : `${protocol}//${host}${pathname} (${hidden.join(' and ')} hidden)`
}

/** Lists tokens and proxies, which a run takes from the environment. */
function environment({ tokenEnv, secondTokenEnv }: RunFlags): readonly Row[] {
  const tokens = [tokenEnv ?? DEFAULT_TOKEN_ENV, secondTokenEnv ?? DEFAULT_SECOND_TOKEN_ENV]
  return [
    ...tokens.map((name) => ({
      name: SHOWN_TEXT['no variable'](name),
      value: process.env[name]?.trim() ? '(set)' : null,
      from: 'environment',
    })),
    ...[...PROXY_VARIABLES, 'no_proxy', 'NO_PROXY'].flatMap((name) => {
      const text = process.env[name]
      if (!text) return []
      const isShown = text.includes('://') || /^no_/i.test(name)
      return [{ name, value: isShown ? shownUrl(text) : HIDDEN, from: 'environment' }]
    }),
  ]
}

function table(rows: readonly Row[]): readonly string[] {
  const cells = [
    ['setting', 'value', 'from'],
    ...rows.map(({ name, value, from, inWords = '-' }) =>
      [name, value === null ? inWords : [value].flat().join(', '), from].map(printable),
    ),
  ]
  const widths = [0, 1].map((column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)))
  return cells.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '))
}
