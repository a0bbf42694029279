import { expect, test } from 'vitest'
import { replayCommand } from '../../reporters/replay-command.ts'
import { madeUpReport } from './made-up-report.ts'

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
