import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { nextStep, replayCommand, shellQuoted } from '../../reporters/commands.ts'
import { wordsOf } from './fake-curl.ts'
import { madeUpReport, madeUpResult, recordedFailure } from './made-up-report.ts'

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

test('a replay of a read-only run is read-only', () => {
  const report = madeUpReport({ options: { ...madeUpReport().options, files: 'read-only' } })
  const command = replayCommand(report, { requirement: 'not-found/never-issued', case: '0' })
  expect(command).toContain(' --read-only --concurrency ')
  expect(command).not.toContain('--files')
})

describe('the next step after a run', () => {
  const inconclusive = madeUpResult({ verdict: 'inconclusive' })
  const notSent = recordedFailure('not-sent')
  const upload = {
    name: 'upload',
    available: false,
    declared: false,
    reason: 'answered 404',
  } as const

  it.each<[string, Parameters<typeof madeUpReport>[0], string]>([
    ['that judged nothing is to look at the target', {}, 'delete-conformance doctor -t URL'],
    [
      'that left files is to remove them',
      { files: { created: 1, left: ['x'], ledger: 'run.ledger' } },
      'delete-conformance cleanup run.ledger -t URL',
    ],
    [
      'that its budget cut off is to see what it needs',
      { requirements: [{ ...inconclusive, exchanges: [notSent] }] },
      'see what a run needs: delete-conformance run -t URL --plan',
    ],
    [
      'on a target without uploads is to provide ids',
      { capabilities: [upload] },
      'provide ids that may be deleted: delete-conformance run -t URL --files ids:FILE (or command:CMD)',
    ],
    [
      'that judged some is to see why the others were not',
      { requirements: [inconclusive, madeUpResult()] },
      'see why: delete-conformance run -t URL --report html',
    ],
  ])('%s', (_, rest, words) => {
    const report = madeUpReport({ requirements: [inconclusive], verdict: 'inconclusive', ...rest })
    expect(nextStep(report)).toBe(words.replace('URL', 'http://target.invalid/api'))
  })

  it('is none where everything was judged', () => {
    expect(nextStep(madeUpReport())).toBeUndefined()
    expect(nextStep(madeUpReport({ verdict: 'non-conforming' }))).toBeUndefined()
  })
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
