import type { Log } from 'har-format'
import type { RecordedExchange, Report } from '../model/report.ts'
import type { Findings, Format } from './format.ts'
import { harEntry } from './har-entry.ts'
import { jsonText } from './json-text.ts'

/** HTTP Archive of what the report speaks of: the cases behind each violation and each doubt. */
export const har: Format = {
  name: 'har',
  file: 'exchanges.har',
  about: 'HTTP Archive of the cases that failed, for the network panel of a browser',
  render: (findings) => archive(findings.report, reportedExchanges(findings)),
}

/** HTTP Archive of the whole run. */
export const harAll: Format = {
  name: 'har-all',
  file: 'all-exchanges.har',
  about: 'HTTP Archive of every exchange of the run',
  render: (findings) => archive(findings.report, findings.exchanges()),
}

function* archive(report: Report, exchanges: Iterable<RecordedExchange>): Iterable<string> {
  const { origin } = new URL(report.target.url)
  const head: Pick<Log, 'version' | 'creator' | 'comment'> = {
    version: '1.2',
    creator: { name: report.tool.name, version: report.tool.version },
    comment: `${report.document.operation} at ${report.target.url}, seed ${report.seed}`,
  }
  yield `{"log":${jsonText(head).slice(0, -1)},"entries":[`
  let separator = '\n'
  for (const exchange of exchanges) {
    yield separator + jsonText(harEntry(origin, exchange))
    separator = ',\n'
  }
  yield '\n]}}\n'
}

/** Each exchange that the report holds, whole where the evidence has it. */
function* reportedExchanges({ report, exchanges }: Findings): Iterable<RecordedExchange> {
  const wanted = new Map(
    report.requirements.flatMap((result) => result.exchanges).map((one) => [placeOf(one), one]),
  )
  if (wanted.size === 0) return
  for (const exchange of exchanges()) {
    if (wanted.delete(placeOf(exchange))) yield exchange
  }
  yield* wanted.values()
}

function placeOf({ requirement, case: caseKey, step }: RecordedExchange): string {
  return JSON.stringify([requirement, caseKey, step])
}
