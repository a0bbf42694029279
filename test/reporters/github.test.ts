import { describe, expect, it } from 'vitest'
import type { Findings } from '../../reporters/format.ts'
import { github } from '../../reporters/github.ts'
import { findingsOfEveryVerdict, reportOfEveryVerdict } from './every-verdict.ts'
import { findingsFull, HARMLESS, HOSTILE, RAW_CONTROL } from './hostile.ts'
import { findingsOf, rendered } from './made-up-report.ts'

/** Reads commands as the runner does: name, properties and message, without escapes. */
function commandsOf(findings: Findings) {
  const lines = rendered(github, findings).split(/\r\n|\r|\n/)
  expect(lines.pop()).toBe('')
  return lines.map((line) => {
    const [, name, properties = '', message = ''] = /^::(\w+) (.*?)::(.*)$/.exec(line) ?? [line]
    const undone = (text: string) =>
      text
        .replaceAll('%3A', ':')
        .replaceAll('%2C', ',')
        .replaceAll('%0A', '\n')
        .replaceAll('%25', '%')
    return {
      name,
      properties: properties.split(',').map((property) => undone(property)),
      message: undone(message),
    }
  })
}

describe('annotations of a GitHub Actions run', () => {
  it('are as they were', async () => {
    await expect(rendered(github, findingsOfEveryVerdict)).toMatchFileSnapshot(
      'golden/annotations.txt',
    )
  })

  it('are one for each violated or undecided requirement, the worst first, and the verdict', () => {
    expect(
      commandsOf(findingsOfEveryVerdict).map(({ name, properties }) => [name, ...properties]),
    ).toEqual([
      ['error', 'title=failed: not-found/any-string (MUST)'],
      ['warning', 'title=warned: invalid/location (SHOULD)'],
      ['warning', 'title=inconclusive: effect/content'],
      ['notice', 'title=delete-conformance'],
    ])
  })

  it('are errors for warned requirements where the run is strict', () => {
    const { options } = reportOfEveryVerdict
    const report = { ...reportOfEveryVerdict, options: { ...options, strict: true } }
    expect(commandsOf(findingsOf(report)).map(({ name }) => name)).toEqual([
      'error',
      'error',
      'warning',
      'notice',
    ])
  })

  it('say what was expected and received, and how to see it again', () => {
    const [first] = commandsOf(findingsOfEveryVerdict)
    expect(first?.message.split('\n')).toEqual(
      expect.arrayContaining([
        'expected: 404 or 422',
        'received: 500',
        expect.stringContaining('--replay'),
      ]),
    )
  })

  it('end with the verdict in a sentence', () => {
    expect(commandsOf(findingsOfEveryVerdict).at(-1)?.message).toMatch(/^non-conforming: 1 MUST/)
  })

  const outline = (text: string) =>
    commandsOf(findingsFull(text)).map(({ name, properties }) => [name, properties])

  it.each(HOSTILE)('are no more and no others whatever the target sends: %s', (_, text) => {
    const output = rendered(github, findingsFull(text))
    expect(output).not.toMatch(RAW_CONTROL)
    expect(output.length).toBeLessThan(100_000)
    expect(outline(text)).toEqual(outline(HARMLESS))
  })
})
