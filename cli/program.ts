import { Command, Option } from 'commander'
import { TOOL } from '../harness/http/tool.ts'
import { UsageError } from '../model/errors.ts'
import { whole, wholeTexts } from '../settings/kinds.ts'
import { SETTINGS } from '../settings/table.ts'
import type { CleanupFlags } from './cleanup.ts'
import type { CompareFlags } from './compare.ts'
import type { MergeFlags } from './merge.ts'
import type { Output } from './output.ts'
import type { RequirementsFlags } from './requirements.ts'
import {
  addRunOptions,
  addSettings,
  describeOption,
  parserOf,
  type RunFlags,
} from './run-options.ts'
import type { ServeFlags } from './serve.ts'
import type { VerifyFlags } from './verify.ts'

const EXAMPLES = `
Examples:
  delete-conformance run                                  the embedded reference server
  delete-conformance run -t https://staging.example.com   your server, token in CONFORMANCE_TOKEN
  delete-conformance run -t URL --files ids:ids.txt       delete these ids instead of uploading files
  delete-conformance run -t URL --only not-found/         one family of requirements
  delete-conformance run -t URL --out report              keep what others need to check it
  delete-conformance verify report                        judge that again, offline
  delete-conformance run -t URL --plan                    show what would be sent, send nothing
  delete-conformance compare OLD NEW                      what got better and worse between two reports
  delete-conformance requirements                         what is tested, and where it comes from
  delete-conformance cleanup LEDGER -t URL                after a run that was killed

Exit codes: 0 conforms, 1 violates, 2 wrong usage, 3 inconclusive, 4 internal error, 130 interrupted`

/**
 * Makes the command line.
 *
 * @param finish - called with the exit code of the command that ran
 */
export function createProgram(output: Output, finish: (code: number) => void): Command {
  const program = new Command(TOOL.name)
    .description("Tests a server's file deletion endpoint against its OpenAPI document.")
    .version(TOOL.version)
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

  /** Lets a command act, with flags that variables and the config file have completed if it takes them. */
  const acts = <Flags>(
    command: Command,
    words: number,
    act: (flags: Flags, words: readonly string[]) => Promise<number>,
  ) =>
    command.allowExcessArguments().action(async () => {
      refuseWords(command, words)
      const toDo = () => act(command.opts<Flags & object>(), command.args)
      const takesFile = command.options.some(({ long }) => long === '--config')
      finish(await (takesFile ? completed(command, output, toDo) : toDo()))
    })

  const run = addRunOptions(program.command('run', { isDefault: true }))
    .description('test a target; without -t, the embedded reference server')
    .addHelpText('after', EXAMPLES)
  acts<RunFlags>(run, 0, async (flags) => {
    if (flags.printConfig === undefined) return (await import('./run.ts')).run(flags, output)
    return (await import('./print-config.ts')).printConfig(run, flags.printConfig, output)
  })

  const requirements = addSettings(
    program.command('requirements').argument('[id-or-prefix]'),
    'requirements',
  )
    .description('list what is tested, with level, reason and source; all, or what begins so')
    .addOption(formatOption())
  acts<RequirementsFlags>(requirements, 1, async (flags, [prefix]) => {
    if (prefix?.includes('://')) refuseWords(requirements, 0)
    return (await import('./requirements.ts')).requirements(prefix, flags, output)
  })

  const serve = program
    .command('serve')
    .description('start the reference server on the loopback interface')
    .option('--port <n>', 'port; 0 for any free one', parserOf(whole(0, 65_535)), 0)
    .option('--auth', 'ask for one of two bearer tokens, which it prints')
    .option('--validate-ids', 'answer 422 to malformed ids')
    .option('--fault <name>', 'start a faulty server; repeatable', parserOf(wholeTexts('<name>')))
    .option('--list', 'list the faulty servers')
  acts<ServeFlags>(serve, 0, async (flags) => (await import('./serve.ts')).serve(flags, output))

  const verify = addRecordedDocument(program.command('verify').argument('[folder]'))
    .description('judge the recorded evidence of a run again, offline')
    .option('--public-key <file>', 'check the attestation with this Ed25519 key, PEM')
    .option('--challenge <text>', 'challenge that the run must have been made with')
  acts<VerifyFlags>(verify, 1, async (flags, [folder]) =>
    (await import('./verify.ts')).verify(folder, flags, output),
  )

  const merge = addSettings(program.command('merge').argument('[folders...]'), 'merge')
    .description('join the shards of a run into one report and one evidence')
    .option('--out <dir>', 'new or empty folder for the joined run')
    .addOption(
      new Option('--report <format[=file]>', 'write a report; see run --help; repeatable')
        .argParser(parserOf(SETTINGS.report.kind))
        .default([], 'none'),
    )
  acts<MergeFlags>(addRecordedDocument(merge), Number.POSITIVE_INFINITY, async (flags, folders) =>
    (await import('./merge.ts')).merge(folders, flags, output),
  )

  const compare = program
    .command('compare')
    .argument('[old]')
    .argument('[new]')
    .description('what got better and worse between two reports, or two targets')
    .addOption(formatOption())
  acts<CompareFlags>(compare, 2, async (flags, [before, after]) =>
    (await import('./compare.ts')).compare(before, after, flags, output),
  )

  const cleanup = addSettings(program.command('cleanup').argument('[ledger]'), 'cleanup', {
    target: 'base URL of the server, as in the ledger (default: asks, on a terminal)',
  })
    .description('remove the files that a run has left on its target; takes its --out folder, too')
    .option('--yes', 'without -t: do not ask, and send no credentials; refused if some are needed')
    .option('--force', 'also while the run seems to be going on')
  acts<CleanupFlags>(cleanup, 1, async (flags, [ledger]) =>
    (await import('./cleanup.ts')).cleanup(ledger, flags, output),
  )
  return program
}

function formatOption(): Option {
  return new Option('--format <format>', 'form of the output')
    .choices(['text', 'markdown', 'json'])
    .default('text')
}

/** Adds the flags of a document beside recorded evidence. */
function addRecordedDocument(command: Command): Command {
  return command
    .option('--spec <file>', 'the document, if it refers to other files')
    .option('--allow-remote-refs', 'let it refer to files outside its folder')
}

/** Acts when variables and the config file have completed the flags; a refusal names their source. */
async function completed(
  command: Command,
  output: Output,
  act: () => Promise<number>,
): Promise<number> {
  const { completeFlags, namingSource } = await import('./settings.ts')
  for (const note of await completeFlags(command)) output.note(note)
  return namingSource(command, act)
}

/** Names the first word that a command has no use for; a misspelt command is one. */
function refuseWords(command: Command, expected: number): void {
  const word = command.args[expected]
  if (word === undefined) return
  // Not quoted: it may hold a password.
  if (word.includes('://')) {
    throw new UsageError(`${command.name()}: found a URL, accepted is one behind a flag: -t URL`)
  }
  throw new UsageError(
    `${command.name()}: unexpected word ${JSON.stringify(word)}; commands are run, verify, merge, compare, requirements, serve, cleanup`,
  )
}
