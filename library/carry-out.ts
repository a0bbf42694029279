import { writeEvidence } from '../harness/evidence/evidence-file.ts'
import { openOutside } from '../harness/http/environment.ts'
import { type ConformanceOptions, testConformance } from '../harness/run/run.ts'
import { select } from '../harness/run/selection.ts'
import { RunInterrupted } from '../model/errors.ts'
import type { Report } from '../model/report.ts'
import type { Interruption } from './interruption.ts'
import { keepingEvidence, keepReport } from './kept-run.ts'
import { type Progress, tellingOf } from './progress.ts'
import type { RunFolder } from './run-folder.ts'

/** What is needed beside the options of a run to carry it out. */
export interface CarryOutParts {
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
  options: Omit<ConformanceOptions, 'openOutside'>,
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
        openOutside: (files) =>
          openOutside({
            target,
            concurrency,
            ratePerSecond,
            signal,
            budget: budget && { limits: budget, files },
          }),
      },
      tellingOf(select(catalogue, only, skip), tell),
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
