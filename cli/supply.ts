import { readFileSync } from 'node:fs'
import { commandSupply, idsSupply, noSupply } from '../fixtures/handed-over-supplies.ts'
import { uploadSupply } from '../fixtures/upload-supply.ts'
import type { FileSupply } from '../harness/supply.ts'
import { checkedIds } from '../library/ids.ts'
import { UsageError } from './exit-code.ts'

/**
 * The supply of files that `--files` names.
 *
 * @throws UsageError if it names none, or a file without ids
 */
export function supplyFrom(text: string): FileSupply {
  if (text === 'upload') return uploadSupply()
  if (text === 'none') return noSupply()
  const [, kind, argument = ''] = /^(ids|command):(.*)$/s.exec(text) ?? []
  if (kind === 'ids' && argument !== '') return idsSupply(argument, idsFrom(argument))
  if (kind === 'command' && argument !== '') return commandSupply(argument)
  throw new UsageError(`--files ${text}: accepted are upload, ids:FILE, command:CMD and none`)
}

function idsFrom(file: string): readonly string[] {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    const found = code === 'ENOENT' ? 'no such file' : `cannot be read (${code})`
    throw new UsageError(`--files ids:${file}: ${found}; accepted is a file with one id a line`)
  }
  const ids = text
    .split('\n')
    .map((line) => line.replace(/\r$/, ''))
    .filter((line) => line !== '')
  return checkedIds(`--files ids:${file}`, ids, 'a file with one id a line')
}
