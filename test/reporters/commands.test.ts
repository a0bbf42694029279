import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { replayCommand, shellQuoted } from '../../reporters/commands.ts'
import { wordsOf } from './fake-curl.ts'
import { madeUpReport } from './made-up-report.ts'

describe('a word quoted for a shell', () => {
  it('is one word, whatever it holds', () => {
    const text = fc.string({ unit: fc.constantFrom(...`'"\\$\`!*? ;&|<>()\n#~=%a`) })
    fc.assert(
      fc.property(text, (word) => {
        expect(wordsOf([`curl ${shellQuoted(word)}`])).toEqual([word])
      }),
      { numRuns: 25 },
    )
  })
})

test.each([
  ['upload', undefined],
  ['none', 'none'],
  ["ids:of o'clock.txt", `'ids:of o'\\''clock.txt'`],
  ['ids', '"ids:$IDS"'],
  ['command', '"command:$COMMAND"'],
  ['function', '"command:$COMMAND"'],
])('a replay with the files of %s asks for what a report does not hold', (files, words) => {
  const report = madeUpReport({ options: { ...madeUpReport().options, files } })
  const command = replayCommand(report, { requirement: 'deleted/status', case: '0' })
  expect(/--files (.*) --concurrency/.exec(command)?.[1]).toBe(words)
})
