import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect } from 'vitest'
import type { Findings } from '../../reporters/format.ts'
import { type OpenedPage, type Opening, openPage, startBrowser } from './opened-page.ts'

/**
 * Shares one browser among the tests of a file, and closes each page when its test ends. Expects that
 * no page did what a report must not do.
 */
export function pagesOfEachTest() {
  let browser: Browser
  const opened: OpenedPage[] = []
  beforeAll(async () => {
    browser = await startBrowser()
  })
  afterEach(async () => {
    const pages = opened.splice(0)
    for (const page of pages) await page.close()
    expect(pages.flatMap(({ offences }) => offences)).toEqual([])
  })
  afterAll(() => browser?.close())
  return async (findings: Findings, opening?: Opening): Promise<OpenedPage> => {
    const page = await openPage(browser, findings, opening)
    opened.push(page)
    return page
  }
}
