import { describe, expect, it } from 'vitest'
import { formInWords, formsWith, RUN_ID_PLACE } from '../../resources/upload-form.ts'

const WORD = 'ghijklmnopqrstuv-set-up-0'
const usual = formsWith(undefined)

describe('the usual forms of uploads', () => {
  it('are tried in this order', () => {
    expect(usual.map(formInWords)).toEqual([
      'purpose=batch, delete-conformance-*.jsonl',
      'purpose=user_data, delete-conformance-*.txt',
      'purpose=assistants, delete-conformance-*.txt',
      'purpose=fine-tune, delete-conformance-*.jsonl',
      'delete-conformance-*.txt',
    ])
  })

  it.each(usual)('have the word in name and content, however long that is: $fields', (form) => {
    expect(form.nameOf(WORD)).toContain(WORD)
    for (const bytes of [0, 1, 4_096, 65_536]) {
      const content = form.contentOf(WORD, bytes)
      expect(content.byteLength).toBeGreaterThanOrEqual(bytes)
      expect(content.byteLength).toBeLessThan(Math.max(bytes, 1_000) + 1_000)
      const lines = Buffer.from(content).toString().split('\n').slice(0, -1)
      expect(new Set(lines).size).toBe(lines.length)
      for (const line of lines) expect(line).toContain(WORD)
    }
  })

  it('hold a request of a batch or a chat of two in each line, if they are of lines of JSON', () => {
    const linesOf = (at: number) =>
      String(usual[at]?.contentOf(WORD, 1_000))
        .trim()
        .split('\n')
        .map((line) => Object.keys(JSON.parse(line)))
    expect(new Set(linesOf(0).map(String))).toEqual(new Set(['custom_id,method,url,body']))
    expect(linesOf(3).length).toBeGreaterThanOrEqual(10)
    expect(new Set(linesOf(3).map(String))).toEqual(new Set(['messages']))
  })
})

describe('the forms of uploads', () => {
  it('all have what the user has chosen, and are tried once each', () => {
    const forms = formsWith({ fields: [['purpose', 'vision']], type: 'text/csv' })
    expect(forms.map(({ fields, type }) => [fields, type])).toEqual(
      forms.map(() => [[['purpose', 'vision']], 'text/csv']),
    )
    expect(forms.map(formInWords)).toEqual([
      'purpose=vision, delete-conformance-*.jsonl',
      'purpose=vision, delete-conformance-*.txt',
      'purpose=vision, delete-conformance-*.jsonl',
    ])
  })

  it('are one if the user has chosen everything', () => {
    const chosen = {
      fields: [['purpose', 'vision']] as const,
      name: `a-${RUN_ID_PLACE}.png`,
      type: 'image/png',
      content: `$& of ${RUN_ID_PLACE}, ${RUN_ID_PLACE}`,
    }
    const [form, ...others] = formsWith(chosen)
    expect(others).toEqual([])
    expect(form?.nameOf('$&')).toBe('a-$&.png')
    expect(String(form?.contentOf(WORD, 1_000))).toBe(`$& of ${WORD}, ${WORD}`)
  })

  it('begin with that of the purpose that the user has chosen', () => {
    const [form] = formsWith({ fields: [['purpose', 'assistants']] })
    expect(form?.nameOf('*')).toBe('delete-conformance-*.txt')
  })
})
