import { type Command, Help, InvalidArgumentError, Option } from 'commander'
import type { Kind } from '../settings/kinds.ts'
import type { NamedSetting } from '../settings/setting.ts'
import { type SettingValues, settings } from '../settings/table.ts'

/** Flags of `run`, as parsed. */
export type RunFlags = SettingValues

/** Flags that say which violations are accepted. */
export type GateFlags = Pick<RunFlags, 'waivers' | 'baseline' | 'updateBaseline' | 'shard'>

/** Setting of an option, and the texts that were given for it. */
interface Given {
  readonly setting: NamedSetting
  texts: readonly string[]
}

const GIVEN = new WeakMap<Option, Given>()

/** Adds the flags of `run`. */
export function addRunOptions(command: Command): Command {
  return addSettings(command, 'run')
}

/** Adds the settings that a command takes as flags. */
export function addSettings(
  command: Command,
  name: 'run' | keyof NonNullable<NamedSetting['also']>,
): Command {
  for (const setting of settings) {
    const taken = name === 'run' || setting.also?.[name]
    if (taken) addSetting(command, setting, typeof taken === 'string' ? taken : helpOf(setting))
  }
  return command
}

function addSetting(command: Command, setting: NamedSetting, help: string): void {
  const { name, short, value, kind, preset } = setting
  const long = value === '' ? `--${name}` : `--${name} ${value}`
  const option = new Option(short === undefined ? long : `${short}, ${long}`, help)
  if (value !== '') option.argParser(parserOf(kind))
  if (preset !== undefined) option.preset(preset)
  if (setting.default !== undefined) option.default(setting.default, setting.defaultText)
  const given: Given = { setting, texts: [] }
  GIVEN.set(option, given)
  command.addOption(option).on(`option:${name}`, (text: string | null) => {
    given.texts = [...given.texts, text ?? preset ?? 'true']
  })
  if (name === 'config') command.option('--no-config', 'take no settings from a file')
}

function helpOf({ help, kind, default: value, defaultText }: NamedSetting): string {
  const repeatable = kind.item === undefined ? help : `${help}; repeatable`
  return value === undefined && defaultText !== undefined
    ? `${repeatable} (default: ${defaultText})`
    : repeatable
}

/** Makes commander's parser for values of a kind; those of a list are gathered. */
export function parserOf<T>(kind: Kind<T>): (text: string, before: unknown) => T {
  return (text, before) => {
    const value = kind.read(text)
    if (value === undefined) throw new InvalidArgumentError(`Accepted is ${kind.accepted}.`)
    return kind.item === undefined ? value : ([before ?? [], value].flat() as T)
  }
}

/** Finds the setting of an option; undefined if it is none. */
export function settingOf(option: Option): NamedSetting | undefined {
  return GIVEN.get(option)?.setting
}

/** Lists the values of an option as they were written; none for its default. */
export function textsOf(option: Option): readonly string[] {
  return GIVEN.get(option)?.texts ?? []
}

/** Gives an option a value that does not come from the command line. */
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
 * Describes an option for help, with its variable. Not by commander's `Option.env`: it takes an empty
 * variable for a value, and `false` in one of a switch for "on".
 */
export function describeOption(this: Help, option: Option): string {
  const envVar = settingOf(option)?.variable
  const shown = envVar === undefined ? option : Object.create(option, { envVar: { value: envVar } })
  return Help.prototype.optionDescription.call(this, shown)
}
