import { openRunFolder, type RunFolder } from '../library/run-folder.ts'

export {
  discardBeside,
  LEDGER_SUFFIX,
  NO_FOLDER,
  type RunFolder,
  stateFolder,
} from '../library/run-folder.ts'

/**
 * The folder of `--out`, or the state folder of the user for a run without it.
 *
 * @param runName - names the files where there is no folder
 * @throws UsageError as {@link openRunFolder} does
 */
export function runFolder(out: string | undefined, runName: string): RunFolder {
  return openRunFolder(out, runName, '--out')
}
