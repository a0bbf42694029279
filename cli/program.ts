import { Command, Option } from 'commander'
import { TOOL } from '../harness/http/tool.ts'
import { UsageError } from '../model/errors.ts'
import { whole, wholeTexts } from '../settings/kinds.ts'
import { SETTINGS } from '../settings/table.ts'
import type { DoctorFlags } from './doctor.ts'
import { help } from './help.ts'
import { HELP_TOPICS } from './help-topics.ts'
import type { InitFlags } from './init.ts'
import type { Output } from './output.ts'
import {
  addRunOptions,
  addSettings,
  describeOption,
  parserOf,
  type RunFlags,
} from './run-options.ts'

const EXAMPLES = `
Examples:
  delete-conformance init                                 ask what a run needs, write the config file
  delete-conformance doctor -t URL                        look whether a server can be tested
  delete-conformance run                                  the embedded reference server
  delete-conformance run -t https://staging.example.com   your server, token in CONFORMANCE_TOKEN
  delete-conformance run -t URL --files ids:ids.txt       delete these ids instead of uploading files
  delete-conformance run -t URL --only not-found/         one family of requirements
  delete-conformance run -t URL --out report              keep evidence that others can check
  delete-conformance verify report                        judge the evidence again, offline
  delete-conformance run -t URL --plan                    show what would be sent, send nothing
  delete-conformance compare OLD NEW                      show what got better and worse
  delete-conformance requirements                         list what is tested, with sources
  delete-conformance run -t URL --read-only               a first look at production
  delete-conformance cleanup LEDGER -t URL                remove the files of a killed run

Exit codes: 0 conforms, 1 violates, 2 wrong usage, 3 inconclusive, 4 internal error, 130 interrupted
More help: delete-conformance help verdicts, safety, gate or evidence`

const COMPLETION_EXAMPLES = `
Put the line of your shell into its start file:
  bash   source <(delete-conformance completion bash)
  zsh    source <(delete-conformance completion zsh)
  fish   delete-conformance completion fish | source`

/** Command: takes flags and words, and returns the exit code. */
type Act<Flags> = (flags: Flags, output: Output, words: readonly string[]) => Promise<number>

/**
 * Makes the command line. It loads a command when it runs, so that help stays fast.
 *
 * @param finish - called with the exit code of the command that ran
 */
