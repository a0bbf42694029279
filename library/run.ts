import { redactionOf } from '../harness/http/redaction.ts'
import { select } from '../harness/run/selection.ts'
import { RunInterrupted, UsageError } from '../model/errors.ts'
import type { Report } from '../model/report.ts'
import { type Choices, choicesOf } from './choices.ts'
import { providerOf } from './files.ts'
import { CATALOGUE, keepReport, launchLive, type OptionNames, readyRun } from './launch.ts'
import { type LoadedContract, loadContract } from './load-contract.ts'
import type { RunOptions } from './run-options.ts'
import { secretsOf } from './secrets.ts'

/**
 * Tests a target, or the embedded reference server, as `delete-conformance run` does.
 *
 * Nothing is written to the terminal, the process is never ended, and when the promise is settled
 * nothing is open. A target that violates, cannot be reached or lets nobody in is no error: the report
 * says so. The requirements are those that this package ships, since `verify` knows no others.
 *
 * Credentials are in no report and no error, however the target spells them.
 *
 * @throws UsageError if an option is unknown or not what it may be, `out` cannot be written, a credential is
 *   too short to be kept out of reports, or something that they show holds one
 * @throws SelectionError if `only` or `skip` names no requirement, or they leave none
 * @throws LedgerError if the ledger of files cannot be written; nothing was sent then, or the files of
 *   the run are removed
 * @throws EvidenceError if evidence cannot be written, or was removed; the files of the run are removed
 * @throws RunInterrupted if the signal was aborted before everything was judged; the files of the run
 *   are removed, but for those that it names
 * @throws InternalError on a fault of this program; the files of the run are removed, and where they are
 *   not, the message of this error and of those above names them
 */
export async function run(options: RunOptions = {}): Promise<Report> {
  const choices = choicesOf(options)
  const names = namesIn(choices)
  const redaction = redactionOf(secretsOf({ ...choices, url: choices.target }, names))
  try {
    select(CATALOGUE.catalogue, choices.only, choices.skip)
    const { target: url, capabilities: declaredCapabilities, ...rest } = choices
    const provider = providerOf(options.files)
    const contract = await contractOf(options)
    if (options.signal?.aborted) throw new RunInterrupted([])
    const ready = await readyRun(
      { ...rest, url, declaredCapabilities, provider, contract },
      names,
      redaction,
    )
    try {
      const { signal, onProgress } = options
      const keepsEvidence = ready.folder.out !== undefined
      const report = await launchLive(ready, { signal, keepsEvidence, onProgress })
      keepReport(ready, report)
      ready.folder.seal()
      return report
    } finally {
      await ready.close()
    }
  } catch (error) {
    redaction.error(error)
    throw error
  }
}

function namesIn({ tokenSource, secondTokenSource }: Choices): OptionNames {
  return {
    url: 'target',
    token: tokenSource,
    secondToken: secondTokenSource,
    header: 'headers',
    secretHeader: 'secretHeaders',
    files: 'files',
    document: 'contract',
    out: 'out',
  }
}

async function contractOf({ contract }: RunOptions): Promise<LoadedContract> {
  if (contract === undefined) return loadContract()
  if (contract?.documentOctets instanceof Uint8Array) return contract
  throw new UsageError('contract: accepted is what loadContract gives')
}
