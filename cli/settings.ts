import type { Command, Option } from 'commander'
import { UsageError } from '../model/errors.ts'
import { printable } from '../reporters/printable.ts'
import { nearest } from '../settings/nearest.ts'
import { DEFAULT_SECOND_TOKEN_ENV, DEFAULT_TOKEN_ENV, settings } from '../settings/table.ts'
import { configPath, entriesIn, readConfig, settingIn, valueIn } from './config-file.ts'
import { give, type RunFlags, settingOf } from './run-options.ts'

/**
 * Completes the flags of a parsed command from its `CONFORMANCE_…` variables, then from the config file.
 * commander's source of a value is then `cli`, `default`, the name of a variable, or `FILE:LINE`.
 *
 * @returns notes on variables that set nothing
 * @throws UsageError if a variable, the file or a value in it cannot be used
 */
export async function completeFlags(command: Command): Promise<readonly string[]> {
  takeVariables(command)
  if (command.options.some(({ long }) => long === '--config')) await takeFile(command)
  return unknownVariables(command.opts<RunFlags>())
}

function takeVariables(command: Command): void {
  for (const option of command.options) {
    const { kind, variable } = settingOf(option) ?? {}
    if (kind === undefined || variable === undefined || !isOpen(command, option)) continue
    const text = process.env[variable]
    // CI servers export empty variables for inputs that nobody has filled in.
    if (!text) continue
    const value = kind.read(text)
    if (value === undefined) {
      throw new UsageError(`${variable}: found '${printable(text)}', accepted is ${kind.accepted}`)
    }
    give(command, option, value, [text], variable)
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
    // The flag may belong to another command.
    if (option === undefined || given.includes(option)) continue
    // A file holds the usual settings; a request of the moment wins.
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

const PREFIX = 'CONFORMANCE_'

/** Names variables that set nothing. Their values are not shown: they may be secrets. */
function unknownVariables({ tokenEnv, secondTokenEnv }: RunFlags): readonly string[] {
  const known = [
    ...settings.map(({ variable }) => variable),
    ...[DEFAULT_TOKEN_ENV, DEFAULT_SECOND_TOKEN_ENV, tokenEnv, secondTokenEnv],
  ].flatMap((name) => (name?.startsWith(PREFIX) ? name.slice(PREFIX.length) : []))
  return Object.keys(process.env)
    .filter((name) => name.startsWith(PREFIX) && process.env[name])
    .map((name) => name.slice(PREFIX.length))
    .filter((name) => !known.includes(name))
    .sort()
    .map((name) => {
      const meant = nearest(name, known)
      const advice =
        meant === undefined
          ? 'the help of each command lists those that do'
          : `did you mean ${PREFIX}${meant}?`
      return `${PREFIX}${name}: this variable sets nothing; ${advice}`
    })
}

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
