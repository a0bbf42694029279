import { describe, expect, it } from 'vitest'
import { FORMAT_NAMES } from '../../reporters/format.ts'
import { formats } from '../../reporters/formats.ts'
import { findingsOfEveryVerdict } from './every-verdict.ts'
import { rendered } from './made-up-report.ts'

describe('the formats of a report', () => {
  it('have names and files of their own', () => {
    expect(new Set(formats.map(({ name }) => name)).size).toBe(formats.length)
    expect(new Set(formats.map(({ file }) => file)).size).toBe(formats.length)
  })

  it('are those whose names the help shows', () => {
    expect(formats.map(({ name }) => name)).toEqual(FORMAT_NAMES)
  })

  it.each(formats)(
    'give the same text for the same report, with a line end at its end: $name',
    (format) => {
      const text = rendered(format, findingsOfEveryVerdict)
      expect(text).toBe(rendered(format, findingsOfEveryVerdict))
      expect(text).toMatch(/[^\n]\n+$/)
    },
  )
})
