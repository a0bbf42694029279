import { existsSync, readFileSync } from 'node:fs'

/** How many requests were kept back, by the reading that forbade them. */
export type RefusedByReading = Readonly<Record<string, number>>

/** The part of a report that is about safety. */
export interface Reported {
  readonly verdict: string | undefined
  readonly guessable: boolean | undefined
  readonly refused: RefusedByReading
}

/** Fields of `report.json`, each of which may be missing. */
interface ReportFile {
  readonly verdict?: string
  readonly ids?: { readonly guessable?: boolean }
  readonly notSent?: readonly { readonly reading?: string; readonly count?: number }[]
}

/** Reads a report; one that was never written, as of a replay, says nothing. */
export function reportedIn(file: string): Reported {
  const report: ReportFile = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {}
  const refused: Record<string, number> = {}
  for (const { reading = 'unnamed', count = 1 } of report.notSent ?? []) {
    refused[reading] = (refused[reading] ?? 0) + count
  }
  return { verdict: report.verdict, guessable: report.ids?.guessable, refused }
}
