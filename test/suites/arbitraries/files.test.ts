import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formsWith } from '../../../resources/upload-form.ts'
import { anyFile, fileOf } from '../../../suites/arbitraries/files.ts'
import { facts, MARK } from '../../harness/made-up.ts'

const [form] = formsWith(undefined)

/** Files of any kind, for a target that takes such ones alone. */
function filesFor(takes: ReturnType<typeof facts>['takes']) {
  return fc.sample(anyFile(facts({ takes })), { seed: 1, numRuns: 200 }).map((recipe) => {
    const { filename, content } = fileOf(recipe, MARK)
    return {
      name: typeof filename === 'string' ? filename : form?.nameOf(filename.word),
      isUsualName: typeof filename !== 'string',
      text: 'word' in content ? String(form?.contentOf(content.word, content.bytes)) : undefined,
    }
  })
}

describe('any file', () => {
  it('has any name and content by default', () => {
    const files = filesFor({ names: 'any', contents: 'any' })
    expect(files.some(({ isUsualName }) => isUsualName)).toBe(false)
    expect(files.every(({ text }) => text === undefined)).toBe(true)
  })

  it('has any name with the usual extension where the target takes no other', () => {
    const names = filesFor({ names: 'usual-end', contents: 'any' }).map(({ name }) => name)
    for (const name of names) expect(name).toMatch(/\.jsonl$/)
    expect(names.some((name) => /[^\x20-\x7e]/.test(name ?? ''))).toBe(true)
  })

  it('has a plain name where the target takes no other', () => {
    const files = filesFor({ names: 'usual', contents: 'any' })
    for (const { name } of files) expect(name).toMatch(/^[\w-]+\.jsonl$/)
    expect(Math.max(...files.map(({ name }) => name?.length ?? 0))).toBeGreaterThan(200)
  })

  it('has lines of the usual form, of many sizes, where the target takes no other content', () => {
    const files = filesFor({ names: 'any', contents: 'usual' })
    for (const { text = '' } of files) {
      expect(text).toContain(MARK)
      expect(JSON.parse(text.split('\n')[0] ?? '')).toHaveProperty('custom_id')
    }
    const sizes = new Set(files.map(({ text = '' }) => Math.round(text.length / 1_000)))
    expect(sizes.size).toBeGreaterThan(3)
  })
})
