import { readFileSync } from 'node:fs'
import { Ajv } from 'ajv'
import { type Command, InvalidArgumentError, type Option } from 'commander'
import { describe, expect, test } from 'vitest'
import { entriesIn } from '../../cli/config-entries.ts'
import { checkEntries, configSchema } from '../../cli/config-schema.ts'
import { CAPABILITIES } from '../../cli/parse.ts'
import { createProgram } from '../../cli/program.ts'
import { formats } from '../../reporters/formats.ts'
import { createStyle } from '../../reporters/terminal.ts'

const SILENT = { line: () => undefined, note: () => undefined, style: createStyle(false) }
const schema = configSchema()
const keys = Object.entries(schema.properties)

/**
 * Flags that say what is to be done now, and not how runs of a project are. A flag that is missing
 * here and in `cli/config.schema.json` belongs into one of them.
 */
const COMMAND_LINE_ONLY = [
  'config',
  'id-sample',
  'mark',
  'no-config',
  'plan',
  'print-config',
  'replay',
  'update-baseline',
]

const run = createProgram(SILENT, () => undefined).commands.find(
  (command) => command.name() === 'run',
) as Command
const options: readonly Option[] = run.options
const optionOf = (key: string) => options.find(({ long }) => long === `--${key}`)

describe('the schema of config files', () => {
  test('has a key for each flag of run that is not for the command line alone, and no other', () => {
    const names = options.map((option) => option.name())
    expect([...keys.map(([key]) => key), ...COMMAND_LINE_ONLY].sort()).toEqual([...names].sort())
  })

  test.each(keys)('describes %s in a sentence', (_, { description }) => {
    expect(description).toMatch(/^[A-Za-z].*\.$/)
  })

  test.each(keys)('takes for %s true or false where the flag takes no value', (key, { type }) => {
    expect(type === 'boolean').toBe(optionOf(key)?.isBoolean())
  })

  test.each(keys)('takes for %s a list where the flag can be repeated', (key, { type }) => {
    // Header fields are gathered as well, from no list at all.
    const isList = key === 'header' || Array.isArray(optionOf(key)?.defaultValue)
    expect([type].flat().includes('array')).toBe(isList)
  })

  test.each(keys.filter(([, { minimum }]) => minimum !== undefined))(
    'has the limits for %s that the flag has',
    (key, { minimum = 0, maximum }) => {
      const parse = (value: number) => optionOf(key)?.parseArg?.(String(value), undefined)
      expect(() => parse(minimum)).not.toThrow()
      expect(() => parse(minimum - 1)).toThrow(InvalidArgumentError)
      if (maximum === undefined) return
      expect(() => parse(maximum)).not.toThrow()
      expect(() => parse(maximum + 1)).toThrow(InvalidArgumentError)
    },
  )

  test('has examples and defaults that it accepts itself, and so do the flags', () => {
    const validate = new Ajv({ allowUnionTypes: true }).compile(schema)
    let count = 0
    for (const [key, one] of keys) {
      const { examples = [], default: standard } = one as {
        examples?: readonly unknown[]
        default?: unknown
      }
      for (const value of [...examples, ...(standard === undefined ? [] : [standard])]) {
        expect([key, value, validate({ [key]: value })]).toEqual([key, value, true])
        for (const text of [value].flat()) optionOf(key)?.parseArg?.(String(text), undefined)
        count += 1
      }
      if (standard === undefined) continue
      const option = optionOf(key)
      const parsed = option?.parseArg?.(String(standard), undefined) ?? standard
      expect([key, parsed]).toEqual([key, option?.defaultValue])
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

  test('accepts the config file of the README', () => {
    const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')
    const [, yaml = ''] = /```yaml\n(# yaml-language-server: .*?)```/s.exec(readme) ?? []
    const entries = entriesIn('README.md', yaml)
    expect(entries.length).toBeGreaterThan(5)
    expect(() => checkEntries(entries, [])).not.toThrow()
  })
})
