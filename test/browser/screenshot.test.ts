import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { exchangesIn } from '../../harness/evidence/evidence-file.ts'
import type { Report } from '../../model/report.ts'
import type { Findings } from '../../reporters/format.ts'
import { invoke } from '../cli/invoke.ts'
import { MAX_PICTURE_BYTES, startFaultyServer } from './faulty-server.ts'
import { openPage, startBrowser } from './opened-page.ts'

const folder = mkdtempSync(join(tmpdir(), 'delete-conformance-test-'))
let browser: Browser
let findings: Findings

beforeAll(async () => {
  const server = await startFaultyServer()
  await invoke('run', '-t', server.url, '--settle', '200ms', '--out', join(folder, 'run'))
  await server.close()
  const report = JSON.parse(readFileSync(join(folder, 'run', 'report.json'), 'utf8')) as Report
  findings = { report, exchanges: () => exchangesIn(join(folder, 'run', 'evidence.ndjson')) }
  browser = await startBrowser()
})
afterAll(async () => {
  await browser?.close()
  rmSync(folder, { recursive: true })
})

it.each([
  ['report.png', 'light', 1280, 960],
  ['report-dark.png', 'dark', 1280, 960],
  ['report-phone.png', 'light', 390, 844],
] as const)(
  'draws %s of a real run, which is kept for the documents where UPDATE_SCREENSHOT is set',
  async (name, colorScheme, width, height) => {
    const options = { viewport: { width, height }, colorScheme }
    const { page, offences, close } = await openPage(browser, findings, options)
    expect(await page.locator('h1').innerText()).toContain('non-conforming')
    expect(offences).toEqual([])
    const kept = fileURLToPath(new URL(`../../docs/${name}`, import.meta.url))
    const path = process.env.UPDATE_SCREENSHOT === undefined ? {} : { path: kept }
    const picture = await page.screenshot(path)
    await close()
    expect(picture.byteLength).toBeGreaterThan(20_000)
    expect(picture.byteLength).toBeLessThan(MAX_PICTURE_BYTES)
  },
)
