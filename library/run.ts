import { redactionOf } from '../harness/http/redaction.ts'
import { select } from '../harness/run/selection.ts'
import { RunInterrupted, UsageError } from '../model/errors.ts'
import type { Report } from '../model/report.ts'
import { catalogue } from '../suites/catalogue.ts'
import { choicesOf } from './choices.ts'
import { providerOf } from './files.ts'
import { launchKept, type OptionNames, readyRun } from './launch.ts'
import { type LoadedContract, loadContract } from './load-contract.ts'
import type { RunOptions } from './run-options.ts'
import { secretsOf } from './secrets.ts'
import { uploadChoices } from './upload.ts'

/**
 * Tests a target, or the embedded reference server, as `delete-conformance run` does.
 *
 * It writes nothing to the terminal, never ends the process, and leaves nothing open. It does not throw if the
 * target violates a requirement, cannot be reached or refuses the credentials: the report says so. It tests the
 * requirements that this package ships, since `verify` knows no others.
 *
 * No report and no error holds a credential, in any spelling.
 *
 * Every error after the first request comes after cleanup. Its message names the files that are left, if any.
 *
 * @throws UsageError if an option is unknown or its value is not accepted, `out` cannot be written, a credential
 *   is too short to be kept out of reports, or a text that they show holds one
 * @throws SelectionError if `only` or `skip` names no requirement, or they leave none
 * @throws LedgerError if the ledger of files cannot be written
 * @throws EvidenceError if evidence cannot be written, or was removed
 * @throws RunInterrupted if the signal was aborted before everything was judged; it lists the files that are left
 * @throws InternalError on a fault of this program
 */
export async function run(options: RunOptions = {}): Promise<Report> {
  const { upload: chosen, ...choices } = choicesOf(options)
  const names: OptionNames = {
    url: 'target',
    token: options.token === undefined ? choices.tokenEnv : 'token',
    secondToken: options.secondToken === undefined ? choices.secondTokenEnv : 'secondToken',
    header: 'header',
    secretHeader: 'secretHeader',
    files: 'files',
    upload: 'upload…',
    document: 'contract',
    out: 'out',
  }
  const redaction = redactionOf(secretsOf(choices, names))
  try {
    select(catalogue, choices.only, choices.skip)
    const upload = await uploadChoices(chosen, 'uploadContent')
    const provider = providerOf(options.files, upload)
    const contract = await contractOf(options)
    if (options.signal?.aborted) throw new RunInterrupted([])
    const ready = await readyRun({ ...choices, provider, contract }, names, redaction)
    try {
      const { signal, onProgress } = options
      return await launchKept(ready, { signal, onProgress })
    } finally {
      await ready.close()
    }
  } catch (error) {
    redaction.error(error)
    throw error
  }
}

async function contractOf({ contract }: RunOptions): Promise<LoadedContract> {
  return contract === undefined ? loadContract() : checkedContract(contract)
}

/** @throws UsageError if a value is no contract, as a promise that was not awaited */
export function checkedContract(contract: LoadedContract): LoadedContract {
  if (contract?.documentOctets instanceof Uint8Array) return contract
  throw new UsageError('contract: accepted is what loadContract gives: await loadContract()')
}
