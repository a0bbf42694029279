import { type Command, InvalidArgumentError, type Option } from 'commander'
import { UsageError } from '../model/errors.ts'
import { printable } from '../reporters/printable.ts'
import { entriesIn } from './config-entries.ts'
import { configPath, readConfig } from './config-file.ts'
import { checkEntries } from './config-schema.ts'
import { DEFAULT_SECOND_TOKEN_ENV, DEFAULT_TOKEN_ENV } from './connection-options.ts'
import { recordTexts } from './given-texts.ts'
import { unknownVariables, variable, variableOf } from './variables.ts'

/**
 * Entries of a file that step back where one of these flags or variables is given, beside which they
 * mean nothing. A file holds what is usual, and what is asked for now is asked for on purpose.
 */
const STEPS_BACK_FOR: Readonly<Record<string, readonly string[]>> = {
  seed: ['challenge'],
  challenge: ['seed', 'replay'],
  out: ['replay'],
  report: ['replay'],
  sign: ['replay'],
  subject: ['replay'],
  waivers: ['replay'],
  shard: ['replay'],
  baseline: ['replay'],
}

/**
 * Completes the flags of a command that was parsed: what the command line leaves open comes from its
 * `CONFORMANCE_…` variables, what they leave open from the config file. Every value goes through the
 * flag's own parser. commander's source of a value is then `cli`, `default`, the name of a variable,
 * or `FILE:LINE`.
 *
 * @returns notes for the user: variables that nothing takes
 * @throws UsageError if a variable, the file or a value in it cannot be used
 */
export async function completeFlags(command: Command): Promise<readonly string[]> {
  for (const option of command.options) {
    const name = variableOf(option)
    const text = name === undefined || !isOpen(command, option) ? undefined : variable(name)
    if (name === undefined || text === undefined) continue
    assign(command, option, parsedValue(option, [{ text, where: name }]), [text], name)
  }
  await takeFile(command)
  return unknownVariables(knownVariables(command))
}

async function takeFile(command: Command): Promise<void> {
  if (!command.options.some(({ long }) => long === '--config')) return
  const path = configPath(command.getOptionValue('config') as string | false | undefined)
  if (path === undefined) return
  if (command.getOptionValue('config') === undefined) {
    command.setOptionValueWithSource('config', path, 'default')
  }
  const entries = entriesIn(path, await readConfig(path))
  checkEntries(
    entries,
    command.options.map(({ long }) => long?.slice(2) ?? ''),
  )
  const given = command.options.filter((option) => !isOpen(command, option))
  for (const { key, where, items } of entries) {
    const option = command.options.find(({ long }) => long === `--${key}`)
    // Another command has this flag.
    if (option === undefined) continue
    const value = parsedValue(option, items)
    const stepsBack = given.some((other) => STEPS_BACK_FOR[key]?.includes(other.name()))
    if (given.includes(option) || stepsBack) continue
    assign(
      command,
      option,
      value,
      items.map(({ text }) => text),
      where,
    )
  }
}

/** Whether nobody has given a flag a value yet. */
function isOpen(command: Command, option: Option): boolean {
  const source = command.getOptionValueSource(option.attributeName())
  return source === undefined || source === 'default'
}

function assign(
  command: Command,
  option: Option,
  value: unknown,
  texts: readonly string[],
  source: string,
): void {
  command.setOptionValueWithSource(option.attributeName(), value, source)
  recordTexts(command, option, texts)
}

/** The value of texts, by the flag's own parser, as if they stood on the command line one after another. */
function parsedValue(
  option: Option,
  items: readonly { readonly text: string; readonly where: string }[],
): unknown {
  let value: unknown = option.defaultValue
  for (const { text, where } of items) {
    try {
      if (option.isBoolean()) value = onOrOff(text)
      else value = option.parseArg === undefined ? text : option.parseArg(text, value)
    } catch (error) {
      if (!(error instanceof InvalidArgumentError)) throw error
      const name = variableOf(option) === where ? where : `${where}: ${option.name()}`
      throw new UsageError(`${name}: found '${printable(text)}'. ${error.message}`)
    }
  }
  return value
}

function onOrOff(text: string): boolean {
  if (/^(true|1|yes|on)$/i.test(text)) return true
  if (/^(false|0|no|off)$/i.test(text)) return false
  throw new InvalidArgumentError('Accepted is true or false.')
}

function knownVariables(command: Command): readonly string[] {
  const commands = [command, ...(command.parent?.commands ?? [])]
  const { tokenEnv, secondTokenEnv } = command.opts<Readonly<Record<string, unknown>>>()
  return [
    ...commands.flatMap(({ options }) => options.map(variableOf)),
    DEFAULT_TOKEN_ENV,
    DEFAULT_SECOND_TOKEN_ENV,
    tokenEnv,
    secondTokenEnv,
  ].filter((name) => typeof name === 'string')
}
