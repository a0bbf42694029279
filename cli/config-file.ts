import { closeSync, lstatSync, openSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { printable } from '../reporters/printable.ts'
import { UsageError } from './exit-code.ts'

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
export function readConfig(path: string): string {
  const octets = readAtMost(path, MAX_CONFIG_BYTES + 1)
  if (octets.byteLength > MAX_CONFIG_BYTES) {
    throw refusal(path, `found more than ${MAX_CONFIG_BYTES} octets, accepted are as many`)
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(octets)
  } catch {
    throw refusal(path, 'found no UTF-8, accepted is YAML in it')
  }
}

/** What is no regular file may never end, and has no size to look at before. */
function readAtMost(path: string, bytes: number): Uint8Array {
  const octets = new Uint8Array(bytes)
  let length = 0
  try {
    const file = openSync(path, 'r')
    try {
      for (let read = -1; read !== 0; length += read) {
        read = readSync(file, octets, length, bytes - length, null)
      }
    } finally {
      closeSync(file)
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === undefined) throw error
    const found = code === 'ENOENT' ? 'no such file' : `cannot be read (${code})`
    throw refusal(path, `${found}; accepted is a YAML file with settings`)
  }
  return octets.subarray(0, length)
}

function refusal(path: string, why: string): UsageError {
  return new UsageError(`config ${printable(path)}: ${why}`)
}
