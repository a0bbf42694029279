import { expect, test } from 'vitest'
import { scheduleOf } from '../../harness/run/schedule.ts'
import { familyOf, isInvariant } from '../../model/requirement.ts'
import { catalogue } from '../../suites/catalogue.ts'

const all = catalogue.flatMap(({ requirements }) => requirements)

test('ids and levels change only on purpose', () => {
  expect(all.map(({ id, level }) => `${id} ${level}`)).toMatchInlineSnapshot(`
    [
      "deleted/status MUST",
      "deleted/media-type MUST",
      "deleted/body MUST",
      "deleted/id MUST",
      "deleted/flag MUST",
      "deleted/any-file MUST",
      "not-found/media-type MUST",
      "not-found/body MUST",
      "not-found/never-issued MUST",
      "not-found/already-deleted MUST",
      "not-found/any-string MUST",
      "not-found/odd-name MUST",
      "invalid/malformed-id MUST",
      "invalid/bad-utf-8 SHOULD",
      "invalid/bad-percent SHOULD",
      "invalid/changes-nothing MUST",
      "invalid/body MUST",
      "invalid/location SHOULD",
      "effect/not-retrievable MUST",
      "effect/no-content MUST",
      "effect/not-listed MUST",
      "effect/any-file MUST",
      "effect/read-before MUST",
      "effect/any-size MUST",
      "effect/any-kind MUST",
      "effect/same-name MUST",
      "effect/uploaded-again MUST",
      "effect/refused-keeps-file MUST",
      "effect/bystanders MUST",
      "effect/stays-deleted MUST",
      "effect/bystander-metadata MUST",
      "effect/bystander-content MUST",
      "effect/one-of-many MUST",
      "list/whole MUST",
      "list/either-order MUST",
      "list/full-pages SHOULD",
      "list/cursor-gone SHOULD",
      "list/empty SHOULD",
      "identity/upload-id MUST",
      "identity/look-alike MUST",
      "identity/id-elsewhere MUST",
      "identity/no-id MUST",
      "identity/percent-encoded SHOULD",
      "identity/dot-segments SHOULD",
      "identity/encoded-slash SHOULD",
      "concurrency/one-winner MUST",
      "concurrency/different-files MUST",
      "concurrency/beside-reads MUST",
      "http/method-not-allowed SHOULD",
      "http/method-changes-nothing MUST",
      "http/method-override MUST",
      "http/adorned MUST",
      "http/preferences MUST",
      "http/html-wanted SHOULD",
      "http/trailing-slash SHOULD",
      "http/header-splitting MUST",
      "http/own-answer MUST",
      "http/charset SHOULD",
      "security/token-needed MUST",
      "security/whole-token MUST",
      "security/each-request MUST",
      "security/nothing-for-strangers SHOULD",
      "security/own-files-only MUST",
      "security/existence-hidden SHOULD",
      "security/accounts-apart MUST",
      "security/no-internals SHOULD",
      "security/no-other-file SHOULD",
      "security/no-html SHOULD",
      "sequence/model MUST",
      "wording/message SHOULD",
      "wording/one-shape SHOULD",
      "documented/answered MUST",
      "documented/status MUST",
      "documented/no-server-error MUST",
      "documented/media-type MUST",
      "documented/whole MUST",
      "documented/json MUST",
      "documented/unique-names SHOULD",
      "documented/whole-characters SHOULD",
      "documented/body MUST",
    ]
  `)
})

test('an id begins with the name of its family and stands once', () => {
  for (const { name, requirements } of catalogue) {
    expect(requirements.map(({ id }) => familyOf(id))).toEqual(requirements.map(() => name))
  }
  expect(new Set(all.map(({ id }) => id)).size).toBe(all.length)
})

test('what watches the whole run has its turn when nothing more is sent', () => {
  const schedule = scheduleOf(catalogue).map(({ requirement }) => requirement)
  const lastProbing = schedule.findLastIndex((one) => !isInvariant(one))
  const firstLate = schedule.findIndex((one) => isInvariant(one) && one.scope === 'run')
  expect(firstLate).toBeGreaterThan(lastProbing)
})

test('titles are claims in the present tense, without level or status', () => {
  for (const { title } of all) {
    expect(title).toMatch(/^(never )?[a-z]+s,? /)
    expect(title).not.toMatch(/MUST|SHOULD|\d{3}/)
  }
})

test('every reason is one or two sentences of plain text, of its own and no longer than a glance', () => {
  for (const { title, why } of all) {
    expect(why).toMatch(/^[A-Z0-9].*\.$/)
    expect(why.split(/\. (?=[A-Z0-9])/).length).toBeLessThanOrEqual(2)
    expect(why.length).toBeLessThanOrEqual(200)
    // Shown in Markdown, in tables and on terminals, as it is.
    expect(why).not.toMatch(/[|`*_<>\\\n]|MUST|SHOULD/)
    expect(why).not.toContain(title)
  }
  expect(new Set(all.map(({ why }) => why)).size).toBe(all.length)
})
