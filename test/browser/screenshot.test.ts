import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { faults } from '../../fixtures/faults/faults.ts'
import { startReferenceServer } from '../../fixtures/server/reference-server.ts'
import { exchangesIn } from '../../harness/evidence/evidence-file.ts'
import type { Report } from '../../model/report.ts'
import { invoke } from '../cli/invoke.ts'
import { openPage, startBrowser } from './opened-page.ts'

const PICTURE = fileURLToPath(new URL('../../docs/report.png', import.meta.url))

it('draws a picture of a real run, which is kept for the documents where UPDATE_SCREENSHOT is set', async () => {
  const fault = faults.find(({ name }) => name === 'still-listed')
  const server = await startReferenceServer({ alterations: fault ? [fault.alter] : [] })
  const folder = mkdtempSync(join(tmpdir(), 'delete-conformance-test-'))
  await invoke('run', '-t', server.url, '--settle', '200ms', '--out', join(folder, 'run'))
  await server.close()
  const report = JSON.parse(readFileSync(join(folder, 'run', 'report.json'), 'utf8')) as Report
  const exchanges = () => exchangesIn(join(folder, 'run', 'evidence.ndjson'))

  const browser = await startBrowser()
  const viewport = { width: 1280, height: 960 }
  const options = { viewport, colorScheme: 'light' } as const
  const { page, offences, close } = await openPage(browser, { report, exchanges }, options)
  expect(await page.locator('h1').innerText()).toContain('non-conforming')
  expect(offences).toEqual([])
  const path = process.env.UPDATE_SCREENSHOT === undefined ? {} : { path: PICTURE }
  const picture = await page.screenshot(path)
  await close()
  await browser.close()
  rmSync(folder, { recursive: true })
  expect(picture.byteLength).toBeGreaterThan(20_000)
})
