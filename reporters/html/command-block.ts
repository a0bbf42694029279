import { html, type SafeHtml } from './safe-html.ts'
import { printableLines } from './shortened.ts'

/** Longest command that is shown, in characters. */
const LONGEST = 3_000

/**
 * Shell lines with a button that copies them. A command that would have to be cut or escaped is not
 * shown at all: what is left of a deletion might delete something else.
 */
export function commandBlock(label: string, lines: readonly string[]): SafeHtml {
  const command = lines.join('\n')
  const exact = command.length <= LONGEST && lines.every(isShownAsItIs)
  return html`
<div class="command">
<div class="bar"><span class="label">${label}</span><button type="button" class="copy"${exact ? undefined : html` disabled`} aria-label="Copy: ${label}">Copy</button></div>
<pre><code>${exact ? command : unshown(command)}</code></pre>
</div>`
}

function isShownAsItIs(line: string): boolean {
  return !line.includes('\n') && printableLines(line) === line
}

function unshown(command: string): string {
  return command.length > LONGEST
    ? `Not shown: it has ${command.length.toLocaleString('en')} characters.`
    : 'Not shown: it holds characters that a page cannot show as they are.'
}
