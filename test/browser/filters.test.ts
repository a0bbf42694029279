import { describe, expect, it } from 'vitest'
import { passedResults } from '../reporters/made-up-findings.ts'
import { everyVerdict } from '../reporters/made-up-pages.ts'
import { shownIds } from './opened-page.ts'
import { pagesOfEachTest } from './pages-of-each-test.ts'

const openedPage = pagesOfEachTest()

async function open(fragment = '') {
  const { page } = await openedPage(everyVerdict, { fragment })
  return {
    page,
    count: () => page.locator('.filters .shown').textContent(),
    hash: () => page.evaluate('location.hash'),
    ids: () => shownIds(page),
  }
}

const ALL = passedResults.length

describe('the filters', () => {
  it('narrow the list by verdict, say how many are left, and keep it in the address', async () => {
    const { page, count, hash, ids } = await open()
    await page.getByLabel('warned').check()
    expect(await ids()).toEqual(['effect/not-listed'])
    expect(await count()).toBe(`1 of ${ALL} requirements shown`)
    expect(await hash()).toBe('#show=warned')
    await page.getByLabel('failed').check()
    expect(await ids()).toEqual(['not-found/any-string', 'effect/not-listed'])
    expect(await hash()).toBe('#show=failed,warned')
  })

  it('narrow the list by text in id, title or reason, whatever the case', async () => {
    const { page, hash, ids } = await open()
    const text = page.getByRole('searchbox')
    await text.fill('NOT-LISTED')
    expect(await ids()).toEqual(['effect/not-listed'])
    await text.fill('out of the list')
    expect(await ids()).toEqual(['effect/not-listed', 'list/either-order'])
    await text.fill('never observed: 12')
    expect(await ids()).toEqual(['invalid/body'])
    expect(await hash()).toBe('#text=never%20observed%3A%2012')
    await text.fill('no such words')
    expect(await ids()).toEqual([])
    expect(await page.locator('.family:visible').count()).toBe(0)
  })

  it('are as they were after a reload, and as a link says', async () => {
    const { page, count, ids } = await open('#show=failed,inconclusive&text=a%2Bb%26c')
    expect(await page.getByRole('searchbox').inputValue()).toBe('a+b&c')
    expect(await count()).toBe(`0 of ${ALL} requirements shown`)
    await page.getByRole('searchbox').fill('a')
    await page.reload()
    expect(await ids()).toEqual(['not-found/any-string', 'security/own-files-only'])
    expect(await page.getByLabel('failed').isChecked()).toBe(true)
  })

  it('are cleared by a button', async () => {
    const { page, count, hash } = await open('#show=failed&text=any')
    await page.getByRole('button', { name: 'Show all' }).click()
    await page.waitForFunction("location.hash === ''")
    expect(await count()).toBe(`${ALL} of ${ALL} requirements shown`)
    expect(await hash()).toBe('')
  })

  it('take any fragment', async () => {
    for (const fragment of [
      '#show=',
      '#show=nonsense',
      '#text=%',
      '#%',
      '#=',
      '#a/b',
      '#<script>',
    ]) {
      const { ids } = await open(fragment)
      expect((await ids()).length, fragment).toBe(fragment === '#text=%' ? 0 : ALL)
    }
  })

  it('unfold families where they are used, and fold them again', async () => {
    const { page } = await open()
    const passed = page.locator('[id="deleted/status"]')
    expect(await passed.isVisible()).toBe(false)
    await page.getByRole('searchbox').fill('deleted/status')
    expect(await passed.isVisible()).toBe(true)
    await page.getByRole('searchbox').fill('')
    expect(await passed.isVisible()).toBe(false)
  })

  it('leave no family folded where a requirement in it is linked', async () => {
    const { page } = await open('#show=failed')
    await page.evaluate("location.hash = 'deleted/status'")
    await page.waitForFunction(
      `document.querySelector('.filters .shown').textContent.startsWith('${ALL} ')`,
    )
    expect(await page.locator('[id="deleted/status"] .origin').isVisible()).toBe(true)
  })

  it('make way for a requirement that is linked', async () => {
    const { page, ids } = await open('#show=failed')
    expect(await ids()).toHaveLength(1)
    await page.evaluate("location.hash = 'effect/not-listed'")
    const linked = page.locator('[id="effect/not-listed"]')
    await linked.locator('.violation').waitFor()
    const focused = 'document.activeElement.closest("summary")?.parentElement.parentElement.id'
    expect(await page.evaluate(focused)).toBe('effect/not-listed')
  })
})
