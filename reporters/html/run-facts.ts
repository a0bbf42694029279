import type { Report } from '../../model/report.ts'
import { idsSentence, notSentSentence, othersSentence } from '../others.ts'
import { broughtAlongSentence, cleanupCommand, counted, duration } from '../wording.ts'
import { numbersTable } from './figure.ts'
import { type Content, html, type SafeHtml } from './safe-html.ts'
import { shortened } from './shortened.ts'

/** Files left behind that are named; the ledger names all. */
const NAMED_FILES = 20

export function filesAccount({ files, target }: Report): Content {
  const { created, left, ledger } = files
  if (left.length === 0) return `${counted(created, 'file')} made, none left behind`
  const named = left.slice(0, NAMED_FILES).map((id) => shortened(id, 80))
  const more = left.length - named.length
  return html`${counted(created, 'file')} made, <b>${left.length} left behind</b>: ${named.map((id, at) => html`${at > 0 && ', '}<code>${id}</code>`)}${more > 0 && ` and ${more} more`}${
    ledger !== undefined && html`. Remove with <code>${cleanupCommand(target.url, ledger)}</code>`
  }`
}

export function whenAndHowLong({ started, durationMs }: Report): SafeHtml {
  const shown = started.replace('T', ' ').replace(/(\.\d+)?Z$/, ' UTC')
  return html`<time datetime="${started}">${shown}</time>, took ${duration(durationMs)}`
}

/** What the verdict is about and can be checked with, down to the digests. */
export function identityFacts(report: Report): SafeHtml {
  const { document, seed, challenge, tool, evidence } = report
  return html`
<dl class="identity">
${row('Document', html`${document.title}, version ${document.version}${document.shipped && ' (as shipped)'} ${digest(document.sha256)}`)}
${row('Evidence', evidence === undefined ? 'not kept' : html`${counted(evidence.lines, 'line')} ${digest(evidence.sha256)}`)}
${row('Tool', html`${tool.name} ${tool.version} ${digest(tool.sha256)}`)}
${row('Seed', html`<code>${seed}</code>`)}
${challenge !== undefined && row('Challenge', html`<code>${shortened(challenge, 200)}</code>`)}
</dl>`
}

function row(name: string, value: Content): SafeHtml {
  return html`<div><dt>${name}</dt><dd>${value}</dd></div>\n`
}

function digest(sha256: string): SafeHtml {
  return html`<code class="digest"><span class="unseen">SHA-256 </span>${sha256}</code>`
}

/** How the run was made: what was chosen, what was found out about the target, what judged it. */
export function runSection(report: Report): SafeHtml {
  return html`
<section class="run" aria-labelledby="run">
<h2 id="run">How it was run</h2>
<div class="columns">
<div>
<h3>Options</h3>
${numbersTable('Options', ['Option', 'Value'], optionRows(report))}
</div>
<div>
<h3>Capabilities of the target</h3>
${numbersTable(
  'Capabilities of the target',
  ['Capability', 'Offered', 'How that is known'],
  report.capabilities.map(({ name, available, declared, reason }) => [
    name,
    available ? 'yes' : 'no',
    shortened(declared ? `${reason} (declared)` : reason, 300),
  ]),
)}
<h3>Libraries</h3>
${numbersTable('Libraries', ['Library', 'Version'], Object.entries(report.tool.libraries).slice(0, 40))}
</div>
</div>
</section>`
}

function optionRows(report: Report): readonly [string, Content][] {
  const { options, target, selection, runId } = report
  const list = (values: readonly (string | number)[]) =>
    values.length === 0 ? 'none' : shortened(values.join(', '), 300)
  const { budget = {} } = options
  return [
    ['Requirements', `${selection.selected} of ${selection.catalogue}`],
    ['Only', list(selection.only)],
    ['Skipped', list(selection.skip)],
    ['Credentials', target.authenticated ? `sent${replayed(target.tokenEnv)}` : 'none'],
    ['Header fields added', list(target.headerNames)],
    ['Files', shortened(options.files, 200)],
    ['Cases a property', options.runs],
    ['Requests at once', options.concurrency],
    ['Requests a second', options.ratePerSecond ?? 'no limit'],
    ['Requests in all', budget.maxRequests ?? 'no limit'],
    ['Files in all', budget.maxFiles ?? 'no limit'],
    ['Deadline', budget.deadlineMs === undefined ? 'none' : duration(budget.deadlineMs)],
    ['Time limit', duration(options.timeoutMs)],
    ['Time for a deletion to show', duration(options.settleMs)],
    ['Strict', options.strict ? 'yes' : 'no'],
    ['Disposable', options.disposable ? 'yes' : 'no'],
    ['Statuses asked for', list(options.expectedStatuses)],
    ['Capabilities declared', list(options.declaredCapabilities)],
    ['Run id', runId ?? 'none'],
    ['Brought along', broughtAlongSentence(report) ?? 'none'],
    ['Ids of the target', shortened(idsSentence(report) ?? 'not seen', 600)],
    ['Files of others', othersSentence(report) ?? 'none seen'],
    ['Not sent', shortened(notSentSentence(report) ?? 'nothing', 600)],
  ]
}

function replayed(tokenEnv: string | undefined): string {
  return tokenEnv === undefined ? '' : `; a replay takes them from ${tokenEnv}`
}
