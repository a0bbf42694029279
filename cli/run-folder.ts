import { openRunFolder, type RunFolder } from '../library/run-folder.ts'

export {
  discardBeside,
  LEDGER_FOLDER,
  LEDGER_SUFFIX,
  type RunFolder,
  write,
} from '../library/run-folder.ts'

/**
 * The folder of `--out`, or another one for a run without it.
 *
 * @param runName - names the files where there is no folder
 * @throws UsageError if it cannot be written or holds anything
 */
export function runFolder(out: string | undefined, runName: string): RunFolder {
  return openRunFolder(out, runName, '--out')
}
