import { comparisonOf } from '../harness/gate/comparison.ts'
import { reportFrom } from '../harness/gate/report-file.ts'
import { UsageError } from '../model/errors.ts'
import { type ComparisonFormat, renderComparison } from '../reporters/comparison.ts'
import { EXIT } from './exit-code.ts'
import type { Output } from './output.ts'

interface CompareFlags {
  readonly format: ComparisonFormat
}

/**
 * Runs `delete-conformance compare OLD NEW`: shows what got better and worse between two reports.
 *
 * @returns the exit code: 1 if anything is worse
 */
export async function compare(
  { format }: CompareFlags,
  output: Output,
  [before, after]: readonly string[],
): Promise<number> {
  if (before === undefined || after === undefined) {
    throw new UsageError(
      'compare: accepted are two reports, each a report.json or a folder of "run --out"',
    )
  }
  const comparison = comparisonOf(
    await reportFrom(before, `compare ${before}`),
    await reportFrom(after, `compare ${after}`),
  )
  output.line(renderComparison(comparison, format))
  return comparison.totals.worse > 0 ? EXIT.violates : EXIT.conforms
}
