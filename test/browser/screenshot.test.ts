import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { nearlyRight } from '../reporters/made-up-pages.ts'
import { openPage, startBrowser } from './opened-page.ts'

const PICTURE = fileURLToPath(new URL('../../docs/report.png', import.meta.url))

it('draws a picture for the documents, which is kept where UPDATE_SCREENSHOT is set', async () => {
  const browser = await startBrowser()
  const viewport = { width: 1280, height: 960 }
  const { page, close } = await openPage(browser, nearlyRight, { viewport, colorScheme: 'light' })
  const path = process.env.UPDATE_SCREENSHOT === undefined ? {} : { path: PICTURE }
  const picture = await page.screenshot(path)
  await close()
  await browser.close()
  expect(picture.byteLength).toBeGreaterThan(20_000)
})
