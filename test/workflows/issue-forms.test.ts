import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'

const GITHUB = resolve(import.meta.dirname, '../../.github')
const FORMS = readdirSync(join(GITHUB, 'ISSUE_TEMPLATE')).filter((name) => name !== 'config.yml')

interface Field {
  readonly type: string
  readonly id?: string
  readonly attributes: Readonly<Record<string, unknown>>
  readonly validations?: { readonly required: boolean }
}

/** Attributes that GitHub takes for each type of field, the first of which each needs. */
const ATTRIBUTES: Readonly<Record<string, readonly string[]>> = {
  markdown: ['value'],
  input: ['label', 'description', 'placeholder', 'value'],
  textarea: ['label', 'description', 'placeholder', 'value', 'render'],
}

const fieldsOf = (name: string): readonly Field[] => read(`ISSUE_TEMPLATE/${name}`).body

describe('a form for issues', () => {
  it.each(FORMS)('is one that GitHub takes: %s', (name) => {
    const { body, ...form } = read(`ISSUE_TEMPLATE/${name}`)
    expect(Object.keys(form)).toEqual(['name', 'description', 'labels'])
    const asked = fieldsOf(name).filter(({ type }) => type !== 'markdown')
    expect(new Set(asked.map(({ id }) => id)).size).toBe(asked.length)
    expect(new Set(asked.map(({ attributes }) => attributes.label)).size).toBe(asked.length)
    for (const { type, id = '', attributes } of body as readonly Field[]) {
      const [needed = '', ...others] = ATTRIBUTES[type] ?? []
      expect(Object.keys(attributes), type).toContain(needed)
      expect([needed, ...others]).toEqual(expect.arrayContaining(Object.keys(attributes)))
      expect(id).toMatch(/^[a-z]*$/)
    }
  })

  it.each([
    ['bug.yml', ['doctor', 'settings']],
    ['false-alarm.yml', ['requirement', 'reason']],
    ['missed-fault.yml', ['fault', 'requirement']],
  ])('asks for what helps to see it: %s', (name, ids) => {
    expect(fieldsOf(name).map(({ id }) => id)).toEqual(expect.arrayContaining(ids))
    expect(fieldsOf(name).filter(({ validations }) => validations?.required)).not.toEqual([])
  })
})

it('all that a change can make outdated is looked after: packages, actions, images', () => {
  const { updates } = read('dependabot.yml')
  expect(updates.map((one: Record<string, unknown>) => one['package-ecosystem'])).toEqual([
    'npm',
    'github-actions',
    'docker',
  ])
})

function read(name: string) {
  return parse(readFileSync(join(GITHUB, name), 'utf8'))
}
