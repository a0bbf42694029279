import type { Command, Option } from 'commander'
import { faults } from '../fixtures/faults/faults.ts'
import { UsageError } from '../model/errors.ts'
import { catalogue } from '../suites/catalogue.ts'
import { EXIT } from './exit-code.ts'
import type { Output } from './output.ts'
import { settingOf } from './run-options.ts'

/** Flag, and what may follow it. */
interface Flag {
  readonly long: string
  readonly short: string | undefined
  readonly help: string
  /** Undefined for a switch; empty for a value that is not known here. */
  readonly words: readonly string[] | undefined
}

interface Subcommand {
  readonly name: string
  readonly help: string
  readonly flags: readonly Flag[]
}

const SHELLS = { bash, zsh, fish }

/**
 * Runs `delete-conformance completion`: prints what makes a shell complete commands, flags and their values.
 *
 * @param words - the shell
 * @returns the exit code
 * @throws UsageError if it is none of bash, zsh and fish
 */
export function completion(program: Command, { line }: Output, [shell]: readonly string[]): number {
  if (shell === undefined || !Object.hasOwn(SHELLS, shell)) {
    throw new UsageError(`completion: accepted is one of ${Object.keys(SHELLS).join(', ')}`)
  }
  const subcommands = program.commands.map((command) => ({
    name: command.name(),
    help: command.description(),
    flags: [...command.options, ...program.options.filter(({ long }) => long !== '--version')]
      .filter(({ hidden }) => !hidden)
      .map(flagOf),
  }))
  line(SHELLS[shell as keyof typeof SHELLS](program.name(), subcommands))
  return EXIT.conforms
}

function flagOf(option: Option): Flag {
  const takesValue = option.required || option.optional
  return {
    long: option.long ?? '',
    short: option.short,
    help: option.description,
    words: takesValue ? (option.argChoices ?? wordsOf(option)) : undefined,
  }
}

function wordsOf(option: Option): readonly string[] {
  const setting = settingOf(option)
  if (setting?.name === 'only' || setting?.name === 'skip') {
    return catalogue.flatMap(({ name, requirements }) => [
      `${name}/`,
      ...requirements.map(({ id }) => id),
    ])
  }
  if (option.long === '--fault') return faults.map(({ name }) => name)
  const { item, schema } = setting?.kind ?? {}
  return (item?.schema ?? schema)?.enum ?? []
}

/** For bash 3.2 and newer, the oldest that any system still has. */
function bash(program: string, subcommands: readonly Subcommand[]): string {
  const names = subcommands.map(({ name }) => name)
  const spellings = ({ long, short }: Flag) => [long, ...(short === undefined ? [] : [short])]
  const values = new Map(
    subcommands.flatMap(({ flags }) =>
      flags.flatMap((flag) =>
        flag.words === undefined ? [] : [[spellings(flag).join('|'), flag.words] as const],
      ),
    ),
  )
  return `_${identifier(program)}() {
  local current=\${COMP_WORDS[COMP_CWORD]} command=run words='' at
  COMPREPLY=()
  for ((at = 1; at < COMP_CWORD; at++)); do
    case \${COMP_WORDS[at]} in ${names.join('|')}) command=\${COMP_WORDS[at]}; break ;; esac
  done
  case \${COMP_WORDS[COMP_CWORD-1]} in
${[...values].map(([flags, words]) => `    ${flags}) words='${words.join(' ')}' ;;`).join('\n')}
    *)
      case $command in
${subcommands.map(({ name, flags }) => `        ${name}) words='${flags.map(({ long }) => long).join(' ')}' ;;`).join('\n')}
      esac
      [ "$COMP_CWORD" -eq 1 ] && words="${names.join(' ')} $words"
      ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _${identifier(program)} ${program}`
}

function zsh(program: string, subcommands: readonly Subcommand[]): string {
  return `autoload -U +X bashcompinit && bashcompinit\n${bash(program, subcommands)}`
}

function fish(program: string, subcommands: readonly Subcommand[]): string {
  const names = subcommands.map(({ name }) => name).join(' ')
  const line = (...words: readonly string[]) => ['complete', '-c', program, ...words].join(' ')
  return subcommands
    .flatMap(({ name, help, flags }) => {
      const isDefault = name === 'run' ? `; or not __fish_seen_subcommand_from ${names}` : ''
      const within = `'__fish_seen_subcommand_from ${name}${isDefault}'`
      return [
        line(
          '-f',
          '-n',
          `'not __fish_seen_subcommand_from ${names}'`,
          '-a',
          name,
          '-d',
          quoted(help),
        ),
        ...flags.map((flag) =>
          line(
            ...['-n', within, '-l', flag.long.slice(2)],
            ...(flag.short === undefined ? [] : ['-s', flag.short.slice(1)]),
            ...valueInFish(flag),
            ...['-d', quoted(flag.help)],
          ),
        ),
      ]
    })
    .join('\n')
}

function valueInFish({ words }: Flag): readonly string[] {
  if (words === undefined) return []
  return words.length === 0 ? ['-r'] : ['-x', '-a', quoted(words.join(' '))]
}

/** In fish, a quoted text escapes only these two. */
function quoted(text: string): string {
  return `'${text.replaceAll(/['\\]/g, String.raw`\$&`)}'`
}

function identifier(program: string): string {
  return program.replaceAll('-', '_')
}
