import { describe, expect, it } from 'vitest'
import { DocumentError } from '../../model/errors.ts'
import { parsedText } from '../../spec/document-text.ts'

const value = (text: string | Uint8Array) => parsedText('d', Buffer.from(text))

describe('the text of a document', () => {
  it('means the same as JSON and as YAML', () => {
    const same = { a: [1, 'two', null, true], 'b c': { d: 0.5 } }
    expect(value(JSON.stringify(same))).toEqual(same)
    expect(value('a: [1, two, null, true]\n"b c":\n  d: 0.5\n')).toEqual(same)
    expect(value('{a: [1, two, null, true,], "b c": {d: 0.5}}')).toEqual(same)
  })

  it('may begin with a byte order mark, and have tabs between its words', () => {
    expect(value('\ufeff{"a":\t1}')).toEqual({ a: 1 })
    expect(value('\ufeffa:\t1')).toEqual({ a: 1 })
  })

  it('has numbers, and nothing else, as names of text', () => {
    expect(value('200: a\nnull: b\n4.0: c')).toEqual({ 200: 'a', null: 'b', '4.0': 'c' })
  })

  it('has one object for what aliases repeat, and takes the anchor that stood last before', () => {
    const made = value('a: &x {b: 1}\nc: [*x, *x]\nd: &x 2\ne: *x') as {
      readonly a: object
      readonly c: readonly object[]
      readonly e: number
    }
    expect(made).toMatchObject({ a: { b: 1 }, c: [{ b: 1 }, { b: 1 }], e: 2 })
    expect(made.c[1]).toBe(made.a)
  })

  it('keeps "<<" for a name, as YAML 1.2 has it', () => {
    expect(value('a: &a {b: 1}\nc:\n  <<: *a')).toEqual({ a: { b: 1 }, c: { '<<': { b: 1 } } })
  })

  it('keeps "__proto__" for a name, whose refusal is another matter', () => {
    for (const text of ['{"__proto__": {"a": 1}}', '__proto__: {a: 1}']) {
      expect(Object.keys(value(text) as object)).toEqual(['__proto__'])
      expect((value(text) as { a?: number }).a).toBeUndefined()
    }
  })

  it.each([
    ['a name twice in JSON', '{"a": 1,\n"\\u0061": 2}', 'line 2: found the name "a" a second time'],
    ['a name twice in YAML', 'a: 1\nb: 2\na: 3', 'line 3: found the name "a" a second time'],
    [
      'a name twice in another spelling',
      '1: 1\n"1": 3',
      'line 2: found the name "1" a second time',
    ],
    ['a list as a name', '? [a]\n: 1', 'line 1: neither YAML nor JSON: With stringKeys'],
    [
      'an alias as a name',
      'a: &a [b]\n? *a\n: 1',
      'line 2: neither YAML nor JSON: With stringKeys',
    ],
    ['a tag', 'a: 1\nb: !include /etc/hostname', 'line 2: neither YAML nor JSON: Unresolved tag'],
    ['several documents', 'a: 1\n---\nb: 2', 'line 2: found a second document'],
    ['YAML 1.1', '%YAML 1.1\n---\na: 1', 'line 1: found %YAML 1.1, accepted is YAML 1.2'],
    ['an alias of nothing', 'a: *b', 'line 1: found *b, which repeats nothing before it'],
    ['an alias of what it stands in', 'a: &a [*a]', 'line 1: found *a, which stands within'],
    ['tabs for indentation', 'a:\n\tb: 1', 'line 2: neither YAML nor JSON: Tabs'],
    ['NUL', 'a: 1\nb: "\0"', 'line 2: found a control character U+0000'],
    ['an escape of the terminal', 'a: \u001b[2J', 'line 1: found a control character U+001b'],
    ['UTF-16', Buffer.from('\ufeff{"a": 1}', 'utf16le'), 'found no UTF-8'],
    ['Latin-1', Buffer.from('a: ä', 'latin1'), 'found no UTF-8'],
  ])('is refused with %s', (_, text, message) => {
    expect(() => value(text)).toThrow(DocumentError)
    expect(() => value(text)).toThrow(message)
    expect(() => value(text)).toThrow(/^document d: [^\n]+$/)
  })

  it.each([
    ['JSON', '['.repeat(100_000) + ']'.repeat(100_000)],
    ['JSON that does not end', '['.repeat(100_000)],
    ['JSON objects', '{"a":'.repeat(100_000)],
    ['YAML lists in brackets', `a: ${'['.repeat(60_000)}`],
    ['YAML maps in brackets', '{a: '.repeat(60_000)],
    ['YAML lists on one line', '- '.repeat(60_000)],
    ['YAML keys on one line', '? '.repeat(60_000)],
    ['indentation', Array.from({ length: 900 }, (_, at) => `${' '.repeat(at)}a:`).join('\n')],
  ])('is refused with levels without end: %s', (_, text) => {
    expect(() => value(text)).toThrow('found more than 200 levels, the limit')
  })

  it('is refused with indentation without end', () => {
    const text = Array.from({ length: 2_000 }, (_, at) => `${' '.repeat(at)}a:`).join('\n')
    expect(() => value(text)).toThrow('found more than 1000 spaces before a line')
  })
})
