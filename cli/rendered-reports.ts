import { createHash } from 'node:crypto'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { BUNDLE, type Difference, fileSha256 } from '../harness/evidence/bundle.ts'
import { exchangesIn } from '../harness/evidence/evidence-file.ts'
import type { Report } from '../model/report.ts'
import { formats } from '../reporters/formats.ts'

/** What holding the reports of a folder against the one that they are made of has found. */
interface CheckedReports {
  /** Files that were made again. */
  readonly files: readonly string[]
  /** Files of which nothing but the digest was looked at. */
  readonly others: readonly string[]
  readonly differences: readonly Difference[]
}

/**
 * Makes the reports of a folder again, those that have the names of their formats, and compares: a page
 * that was painted over is as bad as a verdict that was.
 */
export function checkReports(folder: string, report: Report): CheckedReports {
  const findings = { report, exchanges: () => exchangesIn(join(folder, BUNDLE.evidence)) }
  const there = formats.filter(
    ({ file }) => file !== BUNDLE.report && existsSync(join(folder, file)),
  )
  const differing = there.filter(({ file, render }) => {
    const hash = createHash('sha256')
    for (const piece of render(findings)) hash.update(piece)
    return hash.digest('hex') !== fileSha256(join(folder, file))
  })
  const known: readonly string[] = [...Object.values(BUNDLE), ...there.map(({ file }) => file)]
  return {
    others: readdirSync(folder).filter((name) => !known.includes(name)),
    files: there.map(({ file }) => file),
    differences: differing.map(({ file }) => ({
      where: file,
      expected: `what follows from ${BUNDLE.report} and the evidence`,
      found: 'something else',
    })),
  }
}
