import { expect, test } from 'vitest'
import { settingsPage } from '../../settings/page.ts'
import { settings } from '../../settings/table.ts'

test('docs/settings.md shows the table of settings as it is', async () => {
  await expect(
    settingsPage(),
    'docs/settings.md is stale; "npm run docs" writes it anew',
  ).toMatchFileSnapshot('../../docs/settings.md')
})

test('the page has a row for each setting, with as many cells as its head', () => {
  const rows = settingsPage()
    .split('\n')
    .filter((line) => line.startsWith('|'))
  expect(rows).toHaveLength(settings.length + 2)
  const cells = rows.map((row) => row.split(/(?<!\\)\|/).length)
  expect(new Set(cells).size).toBe(1)
})
