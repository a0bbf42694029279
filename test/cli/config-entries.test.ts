import { describe, expect, test } from 'vitest'
import { entriesIn, MAX_CONFIG_BYTES } from '../../cli/config-file.ts'
import { UsageError } from '../../model/errors.ts'

const FILE = 'c.yaml'
const entries = (text: string) => entriesIn(FILE, text)

/** Gives the message that refuses a text. */
function refusal(text: string): string {
  try {
    entries(text)
  } catch (error) {
    if (error instanceof UsageError) return error.message
    throw error
  }
  throw new Error('it was not refused')
}

describe('a config file', () => {
  test('is taken apart into keys, values and lines, of lists each value', () => {
    expect(
      entries('# settings\nruns: 20\n\nonly:\n  - deleted/\n  - "http/"\nstrict: yes\n'),
    ).toEqual([
      { key: 'runs', where: 'c.yaml:2', value: 20, items: [{ text: '20', where: 'c.yaml:2' }] },
      {
        key: 'only',
        where: 'c.yaml:4',
        value: ['deleted/', 'http/'],
        items: [
          { text: 'deleted/', where: 'c.yaml:5' },
          { text: 'http/', where: 'c.yaml:6' },
        ],
      },
      {
        key: 'strict',
        where: 'c.yaml:7',
        value: 'yes',
        items: [{ text: 'yes', where: 'c.yaml:7' }],
      },
    ])
  })

  test.each(['', '\n\n', '# only words\n', '---\n', '\ufeff'])('may be empty: %j', (text) => {
    expect(entries(text)).toEqual([])
  })

  test('may be JSON, and may have the line ends of Windows', () => {
    expect(entries('{\r\n"runs": 5,\r\n"strict": true }')).toMatchObject([
      { key: 'runs', where: 'c.yaml:2', value: 5 },
      { key: 'strict', where: 'c.yaml:3', value: true },
    ])
  })

  test('may have as many values in a list as fit', () => {
    const values = Array.from({ length: 1000 }, (_, at) => `f${at}/`)
    expect(entries(`only:\n${values.map((value) => `  - ${value}\n`).join('')}`)).toMatchObject([
      { value: values },
    ])
  })

  test('keeps every digit of a number', () => {
    expect(entries('seed: 18446744073709551615')).toMatchObject([
      { items: [{ text: '18446744073709551615' }] },
    ])
  })

  test('may name a value once and use it again', () => {
    expect(entries('only: &some [deleted/, http/]\nskip: *some')).toMatchObject([
      { key: 'only', value: ['deleted/', 'http/'] },
      {
        key: 'skip',
        value: ['deleted/', 'http/'],
        items: [{ text: 'deleted/' }, { text: 'http/' }],
      },
    ])
  })

  test('does not grow by values that stand for lists of each other', () => {
    const lists = Array.from({ length: 40 }, (_, at) =>
      at === 0 ? '&l0 [x, x]' : `&l${at} [${`*l${at - 1}, `.repeat(50)}]`,
    )
    expect(entries(`only: [${lists.join(', ')}]\nskip: *l39`)).toMatchObject([
      { value: lists.map(() => []) },
      {
        value: lists
          .slice(0, 1)
          .concat(Array(49).fill(''))
          .map(() => []),
      },
    ])
  })

  test('may use a name that stands for itself, which is nothing', () => {
    expect(entries('only: &a [*a]')).toMatchObject([{ value: [[]] }])
  })
})

describe('a config file is refused, with its line,', () => {
  test.each([
    ['where its YAML is broken', 'runs: 5\nonly: [deleted/\nstrict: true', 'c.yaml:3: not YAML: '],
    ['where an indentation is wrong', 'runs: 5\n  strict: true', 'c.yaml:1: not YAML: '],
    ['where it has a key twice', 'runs: 5\nstrict: true\nruns: 6', 'c.yaml:3: found a setting f'],
    ['where it has two documents', 'runs: 5\n---\nruns: 6', 'c.yaml:2: found a second document'],
    ['where it is a list', '\n- runs\n', 'c.yaml:2: found no "name: value"'],
    ['where it is mere text', 'runs 5', 'c.yaml:1: found no "name: value"'],
    ['where a name stands for nothing', 'runs: 5\nonly: *none', 'c.yaml:2: *none: unknown anchor'],
    ['where it has a tag of its own', 'runs: 5\nonly: !secret token', 'c.yaml:2: not YAML: '],
  ])('%s', (_, text, said) => {
    const message = refusal(text)
    expect(message.slice(0, said.length)).toBe(said)
    expect(message).not.toContain('\n')
  })

  test.each(['[', '{', '{a: [', '- ', '? ', '[{? '])(
    'where it is nested too deep by %j',
    (level) => {
      const times = Math.floor((MAX_CONFIG_BYTES - 10) / level.length)
      expect(refusal(`runs: 5\n${level.repeat(times)}`)).toBe(
        'c.yaml:2: found too many levels, accepted are lists',
      )
    },
  )

  test('where it is nested as deep as indentation can make it', () => {
    let text = ''
    for (let indent = 0; text.length < MAX_CONFIG_BYTES - 1000; indent += 1) {
      text += `${' '.repeat(indent)}a:\n`
    }
    expect(entries(text)).toMatchObject([{ key: 'a', value: {} }])
  })

  test('without what would move the cursor of a terminal', () => {
    expect(refusal('only: *\u001b[2J')).not.toContain('\u001b')
  })
})
