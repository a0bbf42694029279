import type { Command, Option } from 'commander'
import { printable } from '../reporters/printable.ts'
import type { SettingsFormat } from './config-options.ts'
import {
  type ConnectionFlags,
  DEFAULT_SECOND_TOKEN_ENV,
  DEFAULT_TOKEN_ENV,
} from './connection-options.ts'
import { EXIT } from './exit-code.ts'
import { givenTexts } from './given-texts.ts'
import type { Output } from './output.ts'
import { shownUrl, shownValue } from './shown-value.ts'

/** A setting as it is shown: without secrets. */
interface Row {
  readonly name: string
  /** A list for a flag that takes several; null where it has none. */
  readonly value: string | readonly string[] | null
  /** `flag`, the name of a variable, `FILE:LINE`, `default` or `environment`. */
  readonly from: string
}

/** They say what is done, not how a run is. */
const NO_SETTINGS = ['print-config', 'no-config']

/** What the client takes notice of (undici's `EnvHttpProxyAgent`). */
const PROXY_VARIABLES = ['http_proxy', 'HTTP_PROXY', 'https_proxy', 'HTTPS_PROXY']
const NO_PROXY_VARIABLES = ['no_proxy', 'NO_PROXY']

/**
 * `run --print-config`: the settings of a run and where each comes from. Sends nothing.
 *
 * @param command - with flags that are complete
 * @returns the exit code
 */
export function printConfig(command: Command, format: SettingsFormat, output: Output): number {
  const rows = [...settingsOf(command), ...surroundings(command.opts<ConnectionFlags>())]
  if (format === 'json') output.line(JSON.stringify(rows, undefined, 2))
  else for (const line of table(rows)) output.line(line)
  return EXIT.conforms
}

function settingsOf(command: Command): readonly Row[] {
  return command.options
    .filter((option) => !NO_SETTINGS.includes(option.name()))
    .map((option) => {
      const source = command.getOptionValueSource(option.attributeName()) ?? 'default'
      return {
        name: option.name(),
        value: shownSetting(command, option),
        from: source === 'cli' ? 'flag' : source,
      }
    })
}

function shownSetting(command: Command, option: Option): Row['value'] {
  const value: unknown = command.getOptionValue(option.attributeName())
  const texts = givenTexts(command, option)?.map((text) => shownValue(option.name(), text))
  if (typeof value === 'boolean') return String(value)
  const last = texts?.at(-1)
  if (texts !== undefined && last !== undefined) return Array.isArray(value) ? texts : last
  if (value === undefined) return null
  return option.defaultValueDescription ?? String(value)
}

/** What a run takes from the environment beside its settings. */
function surroundings({ tokenEnv, secondTokenEnv }: ConnectionFlags): readonly Row[] {
  const tokens = [tokenEnv ?? DEFAULT_TOKEN_ENV, secondTokenEnv ?? DEFAULT_SECOND_TOKEN_ENV]
  return [
    ...tokens.map((name) => ({
      name: shownValue('token-env', name),
      value: process.env[name]?.trim() ? '(set)' : null,
      from: 'environment',
    })),
    ...[...PROXY_VARIABLES, ...NO_PROXY_VARIABLES].flatMap((name) => {
      const text = process.env[name]
      if (!text) return []
      const value = NO_PROXY_VARIABLES.includes(name) ? text : shownProxy(text)
      return [{ name, value, from: 'environment' }]
    }),
  ]
}

function shownProxy(text: string): string {
  return text.includes('://') ? shownUrl(text) : '(hidden)'
}

function table(rows: readonly Row[]): readonly string[] {
  const cells = [
    ['setting', 'value', 'from'],
    ...rows.map(({ name, value, from }) =>
      [name, value === null ? '-' : [value].flat().join(', '), from].map(printable),
    ),
  ]
  const widths = [0, 1].map((column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)))
  return cells.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '))
}
