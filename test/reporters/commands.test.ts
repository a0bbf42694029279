import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { replayCommand, shellQuoted } from '../../reporters/commands.ts'
import { wordsOf } from './fake-curl.ts'
import { madeUpReport } from './made-up-report.ts'

// Windows has no POSIX shell.
const isPosix = process.platform !== 'win32'

describe.runIf(isPosix)('a word quoted for a shell', () => {
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

test.runIf(isPosix)('a replay uploads as the user had chosen, whatever that is', () => {
  const upload = {
    fields: [['purpose', "it's $HOME"]] as const,
    name: '{run-id} "x".png',
    type: 'image/png',
    content: 'a {run-id} `id`',
  }
  const report = madeUpReport({ options: { ...madeUpReport().options, upload } })
  const command = replayCommand(report, { requirement: 'deleted/status', case: '0' })
  const words = wordsOf([command.replace('delete-conformance', 'curl')])
  expect(words).toEqual(
    expect.arrayContaining([
      ...['--upload-field', "purpose=it's $HOME", '--upload-name', '{run-id} "x".png'],
      ...['--upload-type', 'image/png', '--upload-content', 'a {run-id} `id`'],
    ]),
  )
})

test.each(['a\n{run-id}', '@{run-id}'])(
  'a replay asks for a content that a line cannot show: %j',
  (content) => {
    const report = madeUpReport({ options: { ...madeUpReport().options, upload: { content } } })
    expect(replayCommand(report, { requirement: 'deleted/status', case: '0' })).toContain(
      '--upload-content "@$CONTENT" ',
    )
  },
)
