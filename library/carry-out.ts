import { existsSync } from 'node:fs'
import { BUNDLE } from '../harness/evidence/bundle.ts'
import { type EvidenceWriter, writeEvidence } from '../harness/evidence/evidence-file.ts'
import { openEnvironment } from '../harness/http/environment.ts'
import { type ConformanceOptions, testConformance } from '../harness/run/run.ts'
import { select } from '../harness/run/selection.ts'
import { EvidenceError, RunInterrupted } from '../model/errors.ts'
import { recorded } from '../model/evidence.ts'
import type { Report } from '../model/report.ts'
import { json } from '../reporters/json.ts'
import { type Progress, progressListener } from './progress.ts'
import type { Interruption } from './run.ts'
import type { RunFolder } from './run-folder.ts'

/** What is needed beside the options of a run to carry it out. */
interface CarryOutParts {
  readonly folder: RunFolder
  /** The document as it was read. */
  readonly document: Uint8Array
  readonly interruption: Interruption
  readonly onProgress: (progress: Progress) => void
}

/**
 * Carries out a run, tells of it, and keeps what is to be kept.
 *
 * @throws what `onProgress` throws, and else what `testConformance` throws
 */
export async function carryOut(
  options: Omit<ConformanceOptions, 'openEnvironment'>,
  { folder, document, interruption, onProgress }: CarryOutParts,
): Promise<Report> {
  const { target, concurrency, ratePerSecond, budget, seed, catalogue, only, skip } = options
  let thrown: { readonly error: unknown } | undefined
  const tell = (progress: Progress) => {
    if (thrown !== undefined) return
    try {
      onProgress(progress)
    } catch (error) {
      // In the middle of a case it would be taken for a fault of the requirement.
      thrown = { error }
      interruption.abort()
    }
  }
  const evidence = folder.out === undefined ? undefined : writeEvidence(folder.evidencePath)
  try {
    tell({ kind: 'started', target: target.url, seed, ledgerPath: folder.ledgerPath })
    const { signal } = interruption
    const report = await testConformance(
      {
        ...options,
        ...(evidence && keepingEvidence(evidence, folder)),
        openEnvironment: (files) =>
          openEnvironment({
            target,
            concurrency,
            ratePerSecond,
            signal,
            budget: budget && { limits: budget, files },
          }),
      },
      progressListener(select(catalogue, only, skip), tell),
    )
    keepReport(folder, report, document)
    folder.seal()
    return report
  } catch (error) {
    if (!(error instanceof RunInterrupted) || error.left.length === 0) throw error
    throw new RunInterrupted(error.left, folder.ledgerPath)
  } finally {
    evidence?.close()
    // biome-ignore lint/correctness/noUnsafeFinally: the caller's own error comes before all others
    if (thrown !== undefined) throw thrown.error
  }
}

/** The options by which a run keeps its evidence; the report names it only where it stays. */
export function keepingEvidence(
  evidence: EvidenceWriter,
  { out }: RunFolder,
): Pick<ConformanceOptions, 'record' | 'provided' | 'evidence'> {
  return {
    record: (exchange) => evidence.append(recorded(exchange)),
    provided: evidence.append,
    ...(out === undefined ? {} : { evidence: evidence.identity }),
  }
}

/**
 * Writes the report and the document that it was judged by; `verify` needs both beside the evidence.
 *
 * @throws UsageError if they cannot be written
 * @throws EvidenceError if the evidence that they belong to was removed meanwhile
 */
export function keepReport(folder: RunFolder, report: Report, document: Uint8Array): void {
  refuseWithoutEvidence(folder)
  folder.write(BUNDLE.report, reportText(report))
  folder.write(BUNDLE.document, document)
}

function refuseWithoutEvidence({ out, evidencePath }: RunFolder): void {
  if (out === undefined || existsSync(evidencePath)) return
  throw new EvidenceError(
    `${evidencePath}: was removed while the run went on; what was sent is lost, and no report is kept without it`,
  )
}

/** The text of `report.json`. */
export function reportText(report: Report): string {
  return [...json.render({ report, exchanges: () => [] })].join('')
}
