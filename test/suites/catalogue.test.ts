import { expect, test } from 'vitest'
import { familyOf, isWatching } from '../../model/requirement.ts'
import { catalogue } from '../../suites/catalogue.ts'

const all = catalogue.flatMap(({ requirements }) => requirements)

test('ids and levels change only on purpose', () => {
  expect(all.map(({ id, level }) => `${id} ${level}`)).toMatchInlineSnapshot(`
    [
      "deleted/status MUST",
      "deleted/any-file MUST",
      "deleted/body MUST",
      "deleted/media-type MUST",
      "deleted/id MUST",
      "deleted/flag MUST",
      "not-found/never-issued MUST",
      "not-found/already-deleted MUST",
      "not-found/any-string MUST",
      "not-found/odd-name MUST",
      "not-found/body MUST",
      "not-found/media-type MUST",
      "invalid/malformed-id MUST",
      "invalid/bad-utf-8 SHOULD",
      "invalid/changes-nothing MUST",
      "invalid/body MUST",
      "invalid/location SHOULD",
      "documented/status MUST",
      "documented/media-type MUST",
      "documented/body MUST",
      "documented/json MUST",
      "documented/whole MUST",
      "documented/no-server-error MUST",
    ]
  `)
})

test('an id begins with the name of its family and stands once', () => {
  for (const { name, requirements } of catalogue) {
    expect(requirements.map(({ id }) => familyOf(id))).toEqual(requirements.map(() => name))
  }
  expect(new Set(all.map(({ id }) => id)).size).toBe(all.length)
})

test('what watches the whole run comes after everything that probes', () => {
  const probing = catalogue.map(({ requirements }) => requirements.some((one) => !isWatching(one)))
  const late = catalogue.map(({ requirements }) =>
    requirements.some((one) => isWatching(one) && one.watches === 'run'),
  )
  expect(late.indexOf(true)).toBeGreaterThanOrEqual(probing.lastIndexOf(true))
})

test('titles are claims in the present tense, without level or status', () => {
  for (const { title } of all) {
    expect(title).toMatch(/^(never )?[a-z]+s /)
    expect(title).not.toMatch(/MUST|SHOULD|\d{3}/)
  }
})
