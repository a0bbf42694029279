import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { everyVerdict } from '../reporters/made-up-pages.ts'
import { pagesOfEachTest } from './pages-of-each-test.ts'

/** Scripts in place of the clipboard: one keeps what is written, one refuses it. */
const KEEPING = `navigator.clipboard.writeText = async (text) => { globalThis.written = text }`
const REFUSING = `navigator.clipboard.writeText = async () => { throw new Error('not allowed') }`

/** Most presses of a key to reach something. */
const FAR = 40

const openedPage = pagesOfEachTest()

async function open(before = KEEPING): Promise<Page> {
  const { page } = await openedPage(everyVerdict, { before })
  return page
}

/** Presses Tab until the focused element matches a selector. */
async function tabTo(page: Page, selector: string): Promise<void> {
  for (let presses = 0; presses < FAR; presses += 1) {
    await page.keyboard.press('Tab')
    const reached = await page.evaluate(
      `document.activeElement.matches(${JSON.stringify(selector)})`,
    )
    if (reached) return
  }
  throw new Error(`Tab does not reach ${selector}`)
}

describe('the keyboard', () => {
  it('skips to the requirements, and reaches all filters', async () => {
    const page = await open()
    await tabTo(page, '.skip')
    await page.keyboard.press('Enter')
    await tabTo(page, '[name=show][value=failed]')
    await page.keyboard.press('Space')
    expect(await page.evaluate('location.hash')).toBe('#show=failed')
    await tabTo(page, '[name=text]')
    await page.keyboard.type('any-s')
    expect(await page.evaluate('location.hash')).toBe('#show=failed&text=any-s')
    await page.keyboard.press('Enter')
    expect(await page.locator('.requirement:visible').count()).toBe(1)
    await tabTo(page, '[type=reset]')
    await tabTo(page, '.open-all')
  })

  it.each(['Enter', 'Space'])('opens and closes a requirement: %s', async (key) => {
    const page = await open()
    await page.locator('[name=text]').fill('deleted/status')
    await tabTo(page, '[id="deleted/status"] > details > summary')
    const isOpen = () => page.locator('[id="deleted/status"] > details').getAttribute('open')
    await page.keyboard.press(key)
    expect(await isOpen()).toBe('')
    await page.keyboard.press(key)
    expect(await isOpen()).toBe(null)
  })

  it('shows where it is', async () => {
    const page = await open()
    for (const selector of ['[name=show]', 'summary', '.copy']) {
      await tabTo(page, selector)
      const outlined =
        '[document.activeElement, document.activeElement.closest("label")].some((one) => one && getComputedStyle(one).outlineStyle === "solid")'
      expect(await page.evaluate(outlined), selector).toBe(true)
    }
  })

  it('opens and closes all that are shown', async () => {
    const page = await open()
    const closed = page.locator('.requirement:visible > details:not([open])')
    await page.getByRole('button', { name: 'Open all shown' }).press('Enter')
    expect(await closed.count()).toBe(0)
    await page.getByRole('button', { name: 'Close all shown' }).press('Enter')
    expect(await page.locator('.requirement > details[open]').count()).toBe(0)
  })

  it('copies a command, and says so', async () => {
    const page = await open()
    await tabTo(page, '.copy')
    await page.keyboard.press('Enter')
    await page.getByText('Copied').first().waitFor()
    expect(await page.locator('#said').textContent()).toBe('Copied')
    expect(await page.evaluate('written')).toBe(
      'curl -sS -H "Authorization: Bearer $CONFORMANCE_TOKEN" -i -g --path-as-is -X DELETE https://staging.example.com/api/v1/files/ghijklmnopqrstuv%00',
    )
  })

  it('selects a command where it may not be copied, and says so', async () => {
    const page = await open(REFUSING)
    await tabTo(page, '.copy')
    await page.keyboard.press('Space')
    await page.getByText('Selected: press Ctrl+C').first().waitFor()
    expect(await page.locator('#said').textContent()).toBe('Selected: press Ctrl+C')
    expect(await page.evaluate('getSelection().toString()')).toMatch(/^curl -sS .*%00$/)
  })
})
