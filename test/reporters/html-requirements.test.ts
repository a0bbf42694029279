import { describe, expect, it } from 'vitest'
import type { RequirementResult } from '../../model/report.ts'
import { parsed, rendered } from './html-parsed.ts'
import { crowded, everyVerdict } from './made-up-pages.ts'
import { findingsOf, madeUpReport, madeUpResult } from './made-up-report.ts'

function elementsOf(requirements: readonly RequirementResult[]) {
  return parsed(rendered(findingsOf(madeUpReport({ requirements })))).elements
}

const failing = (count: number) =>
  Array.from({ length: count }, (_, nth) => madeUpResult({ id: `a/${nth}`, verdict: 'failed' }))

describe('the requirements on the page', () => {
  it('come with what needs attention first, and the others by family', () => {
    const elements = elementsOf([
      madeUpResult({ id: 'a/passed' }),
      madeUpResult({ id: 'b/passed' }),
      madeUpResult({ id: 'b/undecided', verdict: 'inconclusive' }),
      madeUpResult({ id: 'c/passed' }),
      madeUpResult({ id: 'c/warned', verdict: 'warned' }),
      madeUpResult({ id: 'd/failed', verdict: 'failed' }),
    ])
    const items = elements.filter(({ attributes }) => 'data-verdict' in attributes)
    expect(items.map(({ attributes }) => attributes.id)).toEqual([
      'd/failed',
      'c/warned',
      'b/undecided',
      'a/passed',
      'b/passed',
      'c/passed',
    ])
  })

  it('are all there, even without a family in the report', () => {
    const report = madeUpReport({ requirements: [madeUpResult({ id: 'a/b' })], families: [] })
    const { elements } = parsed(rendered(findingsOf(report)))
    expect(elements.some(({ attributes }) => attributes.id === 'a/b')).toBe(true)
  })

  it('are open from the start where up to ten are violated', () => {
    const opened = (count: number) =>
      elementsOf([...failing(count), madeUpResult()]).filter(
        ({ attributes }) => 'open' in attributes,
      )
    expect(opened(10)).toHaveLength(10)
    expect(opened(11)).toHaveLength(0)
  })

  it('say closed already what a failing server must do, what was expected and what came', () => {
    const { elements } = parsed(rendered(everyVerdict))
    const summary = elements.find(
      ({ name, text }) => name === 'summary' && text.includes('not-found/any-string'),
    )
    expect(summary?.text).toContain('must answer that there is no such file, or that the id is')
    expect(summary?.text).toContain('expected 404 or 422 → received 500 at /status')
  })

  it('say of a server that passed what it does', () => {
    const { elements } = parsed(
      rendered(findingsOf(madeUpReport({ requirements: [madeUpResult()] }))),
    )
    const heading = elements.find(({ name }) => name === 'h4')
    expect(heading?.text).toBe('answers that there is no such file')
  })

  it('show of a violation the exchange, and how to see it again', () => {
    const { elements } = parsed(rendered(everyVerdict))
    const violation = elements.find(({ attributes }) => attributes.class === 'violation')
    for (const said of [
      'shrunk 6 times with 14 further cases',
      'case 41:0:2, step 0, seed 1749020713',
      'DELETE /api/v1/files/ghijklmnopqrstuv%00',
      'content-type: text/plain; charset=utf-8',
      'Internal Server Error',
      'curl -sS -H "Authorization: Bearer $CONFORMANCE_TOKEN"',
      '--replay not-found/any-string:41:0:2',
    ]) {
      expect(violation?.text).toContain(said)
    }
  })

  it('show of the steps of a case the one at fault, and mark it among the others', () => {
    const { elements } = parsed(rendered(everyVerdict))
    const ofClass = (name: string) =>
      elements.filter(({ attributes }) => attributes.class === name).map(({ text }) => text)
    expect(ofClass('exchange')[1]).toContain('GET /api/v1/files?limit=100&order=desc')
    expect(ofClass('at-fault')).toEqual([
      '11 (at fault)GET /api/v1/files?limit=100&order=desc20014 ms',
    ])
  })

  it('show why nothing came back', () => {
    const { elements } = parsed(rendered(everyVerdict))
    const undecided = elements.find(({ attributes }) => attributes.class === 'undecided')
    expect(undecided?.text).toContain('No response (timeout): no answer within 10,000 ms')
  })

  it('show fewer exchanges of each where much is violated', () => {
    const findings = crowded(10)
    const { elements } = parsed(rendered(findings))
    const count = (name: string) =>
      elements.filter(({ attributes }) => attributes.class === name).length
    expect(count('violation')).toBe(count('further'))
    expect(count('violation')).toBe(findings.report.requirements.length)
  })
})

describe('the top of the page', () => {
  const header = (requirements: readonly RequirementResult[], rest = {}) =>
    parsed(rendered(findingsOf(madeUpReport({ requirements, ...rest })))).elements.find(
      ({ name }) => name === 'header',
    )?.text

  it('says the verdict in a sentence', () => {
    expect(header([madeUpResult()])).toContain('conforming: 1 of 1 requirement passed')
  })

  it('says what was observed, what became of the files, and when it was', () => {
    const text = header([madeUpResult()])?.replaceAll('\n', ' ')
    expect(text).toContain('104 with 200, 1 with 404')
    expect(text).toContain('105 files of this run, none left behind')
    expect(text).toContain('2026-01-01 00:00:00 UTC, took 1.2 s')
  })

  it('leaves to the end what the verdict can be checked with', () => {
    const evidence = { lines: 12, sha256: 'e'.repeat(64) }
    const { elements } = parsed(
      rendered(findingsOf(madeUpReport({ evidence, challenge: 'a word' }))),
    )
    const text = elements.find(({ attributes }) => attributes.class === 'identity')?.text
    for (const said of ['e'.repeat(64), '0'.repeat(64), '1'.repeat(64), '12 lines', 'a word']) {
      expect(text).toContain(said)
    }
  })

  it('names a few files of many that were left behind, and all statuses but those of a flood', () => {
    const left = Array.from({ length: 500 }, (_, nth) => `file-${nth}`)
    const statuses = Array.from({ length: 900 }, (_, nth) => [100 + nth, 1])
    const text = header([], {
      files: { created: 500, left, ledger: 'out/ledger.jsonl' },
      observed: Object.fromEntries(statuses),
    })
    expect(text).toContain(
      'and 480 more. Remove with delete-conformance cleanup out/ledger.jsonl -t http://target.invalid/api',
    )
    expect(text).toContain('and 888 more')
  })
})
