import { Help, type Option } from 'commander'
import { nearest } from './nearest.ts'

const PREFIX = 'CONFORMANCE_'

/**
 * Not commander's own `Option.env`: it takes an empty variable for a value, and `false` in one of a
 * switch for "on".
 */
const VARIABLES = new WeakMap<Option, string>()

/** Lets a flag be given as an environment variable as well. */
export function env(option: Option, name: string): Option {
  VARIABLES.set(option, PREFIX + name)
  return option
}

/** The variable by which a flag can be given. */
export function variableOf(option: Option): string | undefined {
  return VARIABLES.get(option)
}

/** Help on a flag, its variable included. */
export function describeOption(this: Help, option: Option): string {
  const envVar = variableOf(option)
  const shown = envVar === undefined ? option : Object.create(option, { envVar: { value: envVar } })
  return Help.prototype.optionDescription.call(this, shown)
}

/** The value of a variable. CI servers export empty ones for inputs that nobody has filled in: they count as not set. */
export function variable(name: string): string | undefined {
  return process.env[name] || undefined
}

/**
 * Notes on `CONFORMANCE_…` variables that give nothing to anything, misspelt most likely. Their values
 * are not told: they may be secrets.
 *
 * @param known - the variables that do
 */
export function unknownVariables(known: readonly string[]): readonly string[] {
  return Object.keys(process.env)
    .filter((name) => name.startsWith(PREFIX) && !known.includes(name))
    .filter((name) => variable(name) !== undefined)
    .sort()
    .map((name) => `${name}: no flag is given by this variable; ${advice(name, known)}`)
}

function advice(name: string, known: readonly string[]): string {
  const meant = nearest(
    name.slice(PREFIX.length),
    known.filter((one) => one.startsWith(PREFIX)).map((one) => one.slice(PREFIX.length)),
  )
  return meant === undefined
    ? 'those that are known are in the help of each command'
    : `did you mean ${PREFIX}${meant}?`
}
