import type { Command } from 'commander'
import { UsageError } from '../model/errors.ts'
import { nearest } from '../settings/nearest.ts'
import { EXIT } from './exit-code.ts'
import { HELP_TOPICS } from './help-topics.ts'
import type { Output } from './output.ts'

/**
 * Runs `delete-conformance help`: shows the help of a command, or a longer text on a topic.
 *
 * @param words - a command or a topic; none for the help of the program
 * @returns the exit code
 * @throws UsageError if there is no such command or topic
 */
export function help(program: Command, { line }: Output, [word]: readonly string[]): number {
  const command = word === undefined ? program : program.commands.find((one) => one.name() === word)
  const topic = Object.hasOwn(HELP_TOPICS, word ?? '') ? HELP_TOPICS[word ?? ''] : undefined
  if (command !== undefined) command.outputHelp()
  else if (topic !== undefined) line(topic)
  else {
    const known = [...program.commands.map((one) => one.name()), ...Object.keys(HELP_TOPICS)]
    const meant = nearest(word ?? '', known)
    const advice = meant === undefined ? `there are ${known.join(', ')}` : `did you mean ${meant}?`
    throw new UsageError(`help ${word}: no such command or topic; ${advice}`)
  }
  return EXIT.conforms
}
