import { type Command, Help, InvalidArgumentError, Option } from 'commander'
import type { Kind } from '../settings/kinds.ts'
import { type NamedSetting, type SettingValues, settings, TAKEN_BY } from '../settings/table.ts'

/** Parsed flags of `run`. */
export type RunFlags = SettingValues

/** Flags that choose accepted violations. */
export type GateFlags = Pick<RunFlags, 'waivers' | 'baseline' | 'updateBaseline'>

/** Setting of an option, and the texts given for it. */
interface Given {
  readonly setting: NamedSetting
  texts: readonly string[]
}

const GIVEN = new WeakMap<Option, Given>()

/** Adds all settings, as flags of `run`. */
export function addRunOptions(command: Command): Command {
  for (const setting of settings) addSetting(command, setting)
  return command
}

/**
 * Adds the settings that another command takes, as its flags.
 *
 * @param helps - help of settings that mean something else to it
 */
export function addSettings(
  command: Command,
  name: keyof typeof TAKEN_BY,
  helps: Readonly<Record<string, string>> = {},
): Command {
  const taken: readonly string[] = TAKEN_BY[name]
  for (const setting of settings) {
    if (taken.includes(setting.key)) addSetting(command, setting, helps[setting.key])
  }
  return command
}

function addSetting(command: Command, setting: NamedSetting, help = helpOf(setting)): void {
  const { name, short, kind, preset, default: standard, defaultText } = setting
  const long = `--${name} ${kind.placeholder}`.trimEnd()
  const option = new Option(short === undefined ? long : `${short}, ${long}`, help)
  if (kind.placeholder !== '') option.argParser(parserOf(kind))
  if (preset !== undefined) option.preset(preset)
  if (standard !== undefined) option.default(standard, defaultText)
  option.helpGroup(`${setting.group}:`)
  const given: Given = { setting, texts: [] }
  GIVEN.set(option, given)
  command.addOption(option).on(`option:${name}`, (text: string | null) => {
    given.texts = [...given.texts, text ?? preset ?? 'true']
  })
  if (name !== 'config') return
  const none = new Option('--no-config', 'read no file with settings')
  command.addOption(none.helpGroup(`${setting.group}:`))
}

function helpOf({ kind, help, default: standard, defaultText }: NamedSetting): string {
  const repeatable = kind.item === undefined ? help : `${help}; repeatable`
  // commander itself shows a default that is a value.
  return standard !== undefined || defaultText === undefined
    ? repeatable
    : `${repeatable} (default: ${defaultText})`
}

/** Makes commander's parser for values of a kind; a list gathers the values of repeated flags. */
export function parserOf<T>(kind: Kind<T>): (text: string, before: unknown) => T {
  return (text, before) => {
    const value = kind.read(text)
    if (value === undefined) throw new InvalidArgumentError(`Accepted is ${kind.accepted}.`)
    return kind.item === undefined ? value : ([before ?? [], value].flat() as T)
  }
}

/** Finds the setting of an option; undefined for other options. */
export function settingOf(option: Option): NamedSetting | undefined {
  return GIVEN.get(option)?.setting
}

/** Lists the values of an option as written; none for its default. */
export function textsOf(option: Option): readonly string[] {
  return GIVEN.get(option)?.texts ?? []
}

/** Gives an option a value from a variable or the config file. */
export function give(
  command: Command,
  option: Option,
  value: unknown,
  texts: readonly string[],
  source: string,
): void {
  command.setOptionValueWithSource(option.attributeName(), value, source)
  const given = GIVEN.get(option)
  if (given !== undefined) given.texts = texts
}

/**
 * Describes an option for help, with its variable. commander's own `Option.env` cannot read the variables: it
 * takes an empty one for a value, and `false` for "on".
 */
export function describeOption(this: Help, option: Option): string {
  const envVar = settingOf(option)?.variable
  const shown = envVar === undefined ? option : Object.create(option, { envVar: { value: envVar } })
  return Help.prototype.optionDescription.call(this, shown)
}
