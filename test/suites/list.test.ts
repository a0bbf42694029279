import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { startReferenceServer } from '../../fixtures/server/reference-server.ts'
import { variants } from '../../fixtures/variants/variants.ts'
import { BUNDLE } from '../../harness/evidence/bundle.ts'
import { list } from '../../suites/list.ts'
import { examined, withVerdicts } from './examined.ts'

const ids = list.requirements.map(({ id }) => id)

/** Runs the family against a variant, or against the reference server, and counts its requests. */
async function examinedList(name?: string) {
  const { alter, others = 0, settings } = variants.find((one) => one.name === name) ?? {}
  const server = await startReferenceServer({ alterations: alter === undefined ? [] : [alter] })
  const file = { account: 'everybody', filename: 'other', purpose: 'batch' }
  for (let at = 0; at < others; at += 1) server.store.add({ ...file, content: new Uint8Array() })
  const out = mkdtempSync(join(tmpdir(), 'list-'))
  try {
    const report = await examined({ target: server.url, only: ['list/'], out, ...settings })
    const evidence = readFileSync(join(out, BUNDLE.evidence), 'utf8')
    return { report, requests: evidence.match(/^{"requirement":"list\//gm)?.length }
  } finally {
    rmSync(out, { recursive: true })
    await server.close()
  }
}

test('every case of the list is judged, with fewer than 120 requests', async () => {
  const { report, requests } = await examinedList()
  const cases = report.requirements.filter(({ id }) => ids.includes(id)).map((one) => one.cases)
  expect(cases.map(({ judged }) => judged)).toEqual([4, 1, 2, 1, 1])
  expect(cases.every(({ setAside }) => setAside === 0)).toBe(true)
  expect(requests).toBeGreaterThan(100)
  expect(requests).toBeLessThan(120)
})

describe('a list passes only in what it has shown', () => {
  test.each([
    ['list-oldest-first', ids],
    ['list-lags-in-place', ids],
    ['list-of-one-a-page', ids],
    ['list-says-nothing-of-more', ids.filter((id) => id !== 'list/full-pages')],
    ['list-newest-first', ['list/whole', 'list/full-pages', 'list/cursor-gone']],
    ['list-refuses-orders', ['list/whole', 'list/full-pages', 'list/cursor-gone']],
    ['list-without-limit', ['list/either-order', 'list/cursor-gone', 'list/empty']],
    ['list-on-one-page', ['list/either-order']],
    ['list-with-page-tokens', []],
    ['others-upload-at-each-upload', []],
  ])('%s', async (name, judged) => {
    const { report } = await examinedList(name)
    expect(withVerdicts(report, 'passed')).toEqual(judged)
    expect(withVerdicts(report, 'inapplicable')).toEqual(ids.filter((id) => !judged.includes(id)))
  })
})
