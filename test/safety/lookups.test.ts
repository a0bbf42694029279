import { describe, expect, it } from 'vitest'
import type { Beside } from './lookup.ts'
import { withinOneEdit } from './lookups/text-lookups.ts'
import { exactLookup, lookupNamed, lookups } from './lookups.ts'

const IDS = ['abc', 'abd', 'xyz']
const ALL = IDS

/** What each finds that it was not told: the name, the segment, the ids found, and the living ones. */
const careless: [string, string, readonly string[], (readonly string[])?][] = [
  ['any-case', 'ABC', ['abc']],
  ['trims', '%20abc%0A', ['abc']],
  ['trims-control', '%01abc%00', ['abc']],
  ['trims-quotes', '%5B%22abc%22%5D', ['abc']],
  ['nfkc', '%EF%BD%81bc', ['abc']],
  ['collation', '%C3%81BC', ['abc']],
  ['drops-invisible', 'a%E2%80%8Bbc', ['abc']],
  ['transliterates', '%D0%B0bc', ['abc']],
  ['decodes-twice', '%2561bc', ['abc']],
  ['plus-is-space', 'abc+', ['abc']],
  ['word-characters', 'a-b-c', ['abc']],
  ['starts-with', 'ab', ['abc', 'abd']],
  ['starts-with-id', 'abcd', ['abc']],
  ['includes-id', '-abc-xyz', ['abc', 'xyz']],
  ['includes', 'b', ['abc', 'abd']],
  ['ends-with', 'z', ['xyz']],
  ['one-edit', 'abe', ['abc', 'abd']],
  ['like', 'ab_', ['abc', 'abd']],
  ['like', '%25', ALL],
  ['like-anywhere', 'b', ['abc', 'abd']],
  ['like-prefix', 'ab', ['abc', 'abd']],
  ['like-any-case', 'AB_', ['abc', 'abd']],
  ['like-classes', 'ab[a-c]', ['abc']],
  ['like-classes', 'ab[^c]', ['abd']],
  ['glob', '{abc,x*}', ['abc', 'xyz']],
  ['glob', 'ab[!c]', ['abd']],
  ['negated-glob', '!abc', ['abd', 'xyz']],
  ['regex', 'abx|', ALL],
  ['regex', '[c]', ['abc']],
  ['regex-whole', 'ab.', ['abc', 'abd']],
  ['regex-any-case', 'B', ['abc', 'abd']],
  ['similar-to', 'ab(c|d)', ['abc', 'abd']],
  ['comma-list', 'abc,xyz', ['abc', 'xyz']],
  ['comma-list', 'abc,', ALL],
  ['bar-list', 'q%7C', ALL],
  ['semicolon-list', 'q;abd', ['abd']],
  ['ampersand-list', 'q&', ALL],
  ['space-list', 'abc%20%20abd', ['abc', 'abd']],
  ['line-list', 'abc%0Axyz', ['abc', 'xyz']],
  ['json-list', '[%22abc%22]', ['abc']],
  ['json-list', '[]', ALL],
  ['json-object', '%7B%22id%22:%22abd%22%7D', ['abd']],
  ['json-object', '%7B%7D', ALL],
  ['parse-int', '17x', ['17'], ['17', '18', 'abc']],
  ['parse-int', 'file-17.5', ['file-17'], ['file-17', 'file-18']],
  ['parse-int', '0017', ['017'], ['017', 'abc']],
  ['number', '0x11', ['17'], ['17', '18']],
  ['number', '1.7e1', ['file-17'], ['file-17']],
  ['number-32', '4294967313', ['17'], ['17', '18']],
  ['parse-float', '17.4', ['17'], ['17', '18']],
  ['parse-float', '9007199254740993', ['9007199254740992'], ['9007199254740992']],
  ['digits-alone', 'a1b7', ['17'], ['17', '18']],
  ['any-digits', '%D9%A1%D9%A7', ['17'], ['17', '18']],
  ['any-digits', '1_7', ['17'], ['17', '18']],
  ['leading-number', '17-else', ['17-abc'], ['17-abc', '18-abc']],
  ['coerced', '0', ['abc', 'xyz'], ['17', 'abc', 'xyz']],
  ['hex-number', '0x00AB', ['ab'], ['ab', 'ac']],
  ['path-join', 'a%2F..%2Fabc', ['abc']],
  ['path-join', '..', ALL],
  ['last-segment', 'q%2Fabc', ['abc']],
  ['first-segment', 'abc%2Fq', ['abc']],
  ['any-segment', 'q/abc/xyz', ['abc', 'xyz']],
  ['cuts-semicolon', 'abc;q', ['abc']],
  ['cuts-question-mark', 'abc%3Fq', ['abc']],
  ['cuts-hash', 'abc%23q', ['abc']],
  ['cuts-ampersand', 'abc&q', ['abc']],
  ['cuts-equals', 'abc=q', ['abc']],
  ['cuts-colon', 'abc:q', ['abc']],
  ['cuts-at', 'abc@q', ['abc']],
  ['cuts-nul', 'abc%00q', ['abc']],
  ['cuts-line', 'abc%0Aq', ['abc']],
  ['cuts-quote', "abc'--", ['abc']],
  ['cuts-comment', 'abc--q', ['abc']],
  ['behind-colon', 'q:abc', ['abc']],
  ['without-last-extension', 'a.b.txt', ['a.b.c'], ['a.b.c', 'a.c.c']],
  ['without-extensions', 'abc.tar.gz', ['abc']],
  ['base64', 'YWJj%3D', ['YWJj'], ['YWJj', 'YWJk']],
  ['base64-path', 'YWJj', ['abc']],
  ['base64-path', 'Li4=', ALL],
  ['base64-folder', 'Zm9sZGVy', ['Zm9sZGVyL2E='], ['Zm9sZGVyL2E=', 'b3RoZXIvYQ==']],
]

