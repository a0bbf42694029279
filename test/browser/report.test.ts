import { describe, expect, it } from 'vitest'
import type { Findings } from '../../reporters/format.ts'
import { passedResults } from '../reporters/made-up-findings.ts'
import { saying } from '../reporters/made-up-hostile.ts'
import { conforming, crowded, everyVerdict, oneFailure } from '../reporters/made-up-pages.ts'
import { type Opening, openAllShown, shownIds } from './opened-page.ts'
import { pagesOfEachTest } from './pages-of-each-test.ts'

const HOSTILE = `</title></style></script><script>alert(1)</script><img src=x onerror=alert(1)>
<a href="javascript:alert(1)">" autofocus onfocus="alert(1)" ' <!-- ]]> \u001b[31m\u202e\0\ud800`

const openedPage = pagesOfEachTest()

async function open(findings: Findings, opening?: Opening) {
  const { page } = await openedPage(findings, opening)
  return page
}

const countShown = '.filters .shown'
const ALL = passedResults.length

describe('the report in a browser', () => {
  it('shows every verdict and opens what is violated', async () => {
    const page = await open(everyVerdict)
    expect(await page.locator(countShown).textContent()).toBe(`${ALL} of ${ALL} requirements shown`)
    expect(await page.locator('.requirement > details[open] .id').allTextContents()).toEqual([
      'not-found/any-string',
      'effect/not-listed',
    ])
  })

  it('can be read without a script, and offers nothing then that needs one', async () => {
    const page = await open(everyVerdict, { javaScriptEnabled: false })
    expect(await shownIds(page)).toHaveLength(ALL)
    expect(await page.locator('.narrowing, .copy').filter({ visible: true }).count()).toBe(0)
    await page.locator('.family > summary', { hasText: /^deleted/ }).click()
    await page.locator('summary', { hasText: 'deleted/status' }).click()
    expect(await page.locator('[id="deleted/status"] .origin').isVisible()).toBe(true)
  })

  it.each([
    ['light', everyVerdict],
    ['hostile', saying(HOSTILE)],
    ['hostile and long', saying('<script>alert(1)</script>'.repeat(40_000))],
    ['crowded', crowded(10_000)],
  ])('fits a narrow screen, and does nothing that it must not: %s', async (_, findings) => {
    const page = await open(findings, { viewport: { width: 390, height: 844 } })
    await openAllShown(page)
    const width = await page.evaluate('document.documentElement.scrollWidth')
    expect(width).toBeLessThanOrEqual(390)
  })

  it('stays small with 10,000 exchanges', async () => {
    const { page, bytes } = await openedPage(crowded(10_000))
    expect(bytes).toBeLessThan(1_500_000)
    expect(await page.evaluate("document.querySelectorAll('*').length")).toBeLessThan(15_000)
    await page.getByLabel('failed').check()
    const failed = Math.ceil(ALL / 2)
    expect(await page.locator(countShown).textContent()).toBe(
      `${failed} of ${ALL} requirements shown`,
    )
  })

  it('has other colours where dark ones are preferred', async () => {
    const page = await open(everyVerdict)
    const colours = () =>
      page.evaluate(
        '[getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color].join()',
      )
    const light = await colours()
    await page.emulateMedia({ colorScheme: 'dark' })
    expect(await colours()).not.toBe(light)
  })

  it('has on paper no filters, and what is violated open', async () => {
    const page = await open(everyVerdict)
    const violation = page.locator('.violation').first()
    await page.locator('[id="not-found/any-string"] > details > summary').click()
    expect(await violation.isVisible()).toBe(false)
    await page.emulateMedia({ media: 'print' })
    expect(await page.locator('.filters').isVisible()).toBe(false)
    expect(await violation.isVisible()).toBe(true)
    expect(await page.locator('[id="deleted/status"] .title').isVisible()).toBe(true)
    expect(await page.locator('[id="deleted/status"] .origin').isVisible()).toBe(false)
  })

  it.each([
    ['that conforms', conforming, 1_700],
    ['with one failure', oneFailure, 3_200],
  ])('is short on a phone for a run %s', async (_, findings, most) => {
    const page = await open(findings, { viewport: { width: 390, height: 844 } })
    const height = await page.evaluate('document.documentElement.scrollHeight')
    expect(height).toBeLessThan(most)
  })

  it('shows on the first screen of a phone the verdict and the first failure', async () => {
    const page = await open(oneFailure, { viewport: { width: 390, height: 844 } })
    const shown = [
      page.locator('h1'),
      page.getByText('must answer that there is no such file, or that the id is invalid'),
      page.locator('.comparison').first(),
    ]
    for (const one of shown) {
      const box = await one.boundingBox()
      expect((box?.y ?? 844) + (box?.height ?? 0)).toBeLessThan(844)
    }
  })

  it('shows digests and options last, and folded', async () => {
    const page = await open(oneFailure)
    const digest = page.locator('.digest').first()
    expect(await digest.isVisible()).toBe(false)
    const last = page.locator('main > :last-child')
    await last.locator('> summary', { hasText: 'About this run' }).click()
    expect(await digest.isVisible()).toBe(true)
  })
})
