import { describe, expect, it } from 'vitest'
import { parsedText } from '../../spec/document-text.ts'

const value = (text: string) => parsedText('d', Buffer.from(text))

describe('a text of many words', () => {
  it('is refused with more words than can be parsed', () => {
    expect(() => value('- \n'.repeat(1_000_001))).toThrow('found more than 3000000 words and marks')
  })

  it('is read in time that grows with its length: names, anchors, aliases', () => {
    // In quadratic time, each of them takes minutes.
    const lines = (line: (at: number) => string) =>
      Array.from({ length: 60_000 }, (_, at) => line(at))
    expect(Object.keys(value(lines((at) => `k${at}: 1`).join('\n')) as object)).toHaveLength(60_000)
    expect(value(lines((at) => `- &a${at} x\n- *a${at}`).join('\n'))).toHaveLength(120_000)
  })
})
