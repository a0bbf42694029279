import { checkedIds } from '../library/choices.ts'
import { UsageError } from '../model/errors.ts'
import { uploadSupply } from '../resources/openai-files.ts'
import { commandSupply, idsSupply, noSupply } from '../resources/provided.ts'
import type { FileSupply } from '../resources/provider.ts'
import { textOf } from '../spec/bounded-file.ts'

/** Far more ids than a run uses up, of any length that they may have. */
const MAX_IDS_BYTES = 16 * 1024 * 1024

/**
 * The supply of files that `--files` names.
 *
 * @throws UsageError if it names none, or a file without ids
 */
export async function supplyFrom(text: string): Promise<FileSupply> {
  if (text === 'upload') return uploadSupply()
  if (text === 'none') return noSupply()
  const [, kind, argument = ''] = /^(ids|command):(.*)$/s.exec(text) ?? []
  if (kind === 'ids' && argument !== '') return idsSupply(argument, await idsFrom(argument))
  if (kind === 'command' && argument !== '') return commandSupply(argument)
  throw new UsageError(`--files ${text}: accepted are upload, ids:FILE, command:CMD and none`)
}

async function idsFrom(path: string): Promise<readonly string[]> {
  const named = `--files ids:${path}`
  const accepted = 'a file with one id a line'
  const text = await textOf({ named, path, accepted, maxBytes: MAX_IDS_BYTES })
  const ids = text
    .split('\n')
    .map((line) => line.replace(/\r$/, ''))
    .filter((line) => line !== '')
  return checkedIds(named, ids, accepted)
}
