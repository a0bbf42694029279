import type { Command, Option } from 'commander'
import { UsageError } from '../model/errors.ts'
import { printable } from '../reporters/printable.ts'
import { nearest } from '../settings/nearest.ts'
import {
  DEFAULT_SECOND_TOKEN_ENV,
  DEFAULT_TOKEN_ENV,
  type NamedSetting,
  settings,
} from '../settings/table.ts'
import { type ConfigItem, configPath, entriesIn, readConfig } from './config-file.ts'
import { checkedSetting } from './config-schema.ts'
import { give, type RunFlags, settingOf } from './run-options.ts'

/**
 * Completes the flags of a command that was parsed: takes what the command line leaves open from its
 * `CONFORMANCE_…` variables, and what they leave open from the config file. commander's source of a
 * value is then `cli`, `default`, the name of a variable, or `FILE:LINE`.
 *
 * @returns notes on variables that nothing takes
 * @throws UsageError if a variable, the file or a value in it cannot be used
 */
export async function completeFlags(command: Command): Promise<readonly string[]> {
  for (const option of command.options) {
    const setting = settingOf(option)
    const name = setting?.variable
    const text = name === undefined || !isOpen(command, option) ? undefined : process.env[name]
    // CI servers export empty variables for inputs that nobody has filled in.
    if (setting === undefined || name === undefined || !text) continue
    give(command, option, valueFrom(setting, [{ text, where: name }]), [text], name)
  }
  if (command.options.some(({ long }) => long === '--config')) await takeFile(command)
  return unknownVariables(command.opts<RunFlags>())
}

async function takeFile(command: Command): Promise<void> {
  const { config } = command.opts<RunFlags>()
  const path = configPath(config)
  if (path === undefined) return
  if (config === undefined) command.setOptionValueWithSource('config', path, 'default')
  const entries = entriesIn(path, await readConfig(path))
  const checked = entries.map((entry) => ({ ...entry, setting: checkedSetting(entry) }))
  const given = command.options.filter((option) => !isOpen(command, option))
  for (const { key, where, items, setting } of checked) {
    const option = command.options.find(({ long }) => long === `--${key}`)
    // Another command has this flag.
    if (option === undefined) continue
    const value = valueFrom(setting, items, `${key}: `)
    // A file holds what is usual; what is asked for now wins.
    const yields = given.some((other) => setting.yieldsTo?.includes(other.name()))
    if (given.includes(option) || yields) continue
    const texts = items.map(({ text }) => text)
    give(command, option, value, texts, where)
  }
}

/** Tells whether nobody has given a flag a value yet. */
function isOpen(command: Command, option: Option): boolean {
  const source = command.getOptionValueSource(option.attributeName())
  return source === undefined || source === 'default'
}

/** Reads texts as if they stood on the command line one after another. */
function valueFrom(
  { kind, default: standard }: NamedSetting,
  items: readonly ConfigItem[],
  key = '',
): unknown {
  const values = items.map(({ text, where }) => {
    const value = kind.read(text)
    if (value !== undefined) return value
    throw new UsageError(`${where}: ${key}found '${printable(text)}', accepted is ${kind.accepted}`)
  })
  if (values.length === 0) return standard
  return kind.item === undefined ? values.at(-1) : values.flat()
}

/** Values are not told: they may be secrets. */
function unknownVariables({ tokenEnv, secondTokenEnv }: RunFlags): readonly string[] {
  const known = [
    ...settings.map(({ variable }) => variable),
    ...[DEFAULT_TOKEN_ENV, DEFAULT_SECOND_TOKEN_ENV, tokenEnv, secondTokenEnv],
  ].filter((name) => name?.startsWith(PREFIX))
  return Object.keys(process.env)
    .filter((name) => name.startsWith(PREFIX) && !known.includes(name) && process.env[name])
    .sort()
    .map((name) => {
      const meant = nearest(
        name.slice(PREFIX.length),
        known.map((one = '') => one.slice(PREFIX.length)),
      )
      const advice = meant === undefined ? LISTED : `did you mean ${PREFIX}${meant}?`
      return `${name}: this variable sets nothing; ${advice}`
    })
}

const PREFIX = 'CONFORMANCE_'
const LISTED = 'the help of each command lists those that do'

/** Adds to a refusal that begins with a flag where its value comes from, if not from the command line. */
export async function namingSource<T>(command: Command, act: () => Promise<T>): Promise<T> {
  try {
    return await act()
  } catch (error) {
    const flag = error instanceof Error && /^--[a-z-]+/.exec(error.message)?.[0]
    const option = command.options.find(({ long }) => long === flag)
    const source = option && command.getOptionValueSource(option.attributeName())
    if (error instanceof Error && source !== undefined && !/^(cli|default)$/.test(source)) {
      error.message += ` (from ${source})`
    }
    throw error
  }
}