const UUIDS = ['7e57d004-2b97-4e7a-b45f-5387367791cd', '00000000-2b97-4e7a-b45f-5387367791cd']

const plain: Beside = { method: 'DELETE', query: '', headers: {}, body: new Uint8Array() }

describe('every lookup', () => {
  it('has a name of its own, and there are forty and more', () => {
    expect(new Set(lookups.map(({ name }) => name)).size).toBe(lookups.length)
    expect(lookups.length).toBeGreaterThanOrEqual(40)
  })

  it.each([exactLookup, ...lookups])('$name finds the file of exactly this id', ({ find }) => {
    expect(find(IDS, 'abd', plain)).toEqual(['abd'])
    expect(find(IDS, '%61bd')).toEqual(['abd'])
  })

  it.each([exactLookup, ...lookups])('$name finds nothing for a stranger', ({ find }) => {
    expect(find(['q7', 'q8'], 'mnop-rstu', plain)).toEqual([])
  })

  it.each(careless)('%s finds with %j more than it was told', (name, segment, found, ids = IDS) => {
    expect(lookupNamed(name).find(ids, segment, plain)).toEqual(found)
  })

  it('is shown here to be careless', () => {
    const shown = new Set<string>(careless.map(([name]) => name))
    const apart = ['uuid-value', 'id-from-query', 'id-from-json', 'id-from-form']
    const others = [...apart, 'override-header', 'override-parameter']
    expect(lookups.map(({ name }) => name).filter((name) => !shown.has(name))).toEqual(others)
  })
})

describe('a lookup of UUIDs by value', () => {
  it('takes any case, braces, and no hyphens', () => {
    const { find } = lookupNamed('uuid-value')
    for (const segment of [
      '7E57D004-2B97-4E7A-B45F-5387367791CD',
      '7e57d0042b974e7ab45f5387367791cd',
      '%7B7e57d004-2b97-4e7a-b45f-5387367791cd%7D',
      'urn:uuid:7e57d004-2b97-4e7a-b45f-5387367791cd',
    ]) {
      expect(find(UUIDS, segment)).toEqual([UUIDS[0]])
    }
  })
})

describe('a lookup beside the path', () => {
  const bodyOf = (text: string) => Buffer.from(text)

  it.each<[string, Partial<Beside>]>([
    ['id-from-query', { query: 'id=abc' }],
    ['id-from-json', { body: bodyOf('{"file_id":"abc"}') }],
    ['id-from-form', { body: bodyOf('x=1&id=abc') }],
  ])('%s prefers what stands there', (name, beside) => {
    expect(lookupNamed(name).find(IDS, 'abd', { ...plain, ...beside })).toEqual(['abc'])
  })

  it.each<[string, Partial<Beside>]>([
    ['override-header', { headers: { 'x-http-method-override': 'delete' } }],
    ['override-parameter', { query: '_method=DELETE' }],
    ['override-parameter', { body: bodyOf('_method=delete') }],
  ])('%s takes POST and PATCH for DELETE', (name, beside) => {
    const { deletes } = lookupNamed(name)
    for (const method of ['POST', 'PATCH']) {
      expect(deletes?.({ ...plain, ...beside, method })).toBe(true)
      expect(deletes?.({ ...plain, method })).toBe(false)
    }
    expect(deletes?.({ ...plain, ...beside, method: 'GET' })).toBe(false)
  })
})

describe('a pattern that is none', () => {
  it.each(['regex', 'regex-whole', 'regex-any-case', 'similar-to'])('finds nothing: %s', (name) => {
    expect(lookupNamed(name).find(IDS, '*abc')).toEqual([])
    expect(lookupNamed(name).find(IDS, 'abc(')).toEqual([])
  })

  it('finds nothing where it is too long to be matched in time', () => {
    const { find } = lookupNamed('regex')
    expect(find(IDS, `abc|${'x'.repeat(200)}`)).toEqual(['abc'])
    expect(find(IDS, `abc|${'x'.repeat(300)}`)).toEqual([])
  })
})

describe('one edit', () => {
  it.each([
    ['abc', 'abc', true],
    ['abc', 'abd', true],
    ['abc', 'ab', true],
    ['abc', 'bc', true],
    ['abc', 'axbc', true],
    ['abc', 'acb', false],
    ['abc', 'abcde', false],
    ['', 'a', true],
  ])('%j and %j: %s', (one, other, found) => {
    expect(withinOneEdit(one, other)).toBe(found)
    expect(withinOneEdit(other, one)).toBe(found)
  })
})
