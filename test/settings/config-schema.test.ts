import { readFileSync } from 'node:fs'
import { Ajv } from 'ajv'
import { describe, expect, test } from 'vitest'
import { entriesIn, settingIn, valueIn } from '../../cli/config-file.ts'
import { formats } from '../../reporters/formats.ts'
import { configSchema } from '../../settings/config-schema.ts'
import { CAPABILITIES } from '../../settings/kinds.ts'
import { settings } from '../../settings/table.ts'

/** Schema of one key. */
interface KeySchema {
  readonly description: string
  readonly type: string | readonly string[]
  readonly minimum?: number
  readonly maximum?: number
  readonly examples?: readonly unknown[]
  readonly default?: unknown
  readonly items?: { readonly enum?: readonly string[] }
}

const schema = configSchema() as { readonly properties: Readonly<Record<string, KeySchema>> }
const keys = Object.entries(schema.properties)
const settingOf = (key: string) => settings.find(({ name }) => name === key)

/** Settings that say what is to be done now, and not how runs of a project are. */
const COMMAND_LINE_ONLY = [
  'config',
  'id-sample',
  'mark',
  'plan',
  'print-config',
  'quiet',
  'replay',
  'update-baseline',
  'verbose',
]

describe('the schema of config files', () => {
  test('is the committed one', async () => {
    await expect(`${JSON.stringify(schema, undefined, 2)}\n`).toMatchFileSnapshot(
      '../../cli/config.schema.json',
    )
  })

  test('has a key for each setting that is not for the command line alone, and no other', () => {
    const names = settings.map(({ name }) => name)
    expect([...keys.map(([key]) => key), ...COMMAND_LINE_ONLY].sort()).toEqual([...names].sort())
  })

  test.each(keys)('describes %s in a sentence', (_, { description }) => {
    expect(description).toMatch(/^[A-Za-z].*\.$/)
  })

  test.each(keys)('takes for %s true or false where the flag takes no value', (key, { type }) => {
    expect(type === 'boolean').toBe(settingOf(key)?.kind.placeholder === '')
  })

  test.each(keys)('takes for %s a list where the flag can be repeated', (key, { type }) => {
    expect([type].flat().includes('array')).toBe(settingOf(key)?.kind.item !== undefined)
  })

  test.each(keys.filter(([, { minimum }]) => minimum !== undefined))(
    'has the limits for %s that the flag has',
    (key, { minimum = 0, maximum }) => {
      const read = (value: number) => settingOf(key)?.kind.read(String(value))
      expect(read(minimum)).not.toBe(undefined)
      expect(read(minimum - 1)).toBe(undefined)
      if (maximum === undefined) return
      expect(read(maximum)).not.toBe(undefined)
      expect(read(maximum + 1)).toBe(undefined)
    },
  )

  test('has examples and defaults that it accepts itself, and so do the flags', () => {
    const validate = new Ajv({ allowUnionTypes: true }).compile(schema)
    let count = 0
    for (const [key, { examples = [], default: standard }] of keys) {
      const setting = settingOf(key)
      for (const value of [...examples, ...(standard === undefined ? [] : [standard])]) {
        expect([key, value, validate({ [key]: value })]).toEqual([key, value, true])
        for (const text of [value].flat()) {
          expect([key, setting?.kind.read(String(text))]).not.toEqual([key, undefined])
        }
        count += 1
      }
      if (standard === undefined) continue
      expect([key, setting?.kind.read(String(standard))]).toEqual([key, setting?.default])
    }
    expect(count).toBeGreaterThan(15)
  })

  test('names every capability and every report format', () => {
    const { capabilities, report } = schema.properties
    expect(capabilities?.items?.enum).toEqual(['upload', ...CAPABILITIES])
    for (const { name } of formats) expect(report?.description).toMatch(new RegExp(`\\b${name}\\b`))
  })

  test('is one that editors read: draft-07, without keywords of our own', () => {
    const text = readFileSync(new URL('../../cli/config.schema.json', import.meta.url), 'utf8')
    expect(JSON.parse(text).$schema).toBe('http://json-schema.org/draft-07/schema#')
    expect(new Ajv({ strict: true, allowUnionTypes: true }).validateSchema(JSON.parse(text))).toBe(
      true,
    )
  })

  test('accepts the config file of docs/running.md', () => {
    const page = readFileSync(new URL('../../docs/running.md', import.meta.url), 'utf8')
    const [, yaml = ''] = /```yaml\n(# yaml-language-server: .*?)```/s.exec(page) ?? []
    const entries = entriesIn('running.md', yaml)
    expect(entries.length).toBeGreaterThan(5)
    expect(() => entries.map((entry) => valueIn(entry, settingIn(entry)))).not.toThrow()
  })
})
