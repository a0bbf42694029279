import { type Command, Option } from 'commander'
import { CONFIG_NAMES } from './config-file.ts'
import { env } from './variables.ts'

/** Flags that choose the file with settings. */
export interface ConfigFlags {
  /** Its path; false where none is to be read. */
  readonly config?: string | false
}

/** How settings are printed. */
export type SettingsFormat = 'text' | 'json'

/** Adds the flags of commands that take settings from a file. */
export function addConfigOptions(command: Command): Command {
  return command
    .addOption(
      env(
        new Option(
          '--config <file>',
          `file with settings, named as flags are (default: ${CONFIG_NAMES[0]} in the current folder)`,
        ),
        'CONFIG',
      ),
    )
    .addOption(new Option('--no-config', 'take no settings from a file'))
}

/** Adds `--print-config`. */
export function addPrintConfigOption(command: Command): Command {
  return command.addOption(
    new Option(
      '--print-config [format]',
      'say what applies and where it comes from, and send nothing',
    )
      .choices(['text', 'json'])
      .preset('text'),
  )
}
