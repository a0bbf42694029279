import { basename, resolve } from 'node:path'
import type { Report } from '../../model/report.ts'
import { codeSpan } from '../../reporters/markdown-text.ts'
import { present, undecided, verdictSentence } from '../../reporters/wording.ts'
import { type Cause, lineOf } from './cause.ts'
import type { FieldServer } from './field-server.ts'

const HEAD = `# Field report

What \`delete-conformance\` finds on servers that others wrote, in words that their authors can act on. A run with
default options gave each section; \`npm run test:field\` repeats them, and fails unless each cause below is told by
one finding, and nothing else is. This page is generated (\`npm run docs:field\`). In exchanges, \`<id>\` is the id of an
uploaded file, and \`<made-up>\` one that nobody has.
`

/** Writes the page of all servers. The same findings give the same page, but for {@link withoutMeasures}. */
export function fieldReport(runs: readonly (readonly [FieldServer, Report])[]): string {
  return [HEAD, ...runs.map(([server, report]) => section(server, report))].join('\n')
}

/** Takes out of a page what differs from run to run: times, numbers, and what a race has blocked besides. */
export function withoutMeasures(page: string): string {
  return page.replaceAll(/^(?:The verdict is .*|It took .*|- .*: `blocked by .*)\n/gm, '')
}

function section(server: FieldServer, report: Report): string {
  const { name, version, origin, about, causes, besides = [] } = server
  const unjudged = notJudged(report)
  return present([
    `## ${name} ${version} (${origin})\n`,
    `${about} ${commands(server)}\n`,
    `The verdict is ${verdictSentence(report).replaceAll(report.runId ?? /$^/g, '<made-up>')}.`,
    `It took less than ${roundedSeconds(report.durationMs)} s, and about ${roundedRequests(report)} requests.\n`,
    causes.length > 0 && table(causes, report),
    causes.length === 0 && 'Nothing is wrong.\n',
    besides.length > 0 && `Beside these:\n\n${besides.map((one) => `- ${one}`).join('\n')}\n`,
    unjudged.length > 0 && `Not judged:\n\n${unjudged.join('\n')}\n`,
  ]).join('\n')
}

/** Says how it was started, and how it was tested. */
function commands(server: FieldServer): string {
  const place = {
    installed: '.',
    folder: 'FOLDER',
    port: 'PORT',
    upstream: 'http://127.0.0.1:PORT',
  }
  const { program, words, env = {} } = server.start(place)
  const variables = Object.entries(env).map(([variable, value]) => `${variable}=${value}`)
  const started = [...variables, basename(program), ...words].join(' ')
  const root = `${resolve(import.meta.dirname, '../..')}/`
  const added = (server.words?.(place) ?? []).map((one) => (one.includes(' ') ? `'${one}'` : one))
  const tested = ['delete-conformance run -t http://127.0.0.1:PORT', ...added].join(' ')
  const token = server.token === undefined ? '' : ', its token in `CONFORMANCE_TOKEN`'
  return `Started with ${codeSpan(started.replaceAll(root, ''))}; tested with ${codeSpan(tested)}${token}.`
}

function table(causes: readonly Cause[], report: Report): string {
  const rows = causes.map((cause) => {
    const shown = exchangeOf(cause, report)
    const example = shown === undefined ? '' : `<br>${codeSpan(shown)}`
    const cells = [codeSpan(cause.requirement), cause.happens + example, cause.right]
    return `| ${cells.map((one) => one.replaceAll('|', '\\|')).join(' | ')} |`
  })
  const head = ['| requirement | what happens | what would be right |', '| --- | --- | --- |']
  return `${[...head, ...rows].join('\n')}\n`
}

/** Gives the shortest exchange that shows a cause; of several, the first by its letters. */
function exchangeOf({ shows, requirement }: Cause, report: Report): string | undefined {
  const results = report.requirements.filter(({ violations }) => violations.length > 0)
  const own = results.filter(({ id }) => id === requirement)
  const lines = (own.length > 0 ? own : results)
    .flatMap(({ exchanges }) => exchanges)
    .map((one) => lineOf(one, report))
    .filter((line) => shows.test(line))
  return lines.sort((one, other) => one.length - other.length || (one < other ? -1 : 1))[0]
}

/** Lists what could not be judged by its reason, without what differs from run to run. */
function notJudged(report: Report): readonly string[] {
  const byReason = new Map<string, readonly string[]>()
  for (const { reason, ids } of undecided(report, 'inconclusive')) {
    const steady = reason
      .replace(/ \(\d+ of \d+ cases\)$/, '')
      .replace(/^[^:]* cases? set aside: /, '')
      .replace(/ \([A-Z_]+\)$/, '')
    byReason.set(steady, [...(byReason.get(steady) ?? []), ...ids])
  }
  return [...byReason].map(
    ([reason, ids]) => `- ${ids.map((id) => codeSpan(id)).join(', ')}: ${codeSpan(reason)}`,
  )
}

/** Steps that times are rounded up to, in seconds. */
const STEPS = [5, 15, 30, 60, 120, 300, 600]

function roundedSeconds(ms: number): number {
  return STEPS.find((step) => ms < step * 1_000) ?? Math.ceil(ms / 1_000)
}

function roundedRequests({ evidence }: Report): number {
  return Math.round((evidence?.lines ?? 0) / 100) * 100
}