export function createProgram(output: Output, finish: (code: number) => void): Command {
  const program = new Command(TOOL.name)
    .description("Tests a server's file deletion endpoint against its OpenAPI document.")
    .version(TOOL.version)
    .helpCommand(false)
    .addOption(
      new Option('--color <when>', 'use colors: on a terminal, unless NO_COLOR is set, or as said')
        .choices(['auto', 'always', 'never'])
        .default('auto'),
    )
    .hook('preAction', (self) => output.color?.(self.opts().color))
    .addHelpText('after', EXAMPLES)
    .exitOverride()
    .configureHelp({ optionDescription: describeOption })
    .configureOutput({
      writeOut: (text) => output.line(text.trimEnd()),
      outputError: (text) =>
        output.note(
          text
            .trimEnd()
            .replace(/^error: /, '')
            .replaceAll(/\s*\n\s*/g, ' '),
        ),
    })

  /**
   * Gives a command its action. If it takes the config file, that and variables complete its flags first, and
   * a refusal names the source of a value.
   */
  const acts = <Flags extends object>(
    command: Command,
    words: number,
    load: () => Promise<Act<Flags>>,
  ) =>
    command.allowExcessArguments().action(async () => {
      refuseWords(command, words)
      const act = async () => (await load())(command.opts<Flags>(), output, command.args)
      if (!command.options.some(({ long }) => long === '--config')) return finish(await act())
      const { completeFlags, namingSource } = await import('./settings.ts')
      for (const note of await completeFlags(command)) output.note(note)
      finish(await namingSource(command, act))
    })

  const run = addRunOptions(program.command('run', { isDefault: true }))
    .description('test a target; without -t, the embedded reference server')
    .addHelpText('after', EXAMPLES)
  acts<RunFlags>(run, 0, async () => {
    if (run.opts<RunFlags>().printConfig === undefined) return (await import('./run.ts')).run
    const { printConfig } = await import('./print-config.ts')
    return async () => printConfig(run, output)
  })

  const doctor = addSettings(program.command('doctor'), 'doctor')
    .description('look at what a run needs from a target, in at most twelve requests')
    .addOption(
      new Option('--format <format>', 'form of the output')
        .choices(['text', 'json'])
        .default('text'),
    )
  acts<DoctorFlags>(doctor, 0, async () => (await import('./doctor.ts')).doctor)

  const init = addSettings(program.command('init'), 'init', {
    target: 'base URL of the server, without the documented path (default: asks, on a terminal)',
  })
    .description('ask what a run needs, look at the target, and write the config file')
    .addOption(
      new Option('--ci <service>', 'also write a workflow').choices(['github', 'gitlab', 'none']),
    )
    .option('--force', 'replace files that are there')
  acts<InitFlags>(init, 0, async () => (await import('./init.ts')).init)

  const requirements = addSettings(
    program.command('requirements').argument('[id-or-prefix]'),
    'requirements',
  )
    .description('list requirements, with level, reason and source; all, or those that begin so')
    .addOption(formatOption())
  acts(requirements, 1, async () => {
    if (requirements.args[0]?.includes('://')) refuseWords(requirements, 0)
    return (await import('./requirements.ts')).requirements
  })

  const serve = program
    .command('serve')
    .description('start the reference server on the loopback interface')
    .option('--port <n>', 'port; 0 for any free one', parserOf(whole(0, 65_535)), 0)
    .option('--auth', 'require one of two bearer tokens, which it prints')
    .option('--validate-ids', 'answer 422 to malformed ids')
    .option('--fault <name>', 'start a faulty server; repeatable', parserOf(wholeTexts('<name>')))
    .option('--list', 'list the faulty servers')
  acts(serve, 0, async () => (await import('./serve.ts')).serve)

  const verify = addRecordedDocument(program.command('verify').argument('[folder]'))
    .description('judge the recorded evidence of a run again, offline')
    .option('--public-key <file>', 'check the attestation with this Ed25519 key, PEM')
    .option('--challenge <text>', 'challenge that the run must have been made with')
  acts(verify, 1, async () => (await import('./verify.ts')).verify)

  const merge = addSettings(program.command('merge').argument('[folders...]'), 'merge')
    .description('join the shards of a run into one report and one evidence')
    .option('--out <dir>', 'new or empty folder for the joined run')
    .addOption(
      new Option('--report <format[=file]>', 'write a report; see run --help; repeatable')
        .argParser(parserOf(SETTINGS.report.kind))
        .default([], 'none'),
    )
  addRecordedDocument(merge)
  acts(merge, Number.POSITIVE_INFINITY, async () => (await import('./merge.ts')).merge)

  const compare = program
    .command('compare')
    .argument('[old]')
    .argument('[new]')
    .description('show what got better and worse between two reports, of one target or of two')
    .addOption(formatOption())
  acts(compare, 2, async () => (await import('./compare.ts')).compare)

  const cleanup = addSettings(program.command('cleanup').argument('[ledger]'), 'cleanup', {
    target: 'base URL of the server, as in the ledger (default: asks, on a terminal)',
  })
    .description('remove the files that a run has left on its target; also takes its --out folder')
    .option('--yes', 'without -t: do not ask, and send no credentials; refused if some are needed')
    .option('--force', 'clean up even if the run seems to be going on')
  acts(cleanup, 1, async () => (await import('./cleanup.ts')).cleanup)

  const shells = program
    .command('completion')
    .argument('[shell]')
    .description('print what makes bash, zsh or fish complete commands, flags and values')
    .addHelpText('after', COMPLETION_EXAMPLES)
  acts(shells, 1, async () => {
    const { completion } = await import('./completion.ts')
    return async (_, __, words) => completion(program, output, words)
  })

  const topics = program
    .command('help')
    .argument('[command-or-topic]')
    .description(`show help of a command, or on ${Object.keys(HELP_TOPICS).join(', ')}`)
  acts(topics, 1, async () => async (_, __, words) => help(program, output, words))
  return program
}

function formatOption(): Option {
  return new Option('--format <format>', 'form of the output')
    .choices(['text', 'markdown', 'json'])
    .default('text')
}

/** Adds the flags for the document of recorded evidence. */
function addRecordedDocument(command: Command): Command {
  return command
    .option('--spec <file>', 'the document, if it refers to other files')
    .option('--allow-remote-refs', 'let it refer to files outside its folder')
}

/** Refuses the first word that a command does not take; it may be a misspelt command. */
function refuseWords(command: Command, expected: number): void {
  const word = command.args[expected]
  if (word === undefined) return
  // A URL may hold a password, so it is not quoted.
  if (word.includes('://')) {
    throw new UsageError(`${command.name()}: found a URL, accepted is one behind a flag: -t URL`)
  }
  throw new UsageError(
    `${command.name()}: unexpected word ${JSON.stringify(word)}; commands are ${command.parent?.commands.map((one) => one.name()).join(', ')}`,
  )
}
