import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { html, markup, type SafeHtml } from '../../reporters/html/safe-html.ts'
import { ownFolder, startInShell } from '../process/command-line.ts'
import { MAX_PICTURE_BYTES, startFaultyServer } from './faulty-server.ts'
import { startBrowser } from './opened-page.ts'

/** Colours of SGR parameters on terminals with a dark background. */
const COLOURS: Readonly<Record<string, string>> = {
  '31': '#ff7b72',
  '32': '#7ee787',
  '33': '#e3b341',
  '90': '#8b949e',
}

// From util-linux: gives a command a terminal.
it.skipIf(!existsSync('/usr/bin/script') || process.platform !== 'linux').each([
  ['terminal.png', 80, 14],
  ['terminal-200.png', 200, 11],
])(
  'draws %s of a run on a terminal with %i columns, which is kept where UPDATE_SCREENSHOT is set',
  async (name, columns, fontSize) => {
    const server = await startFaultyServer()
    const words = ['run', '-t', server.url, '--only', 'deleted/,effect/']
    const onTerminal = `script -qec "stty cols ${columns}; $* --settle 200ms 2>/dev/null" /dev/null`
    const { stdout } = await startInShell(ownFolder(), onTerminal, words).ended
    await server.close()
    expect(stdout).toContain('\u001b[31m')

    const browser = await startBrowser()
    const page = await browser.newPage({ viewport: { width: 1600, height: 900 } })
    await page.setContent(markup(terminal(stdout.replaceAll('\r', ''), columns, fontSize)))
    const shown = page.locator('pre')
    expect(await shown.innerText()).toContain('Verdict   non-conforming')
    expect(await shown.innerText()).not.toContain('[31m')
    const kept = fileURLToPath(new URL(`../../docs/${name}`, import.meta.url))
    const path = process.env.UPDATE_SCREENSHOT === undefined ? {} : { path: kept }
    const picture = await shown.screenshot(path)
    await browser.close()
    expect(picture.byteLength).toBeGreaterThan(20_000)
    expect(picture.byteLength).toBeLessThan(MAX_PICTURE_BYTES)
  },
)

/** Shows text with SGR sequences as a terminal does (ECMA-48 §8.3.117). */
function terminal(text: string, columns: number, fontSize: number): SafeHtml {
  const [, ...styled] = `\u001b[0m${text}`.split('\u001b[')
  let style = ''
  const spans = styled.map((piece) => {
    const [, parameter = '', shown = ''] = /^(\d+)m(.*)$/s.exec(piece) ?? []
    style = styleOf(parameter) ?? style
    return html`<span style="${style}">${shown}</span>`
  })
  // A terminal breaks a line that is too long at its last column.
  const lines = `width: calc(${columns}ch + 4px); white-space: break-spaces; word-break: break-all`
  const look = `background: #0d1117; color: #e6edf3; font: ${fontSize}px/1.4 monospace`
  return html`<pre style="margin: 0; padding: 16px; ${look}; ${lines}">${spans}</pre>`
}

/** Gives the style of the sequences that this program uses: colours, bold, dim, and their ends. */
function styleOf(parameter: string): string | undefined {
  if (['0', '22', '39'].includes(parameter)) return ''
  if (parameter === '1') return 'font-weight: bold'
  if (parameter === '2') return 'opacity: .7'
  const colour = COLOURS[parameter]
  return colour === undefined ? undefined : `color: ${colour}`
}
