import { Command, Option } from 'commander'
import { TOOL } from '../harness/http/tool.ts'
import { UsageError } from '../model/errors.ts'
import type { CleanupFlags } from './cleanup.ts'
import type { CompareFlags } from './compare.ts'
import { addConfigOptions } from './config-options.ts'
import { addConnectionOptions } from './connection-options.ts'
import { addDocumentOptions, addRecordedDocumentOptions } from './document-options.ts'
import { addGateOptions } from './gate-options.ts'
import { keepTexts } from './given-texts.ts'
import type { MergeFlags } from './merge.ts'
import type { Output } from './output.ts'
import { gathered, repeated, wholeNumber } from './parse.ts'
import type { RequirementsFlags } from './requirements.ts'
import { addRunOptions, type RunFlags } from './run-options.ts'
import type { ServeFlags } from './serve.ts'
import { describeOption, env } from './variables.ts'
import type { VerifyFlags } from './verify.ts'
import { sayingWhence } from './whence.ts'

const EXAMPLES = `
Examples:
  delete-conformance run                                  the embedded reference server
  delete-conformance run -t https://staging.example.com   a server of yours, token in CONFORMANCE_TOKEN
  delete-conformance run -t URL --files ids:ids.txt       delete these ids instead of uploading files
  delete-conformance run -t URL --only not-found/         one family of requirements
  delete-conformance run -t URL --out report              keep what others need to check it
  delete-conformance verify report                        judge that again, offline
  delete-conformance run -t URL --plan                    say what would be sent, send nothing
  delete-conformance compare OLD NEW                      what got better and worse between two reports
  delete-conformance requirements                         what is tested, and where it comes from
  delete-conformance cleanup LEDGER -t URL                after a run that was killed

Exit codes: 0 conforms, 1 violates, 2 wrong usage, 3 inconclusive, 4 internal error, 130 interrupted`

/**
 * The command line.
 *
 * @param finish - told the exit code of the command that ran
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

  addRunOptions(program.command('run', { isDefault: true }))
    .description('test a target; without -t, the embedded reference server')
    .addHelpText('after', EXAMPLES)
    .action(async (flags: RunFlags, command: Command) => {
      refuseWords(command)
      await complete(command, output)
      finish(
        await sayingWhence(command, async () => {
          if (flags.printConfig === undefined) return (await import('./run.ts')).run(flags, output)
          const { printConfig } = await import('./print-config.ts')
          return printConfig(command, flags.printConfig, output)
        }),
      )
    })

  addConfigOptions(addDocumentOptions(program.command('requirements').argument('[id-or-prefix]')))
    .description('list what is tested, with level, reason and source; all, or what begins so')
    .addOption(
      new Option('--format <format>', 'how').choices(['text', 'markdown', 'json']).default('text'),
    )
    .action(async (prefix: string | undefined, flags: RequirementsFlags, command: Command) => {
      refuseWords(command, prefix?.includes('://') ? 0 : 1)
      await complete(command, output)
      const { requirements } = await import('./requirements.ts')
      finish(await sayingWhence(command, () => requirements(prefix, flags, output)))
    })

  program
    .command('serve')
    .description('start the reference server on the loopback interface')
    .option('--port <n>', 'port; 0 for any free one', wholeNumber(0, 65_535), 0)
    .option('--auth', 'ask for one of two bearer tokens, which it prints')
    .option('--validate-ids', 'answer 422 to ids that cannot be ids')
    .option('--fault <name>', 'start a faulty server instead; repeatable', repeated)
    .option('--list', 'list the faulty servers')
    .action(async (flags: ServeFlags, command: Command) => {
      refuseWords(command)
      finish(await (await import('./serve.ts')).serve(flags, output))
    })

  addRecordedDocumentOptions(program.command('verify').argument('[folder]'))
    .description('judge the recorded evidence of a run again, offline')
    .option('--public-key <file>', 'check the attestation with this Ed25519 key, PEM')
    .option('--challenge <text>', 'the word that the run must have been made with')
    .action(async (folder: string | undefined, flags: VerifyFlags, command: Command) => {
      refuseWords(command, 1)
      finish(await (await import('./verify.ts')).verify(folder, flags, output))
    })

  const merging = addGateOptions(program.command('merge').argument('[folders...]'))
  addConfigOptions(addRecordedDocumentOptions(merging))
    .description('join the shards of a run into one report and one evidence')
    .option('--out <dir>', 'new or empty folder for what is joined')
    .addOption(
      new Option('--report <format[=file]>', 'write a report, repeatable; see run --help')
        .argParser(gathered)
        .default([], 'none'),
    )
    .action(async (folders: readonly string[], flags: MergeFlags, command: Command) => {
      await complete(command, output)
      const { merge } = await import('./merge.ts')
      finish(await sayingWhence(command, () => merge(folders, flags, output)))
    })

  program
    .command('compare')
    .argument('[old]')
    .argument('[new]')
    .description('what got better and worse between two reports, or two targets')
    .addOption(
      new Option('--format <format>', 'how').choices(['text', 'markdown', 'json']).default('text'),
    )
    .action(
      async (
        before: string | undefined,
        after: string | undefined,
        flags: CompareFlags,
        command: Command,
      ) => {
        refuseWords(command, 2)
        finish(await (await import('./compare.ts')).compare(before, after, flags, output))
      },
    )

  addConfigOptions(addConnectionOptions(program.command('cleanup').argument('[ledger]')))
    .description('remove the files that a run has left on its target; takes its --out folder, too')
    .addOption(
      env(
        new Option(
          '-t, --target <url>',
          'base URL of the server, the same as in the ledger (default: asks, on a terminal)',
        ),
        'TARGET',
      ),
    )
    .option(
      '--yes',
      'without -t: do not ask, and send no credentials; refused where some are needed',
    )
    .option('--force', 'also while the run seems to be going on')
    .action(async (ledger: string | undefined, flags: CleanupFlags, command: Command) => {
      refuseWords(command, 1)
      await complete(command, output)
      const { cleanup } = await import('./cleanup.ts')
      finish(await sayingWhence(command, () => cleanup(ledger, flags, output)))
    })
  for (const command of program.commands) {
    command.allowExcessArguments()
    keepTexts(command)
  }
  return program
}

/** Takes from variables and the config file what the command line leaves open. */
async function complete(command: Command, output: Output): Promise<void> {
  const { completeFlags } = await import('./settings.ts')
  for (const note of await completeFlags(command)) output.note(note)
}

/** Names the first word that a command has no use for; a misspelt command is one. */
function refuseWords(command: Command, expected = 0): void {
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
