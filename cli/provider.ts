import { checkedIds } from '../library/files.ts'
import { UsageError } from '../model/errors.ts'
import { openAiFiles } from '../resources/openai-files.ts'
import { commandProvider, idsProvider, noProvider } from '../resources/provided.ts'
import type { ResourceProvider } from '../resources/provider.ts'
import { textOf } from '../spec/bounded-file.ts'

/** Far more ids than a run uses up, of any length that they may have. */
const MAX_IDS_BYTES = 16 * 1024 * 1024

/**
 * The resource provider that `--files` names.
 *
 * @throws UsageError if it names none, or a file without ids
 */
export async function providerFrom(text: string): Promise<ResourceProvider> {
  if (text === 'upload') return openAiFiles()
  if (text === 'none') return noProvider()
  const [, kind, argument = ''] = /^(ids|command):(.*)$/s.exec(text) ?? []
  if (kind === 'ids' && argument !== '') return idsProvider(argument, await idsFrom(argument))
  if (kind === 'command' && argument !== '') return commandProvider(argument)
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
