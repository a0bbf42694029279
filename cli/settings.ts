import type { Command, Option } from 'commander'
import { UsageError } from '../model/errors.ts'
import { printable } from '../reporters/printable.ts'
import { nearest } from '../settings/nearest.ts'
import { DEFAULT_SECOND_TOKEN_ENV, DEFAULT_TOKEN_ENV, settings } from '../settings/table.ts'
import { configPath, entriesIn, readConfig } from './config-file.ts'
import { settingIn, valueIn } from './config-values.ts'
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
  takeVariables(command)
  if (command.options.some(({ long }) => long === '--config')) await takeFile(command)
  return unknownVariables(command.opts<RunFlags>())
}

function takeVariables(command: Command): void {
  for (const option of command.options) {
    const { kind, variable: name } = settingOf(option) ?? {}
    const text = name === undefined || !isOpen(command, option) ? undefined : process.env[name]
    // CI servers export empty variables for inputs that nobody has filled in.
    if (kind === undefined || name === undefined || !text) continue
    const value = kind.read(text)
    if (value === undefined) {
      throw new UsageError(`${name}: found '${printable(text)}', accepted is ${kind.accepted}`)
    }
    give(command, option, value, [text], name)
  }
}

async function takeFile(command: Command): Promise<void> {
  const { config } = command.opts<RunFlags>()
  const path = configPath(config)
  if (path === undefined) return
  if (config === undefined) command.setOptionValueWithSource('config', path, 'default')
  const entries = entriesIn(path, await readConfig(path)).map((entry) => {
    const setting = settingIn(entry)
    return { ...entry, setting, value: valueIn(entry, setting) }
  })
  const given = command.options.filter((option) => !isOpen(command, option))
  for (const { key, where, items, setting, value } of entries) {
    const option = command.options.find(({ long }) => long === `--${key}`)
    // Another command has this flag.
    if (option === undefined || given.includes(option)) continue
    // A file holds what is usual; what is asked for now wins.
    if (given.some((other) => setting.yieldsTo?.includes(other.name()))) continue
    const texts = items.map(({ text }) => text)
    give(command, option, value, texts, where)
  }
}

/** Tells whether nobody has given a flag a value yet. */
function isOpen(command: Command, option: Option): boolean {
  const source = command.getOptionValueSource(option.attributeName())
  return source === undefined || source === 'default'
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
