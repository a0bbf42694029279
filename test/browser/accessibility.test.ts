import { createRequire } from 'node:module'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { saying } from '../reporters/made-up-hostile.ts'
import { everyStanding, everyVerdict } from '../reporters/made-up-pages.ts'
import { openAllShown, openPage, startBrowser } from './opened-page.ts'

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js')

/** Script that runs axe, and gives what a person needs to repair its findings. */
const FINDINGS = `axe.run().then(({ violations, passes }) => ({
  checked: passes.length,
  violations: violations.map(({ id, help, nodes }) =>
    id + ': ' + help + ': ' + nodes.slice(0, 3).map((node) => node.html.slice(0, 200)).join('; ')),
}))`

let browser: Browser

beforeAll(async () => {
  browser = await startBrowser()
})
afterAll(() => browser?.close())

describe('the report, for people who see, hear or point otherwise', () => {
  it.each([
    ['light', 1280, everyVerdict],
    ['dark', 1280, everyVerdict],
    ['light', 390, everyStanding],
    ['dark', 390, everyStanding],
    ['dark', 390, saying('<b>')],
  ] as const)('has nothing in their way: %s, %d wide', async (colorScheme, width, findings) => {
    const viewport = { width, height: 900 }
    const { page, close } = await openPage(browser, findings, {
      colorScheme,
      viewport,
      // The policy of the page would keep axe out.
      bypassCSP: true,
    })
    await openAllShown(page)
    await page.evaluate(
      "document.querySelectorAll('details').forEach((one) => { one.open = true })",
    )
    await page.addScriptTag({ path: AXE })
    const { checked, violations } = (await page.evaluate(FINDINGS)) as {
      readonly checked: number
      readonly violations: readonly string[]
    }
    await close()
    expect(violations).toEqual([])
    expect(checked).toBeGreaterThan(20)
  })
})
