import { describe, expect, it } from 'vitest'
import type { Format } from '../../reporters/format.ts'
import { formats } from '../../reporters/formats.ts'
import { closing, createStyle } from '../../reporters/terminal.ts'
import {
  findingsOf,
  madeUpReport,
  madeUpResult,
  recordedDeletion,
  rendered,
} from './made-up-report.ts'

const ID = 'a'.repeat(4_000)
const LONGEST_RUN = 300

const violation = {
  where: '/status',
  expected: `404 for ${ID}`,
  received: `"${ID}"`,
  fingerprint: '0123456789ab',
  requirement: 'not-found/any-string',
  case: '0',
  step: 0,
  counterexample: `"${ID}"`,
}
const report = madeUpReport({
  requirements: [
    madeUpResult({
      verdict: 'failed',
      violations: [
        violation,
        { ...violation, where: '/body', fingerprint: '1'.repeat(12) },
        { ...violation, case: '1', counterexample: `"b${ID}"` },
      ],
      exchanges: [recordedDeletion(ID, { status: 500, body: ID }, { id: ID })],
    }),
  ],
})

const longestRun = (text: string) =>
  Math.max(...[...text.matchAll(/a+/g)].map(([run]) => run.length))

/** Formats that people read; the others are for programs, and hold the whole. */
const READ = formats.filter(({ name }) => !['json', 'har', 'har-all', 'badge'].includes(name))

describe('an id of 4,000 characters', () => {
  it.each(READ)('is cut in the middle, in target, body and value: $name', (format: Format) => {
    const text = rendered(format, findingsOf(report))
    expect(longestRun(text)).toBeLessThanOrEqual(LONGEST_RUN)
    expect(text).toMatch(/a…a+ \(4,014 characters\)/)
  })

  it('is cut on a terminal, where further violations have a line each', () => {
    const text = closing(report, createStyle(false))
    expect(longestRun(text)).toBeLessThanOrEqual(LONGEST_RUN)
    expect(text).toMatch(/request {3}DELETE \/api\/v1\/files\/a+…a+ \(4,014 characters\)/)
    expect(text).toMatch(/body {6}a+…a+ \(4,000 characters\)/)
    expect(text).toMatch(/ {4}also {6}\/body expected 404 for a+…a+ .*fingerprint 1{12}\)/)
    expect(text).toMatch(/^ {14}"ba+…a+" \(4,003 characters\)$/m)
    expect(text).toContain('curl      # too long to show: delete-conformance run ')
  })
})

describe('further violations of a requirement on a terminal', () => {
  it('are three lines, then a number, and values are three, then a number', () => {
    const kinds = Array.from({ length: 6 }, (_, at) => ({
      ...violation,
      received: `${at}`,
      where: `/body/${at}`,
      counterexample: '0',
    }))
    const values = Array.from({ length: 6 }, (_, at) => ({
      ...violation,
      where: '/body/0',
      case: `${at + 1}`,
      counterexample: `"${at}"`,
    }))
    const result = madeUpResult({ verdict: 'failed', violations: [...kinds, ...values] })
    const text = closing(madeUpReport({ requirements: [result] }), createStyle(false))
    expect(text.match(/ \/body\/\d expected /g)).toHaveLength(3)
    expect(text).toMatch(/\n {14}and 2 more\n {14}"0", "1", "2" and 3 more\n/)
  })
})
