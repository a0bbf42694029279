import { describe, expect, it } from 'vitest'
import { createProgressLine } from '../../cli/output.ts'
import type { Progress } from '../../model/progress.ts'

const ESCAPE = '\u001b'

/** Shows news to a terminal, and gives the lines that it drew. */
function drawn(columns: number, ...news: readonly Progress[]): readonly string[] {
  const written: string[] = []
  const terminal = { isTTY: true, columns, write: (text: string) => written.push(text) }
  const line = createProgressLine(terminal as unknown as NodeJS.WriteStream)
  for (const one of news) line.show(one)
  line.end()
  return written.map((text) => text.replace(`\r${ESCAPE}[K`, '')).slice(0, -1)
}

const begun: Progress = {
  kind: 'requirement',
  requirement: 'effect/not-listed',
  number: 13,
  of: 39,
}

describe('the line of progress', () => {
  it('names the requirement under way, the time spent and the time left, without cases before the first', () => {
    expect(drawn(80, begun)).toEqual([
      expect.stringMatching(
        /^ {2}requirement 13 of 39: effect\/not-listed, \d s so far, about \d+ s left$/,
      ),
    ])
  })

  it('says that the files of the run are being removed', () => {
    expect(drawn(80, begun, { kind: 'cleanup' }).at(-1)).toMatch(
      /^ {2}removing the files of this run, \d s so far$/,
    )
  })

  it('is no longer than the terminal is wide', () => {
    expect(drawn(30, begun)).toEqual(['  requirement 13 of 39: effec'])
  })
})
