import { Ajv } from 'ajv'
import addFormats from 'ajv-formats'
import type { Har } from 'har-format'
import schemas from 'har-schema'
import { describe, expect, it } from 'vitest'
import type { Findings, Format } from '../../reporters/format.ts'
import { type ConformanceEntry, har, harAll } from '../../reporters/har.ts'
import { findingsOfEveryVerdict, reportOfEveryVerdict } from './every-verdict.ts'
import { findingsFull, HARMLESS, HOSTILE, RAW_CONTROL, shapeOf } from './hostile.ts'
import { findingsOf, madeUpReport, recordedDeletion, rendered } from './made-up-report.ts'

// The schema is of draft 6, but uses nothing that draft 7 reads differently.
const ajv = new Ajv({ strict: false, allErrors: true })
addFormats.default(ajv)
for (const { $schema: _, ...schema } of Object.values(schemas)) ajv.addSchema(schema)
const isValid = ajv.compile({ $ref: 'har.json#' })

/** Gives the entries of an archive, and expects it to be valid by the schema of the format. */
function entriesOf(format: Format, findings: Findings): readonly ConformanceEntry[] {
  const archive = JSON.parse(rendered(format, findings)) as Har
  isValid(archive)
  expect(isValid.errors ?? []).toEqual([])
  return archive.log.entries as ConformanceEntry[]
}

const reported = entriesOf(har, findingsOfEveryVerdict)
const [unreported, failed, warned, unanswered] = entriesOf(harAll, findingsOfEveryVerdict)

describe('an HTTP Archive', () => {
  it('is as it was', async () => {
    const archive = rendered(har, findingsOfEveryVerdict)
    await expect(archive).toMatchFileSnapshot('golden/exchanges.har')
    const whole = rendered(harAll, findingsOfEveryVerdict)
    await expect(whole).toMatchFileSnapshot('golden/all-exchanges.har')
  })

  it('has the exchanges behind violations and doubts, or all', () => {
    expect(reported.map(({ _requirement, _case, _step }) => [_requirement, _case, _step])).toEqual([
      ['not-found/any-string', '2:0', 0],
      ['invalid/malformed-id', '0', 1],
      ['effect/content', '0', 0],
    ])
    expect(entriesOf(harAll, findingsOfEveryVerdict)).toHaveLength(4)
  })

  it('has the bodies of the evidence, which are whole', () => {
    const { report, exchanges } = findingsOfEveryVerdict
    const [first] = report.requirements.flatMap((one) => one.exchanges)
    const body = {
      bytes: 9_000,
      encoding: 'utf-8',
      value: 'x'.repeat(9_000),
      shortened: false,
    } as const
    const whole = [...exchanges()].map((one) =>
      one.case === first?.case && one.response !== undefined
        ? { ...one, response: { ...one.response, body } }
        : one,
    )
    const [entry] = entriesOf(har, { report, exchanges: () => whole })
    expect(entry?.response.content.text).toHaveLength(9_000)
  })

  it('has those of the report where no evidence was kept, and says that they are cut', () => {
    const exchange = recordedDeletion('x', { body: 'y'.repeat(9_000) })
    const requirements = reportOfEveryVerdict.requirements.map((one) =>
      one.verdict === 'failed' ? { ...one, exchanges: [exchange] } : one,
    )
    const [entry] = entriesOf(har, findingsOf(madeUpReport({ requirements })))
    expect(entry?.response.content).toMatchObject({ size: 9_000, comment: 'only the beginning' })
  })

  it('gives the address in full, and its query in pieces', () => {
    expect(unreported?.request.url).toBe('http://target.invalid/api/v1/files/file-1?a=b%20c')
    expect(unreported?.request.queryString).toEqual([{ name: 'a', value: 'b c' }])
  })

  it('gives the body of a deletion as text, and an upload by its digest', () => {
    expect(unreported?.request.postData).toEqual({ mimeType: 'text/plain', text: '{}' })
    expect(unanswered?.request).toMatchObject({
      bodySize: 400,
      postData: { mimeType: 'multipart/form-data; boundary=b', text: '', _sha256: '3'.repeat(64) },
    })
  })

  it('gives octets that are no text in base64, and no size that it does not know', () => {
    expect(warned?.response.content).toEqual({
      size: 1,
      mimeType: 'x-unknown',
      text: '/w==',
      encoding: 'base64',
    })
    expect(warned?.response.bodySize).toBe(-1)
    expect(failed?.response.bodySize).toBe(failed?.response.content.size)
  })

  it('says why nothing came back in the way of a network panel', () => {
    expect(unanswered?.response).toMatchObject({ status: 0, _error: 'net::ERR_CONNECTION_REFUSED' })
  })

  it('splits the time into waiting and receiving', () => {
    const { timings, time = 0 } = failed ?? {}
    expect(timings).toMatchObject({ send: 0, wait: 12 })
    expect((timings?.send ?? 0) + (timings?.wait ?? 0) + (timings?.receive ?? 0)).toBeCloseTo(time)
  })

  it('comes in pieces, one for each exchange', () => {
    let asked = 0
    const exchanges = function* () {
      for (const exchange of findingsOfEveryVerdict.exchanges()) {
        asked += 1
        yield exchange
      }
    }
    const pieces = harAll.render({ report: reportOfEveryVerdict, exchanges })[Symbol.iterator]()
    pieces.next()
    pieces.next()
    expect(asked).toBe(1)
  })

  it('is valid where nothing was sent', () => {
    expect(entriesOf(har, findingsOf(madeUpReport()))).toEqual([])
    expect(entriesOf(harAll, findingsOf(madeUpReport()))).toEqual([])
  })

  it('is refused by its schema where it is wrong', () => {
    expect(isValid({ log: { version: '1.2', creator: {}, entries: [{}] } })).toBe(false)
  })

  it.each(HOSTILE)('keeps its structure whatever the target sends: %s', (_, text) => {
    for (const format of [har, harAll]) {
      expect(rendered(format, findingsFull(text))).not.toMatch(RAW_CONTROL)
      const entries = entriesOf(format, findingsFull(text))
      expect(shapeOf(entries)).toEqual(shapeOf(entriesOf(format, findingsFull(HARMLESS))))
      expect(entries[0]?.request.postData?.text).toBe(text)
    }
  })
})
