import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { faults } from '../../fixtures/faults/faults.ts'
import { startReferenceServer } from '../../fixtures/server/reference-server.ts'
import { html, markup, type SafeHtml } from '../../reporters/html/safe-html.ts'
import { runToEnd } from '../process/command-line.ts'
import { startBrowser } from './opened-page.ts'

const PICTURE = fileURLToPath(new URL('../../docs/terminal.png', import.meta.url))

/** Colours of SGR parameters on terminals with a dark background. */
const COLOURS: Readonly<Record<string, string>> = {
  '31': '#ff7b72',
  '32': '#7ee787',
  '33': '#e3b341',
  '90': '#8b949e',
}

it('draws a picture of a run on a terminal, which is kept where UPDATE_SCREENSHOT is set', async () => {
  const fault = faults.find(({ name }) => name === 'still-listed')
  const server = await startReferenceServer({ alterations: fault ? [fault.alter] : [] })
  const words = ['--only', 'deleted/,not-found/,effect/', '--settle', '200ms']
  const { stdout } = await runToEnd(['run', '-t', server.url, ...words], { FORCE_COLOR: '1' })
  await server.close()
  expect(stdout).toContain('\u001b[31m')

  const browser = await startBrowser()
  const page = await browser.newPage({ viewport: { width: 1000, height: 700 } })
  await page.setContent(markup(terminal(stdout)))
  const shown = page.locator('pre')
  expect(await shown.innerText()).toContain('Verdict   non-conforming')
  expect(await shown.innerText()).not.toContain('[31m')
  const path = process.env.UPDATE_SCREENSHOT === undefined ? {} : { path: PICTURE }
  const picture = await shown.screenshot(path)
  await browser.close()
  expect(picture.byteLength).toBeGreaterThan(20_000)
})

/** Shows text with SGR sequences as a terminal does (ECMA-48 §8.3.117). */
function terminal(text: string): SafeHtml {
  const [, ...styled] = `\u001b[0m${text}`.split('\u001b[')
  let style = ''
  const spans = styled.map((piece) => {
    const [, parameter = '', shown = ''] = /^(\d+)m(.*)$/s.exec(piece) ?? []
    style = styleOf(parameter) ?? style
    return html`<span style="${style}">${shown}</span>`
  })
  return html`<pre style="margin: 0; padding: 16px; background: #0d1117; color: #e6edf3; font: 13px/1.45 monospace; white-space: pre-wrap; overflow-wrap: anywhere">${spans}</pre>`
}

/** Gives the style of the sequences that this program uses: colours, bold, dim, and their ends. */
function styleOf(parameter: string): string | undefined {
  if (['0', '22', '39'].includes(parameter)) return ''
  if (parameter === '1') return 'font-weight: bold'
  if (parameter === '2') return 'opacity: .7'
  const colour = COLOURS[parameter]
  return colour === undefined ? undefined : `color: ${colour}`
}
