import { join } from 'node:path'
import { BUNDLE, checkFiles, expectBundle, readBundle } from '../harness/evidence/bundle.ts'
import { differencesBetween } from '../harness/evidence/difference.ts'
import { recordsIn, writeEvidence } from '../harness/evidence/evidence-file.ts'
import { MergeError, mergedReport, shardsInOrder } from '../harness/evidence/merging.ts'
import { gated } from '../harness/gate/gate.ts'
import { reportedTool } from '../harness/http/tool.ts'
import { acceptedBy } from '../library/accepted.ts'
import { openRunFolder } from '../library/run-folder.ts'
import { UsageError } from '../model/errors.ts'
import type { Report } from '../model/report.ts'
import { closing } from '../reporters/terminal.ts'
import { readRegular } from '../spec/bounded-file.ts'
import { MAX_DOCUMENT_BYTES } from '../spec/document.ts'
import { catalogueFor } from '../suites/catalogue.ts'
import { exitCodeOf } from './exit-code.ts'
import type { Output } from './output.ts'
import { destinations, sayNext, writeProducts } from './products.ts'
import { type RecordedDocumentFlags, recordedContract } from './recorded-run.ts'
import type { GateFlags } from './run-options.ts'

interface MergeFlags extends GateFlags, RecordedDocumentFlags {
  readonly out?: string
  readonly report: readonly string[]
}

interface Shard {
  readonly folder: string
  readonly report: Report
}

/**
 * Runs `delete-conformance merge DIR…`: merges the shards of a run into one report with one evidence.
 *
 * @returns the exit code of the whole run
 */
export async function merge(
  flags: MergeFlags,
  output: Output,
  folders: readonly string[],
): Promise<number> {
  if (flags.out === undefined) {
    throw new UsageError('merge: found no folder for the merged run, accepted is --out DIR')
  }
  const accepted = await acceptedBy(flags)
  const reports = destinations(flags.report, flags.out)
  const shards = inOrder(folders.map(shardIn))
  const [first] = shards as readonly [Shard, ...Shard[]]
  const { tool } = first.report
  if (differencesBetween(reportedTool(), tool, 'tool').length > 0) {
    throw new UsageError(
      `merge: found shards of ${tool.name} ${tool.version}, accepted are those of this program`,
    )
  }
  const contract = await recordedContract(first.folder, first.report, flags)
  if ('where' in contract) {
    throw new UsageError(`merge: ${first.folder}: ${contract.where}: ${contract.found}`)
  }
  const folder = openRunFolder(flags.out, 'merged', '--out')
  const evidence = writeEvidence(folder.evidencePath)
  for (const shard of shards) {
    for (const record of recordsIn(join(shard.folder, BUNDLE.evidence))) evidence.append(record)
  }
  evidence.close()
  const merged = mergedReport(
    shards.map(({ report }) => report),
    { contract, catalogue: catalogueFor(contract), evidence: evidence.identity() },
  )
  const report = accepted === undefined ? merged : gated(merged, accepted)
  output.line(closing(report, output.style).trimEnd())
  const document = readRegular(join(first.folder, BUNDLE.document), MAX_DOCUMENT_BYTES)
  writeProducts({ folder, reports, document, accepted, signing: undefined }, report, output)
  sayNext(report, output)
  return exitCodeOf(report)
}

/** Reads a shard whose files all fit their digests. */
function shardIn(folder: string): Shard {
  expectBundle(folder, 'merge')
  const checked = checkFiles(folder)
  const { report, differences } = readBundle(folder)
  const [broken] = [...checked.differences, ...differences]
  if (report !== undefined && broken === undefined) return { folder, report }
  throw new UsageError(
    `merge: ${folder}: ${broken?.where}: expected ${broken?.expected}, found ${broken?.found}`,
  )
}

function inOrder(shards: readonly Shard[]): readonly Shard[] {
  try {
    const order = shardsInOrder(shards.map(({ report }) => report))
    return order.flatMap((report) => shards.filter((one) => one.report === report))
  } catch (error) {
    if (!(error instanceof MergeError)) throw error
    throw new UsageError(`merge: ${error.message}; accepted are all shards of one run, each once`)
  }
}
