import { existsSync } from 'node:fs'
import { BUNDLE } from '../harness/evidence/bundle.ts'
import { EvidenceError, type EvidenceWriter } from '../harness/evidence/evidence-file.ts'
import type { ConformanceOptions } from '../harness/run/run.ts'
import { recorded } from '../model/recording.ts'
import type { Report } from '../model/report.ts'
import { json } from '../reporters/json.ts'
import type { RunFolder } from './run-folder.ts'

/** The options by which a run keeps its evidence; the report names it only where it stays. */
export function keepingEvidence(
  evidence: EvidenceWriter,
  { out }: RunFolder,
): Pick<ConformanceOptions, 'record' | 'handedOver' | 'evidence'> {
  return {
    record: (exchange) => evidence.append(recorded(exchange)),
    handedOver: evidence.append,
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
