import type { Command, Option } from 'commander'

/** The values of flags as somebody wrote them, by command and name of the flag. */
const TEXTS = new WeakMap<Command, Map<string, readonly string[]>>()

/** Keeps what the command line gives to each flag; to be called before it is parsed. */
export function keepTexts(command: Command): void {
  for (const option of command.options) {
    const event = `option:${option.name()}`
    command.on(event, (text?: string | null) => {
      const before = givenTexts(command, option) ?? []
      recordTexts(command, option, [...before, text ?? option.presetArg?.toString() ?? 'true'])
    })
  }
}

/** Keeps what something else has given to a flag. */
export function recordTexts(command: Command, option: Option, texts: readonly string[]): void {
  const all = TEXTS.get(command) ?? new Map<string, readonly string[]>()
  TEXTS.set(command, all.set(option.name(), texts))
}

/** The values of a flag as they were written; undefined where it has its default. */
export function givenTexts(command: Command, option: Option): readonly string[] | undefined {
  return TEXTS.get(command)?.get(option.name())
}
