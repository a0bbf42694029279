import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import type { Findings } from '../../reporters/format.ts'
import { rendered } from '../reporters/html-parsed.ts'

/** Starts the browser, and says what to do if there is none. */
export async function startBrowser(): Promise<Browser> {
  const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium'
  if (!existsSync(executablePath)) {
    throw new Error(`no browser at ${executablePath}: install Chromium, or name it in CHROMIUM`)
  }
  return chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--headless', '--disable-gpu'],
  })
}

/** Report in a browser, and what it did that it must not do. */
export interface OpenedPage {
  readonly page: Page
  readonly url: string
  readonly bytes: number
  /** Messages, errors, dialogs and requests other than for the page itself. */
  readonly offences: readonly string[]
  close(): Promise<void>
}

export interface Opening extends BrowserContextOptions {
  /** Text behind the address. */
  readonly fragment?: string
  /** Script that runs before those of the page. */
  readonly before?: string
}

export async function openPage(
  browser: Browser,
  findings: Findings,
  { fragment = '', before, ...options }: Opening = {},
): Promise<OpenedPage> {
  const folder = mkdtempSync(join(tmpdir(), 'delete-conformance-test-'))
  const file = join(folder, 'report.html')
  const text = rendered(findings)
  writeFileSync(file, text)
  const url = pathToFileURL(file).href
  const context = await browser.newContext(options)
  const page = await context.newPage()
  if (before !== undefined) await page.addInitScript(before)
  const offences = watch(page, url)
  await page.goto(url + fragment)
  return {
    page,
    url,
    bytes: Buffer.byteLength(text),
    offences,
    async close() {
      await context.close()
      rmSync(folder, { recursive: true })
    },
  }
}

function watch(page: Page, url: string): readonly string[] {
  const offences: string[] = []
  page.on('console', (message) => offences.push(`console: ${message.text()}`))
  page.on('pageerror', (error) => offences.push(`error: ${error.message}`))
  page.on('dialog', async (dialog) => {
    offences.push(`dialog: ${dialog.message()}`)
    await dialog.dismiss()
  })
  page.on('request', (request) => {
    if (request.url().split('#')[0] !== url) offences.push(`request: ${request.url()}`)
  })
  return offences
}

/** Gives the ids of the requirements that no filter hides, in folded families, too. */
export function shownIds(page: Page): Promise<readonly string[]> {
  return page.locator('.requirement:not([hidden]) .id').allTextContents()
}

/** Opens everything that no filter hides. */
export async function openAllShown(page: Page): Promise<void> {
  const filters = page.getByText('Filter the requirements')
  if (await filters.isVisible()) await filters.click()
  await page.getByRole('button', { name: 'Open all shown' }).click()
}
