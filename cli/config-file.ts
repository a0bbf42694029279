import { lstatSync } from 'node:fs'
import { join } from 'node:path'
import { UsageError } from '../model/errors.ts'
import { printable } from '../reporters/printable.ts'
import { textOf } from '../spec/bounded-file.ts'

/** Names under which a file with settings is found by itself. */
export const CONFIG_NAMES = ['delete-conformance.yaml', 'delete-conformance.yml'] as const

/** Every flag, each with a comment, takes some 4 KiB. */
export const MAX_CONFIG_BYTES = 64 * 1024

/**
 * The file that settings come from.
 *
 * @param chosen - what `--config` names; false with `--no-config`
 * @param folder - where to look if none is chosen; undefined for the current one
 * @throws UsageError if there are two
 */
export function configPath(
  chosen: string | false | undefined,
  folder?: string,
): string | undefined {
  if (chosen === false) return undefined
  if (chosen !== undefined) return chosen
  const found = CONFIG_NAMES.map((name) =>
    folder === undefined ? name : join(folder, name),
  ).filter(
    // A link that leads nowhere is there, too: what its user wanted is not to be passed over.
    (path) => lstatSync(path, { throwIfNoEntry: false }) !== undefined,
  )
  if (found.length > 1)
    throw new UsageError(`found ${found.join(' and ')}, accepted is one of them`)
  return found[0]
}

/**
 * Reads a file with settings.
 *
 * @throws UsageError if it cannot be read, is too long, or is no UTF-8
 */
export function readConfig(path: string): Promise<string> {
  return textOf({
    named: `config ${printable(path)}`,
    path,
    accepted: 'a YAML file with settings',
    maxBytes: MAX_CONFIG_BYTES,
  })
}
