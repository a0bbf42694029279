import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { withoutProxy } from '../cli/stub-server.ts'
import { skipSleep } from './leaping-sleep.ts'
import { runAgainst, WATCHED } from './outcome.ts'
import { http, jsonText, oneDeletionIn, type Spoil, startSpoiled } from './spoiled-server.ts'

beforeEach(() => {
  withoutProxy()
  skipSleep()
})
afterEach(() => vi.unstubAllEnvs())

/** Carries out every deletion but the first, and answers with a body that is made from the id. */
const answering = (make: (id: string) => string | Uint8Array): Spoil => {
  return async ({ request, conforming }) => {
    await conforming()
    return jsonText(200, make(request.target.split('/').at(-1) ?? ''))
  }
}
const nested = (open: string, close: string) => open.repeat(100_000) + close.repeat(100_000)
const rest = '"object":"file","deleted":true}'

test.each<[what: string, make: (id: string) => string | Uint8Array, received: RegExp]>([
  ['lists nested 100,000 deep', () => nested('[', ']'), /nested deeper than 500 levels/],
  [
    'objects nested 100,000 deep in a member',
    (id) => `{"id":"${id}","more":${nested('{"a":', '}').replace('}', '1}')},${rest}`,
    /nested deeper than 500 levels/,
  ],
  ['a text that ends within', (id) => `{"id":"${id}",`, /^"\{\\"id/],
  ['octets that are no UTF-8', () => Buffer.from([0x22, 0xff, 0xfe, 0x22]), /no UTF-8/],
  ['a byte order mark', (id) => `\ufeff{"id":"${id}",${rest}`, /a byte order mark/],
  ['UTF-16 with its mark', () => Buffer.from('\ufeff{}', 'utf16le'), /no UTF-8/],
  ['UTF-16 without its mark', (id) => Buffer.from(`{"id":"${id}"}`, 'utf16le'), /^"\{\\u0000/],
  ['a number that is none', () => '{"id":NaN}', /NaN/],
])('finds no JSON in %s', async (_, make, received) => {
  const { url } = await startSpoiled({ spoil: answering(make) })
  const outcome = await runAgainst(url, '--only', 'deleted/body')
  expect(outcome.report.verdict).toBe('non-conforming')
  expect(outcome.of('deleted/body').violations[0]).toMatchObject({
    where: '/body',
    expected: 'a JSON document',
    received: expect.stringMatching(received),
  })
})

test('finds a body nested deep in an error, too, whatever looks into errors', async () => {
  const { url } = await startSpoiled({
    spoil: () => jsonText(404, `{"error":${nested('[', ']')}}`),
    when: oneDeletionIn(8),
  })
  const outcome = await runAgainst(url, ...WATCHED)
  const found = outcome.report.requirements.flatMap(({ violations }) => violations)
  expect(found.map(({ received }) => received).join()).toMatch(/deeper than 500 levels/)
})

test('finds UTF-16 named where the body is in it', async () => {
  const fields = { 'content-type': 'application/json; charset=utf-16le' }
  const { url } = await startSpoiled({
    spoil: () => http(200, fields, Buffer.from('{"id":"x"}', 'utf16le')),
  })
  const outcome = await runAgainst(url, '--only', 'http/charset,deleted/')
  const [violation] = outcome.of('http/charset').violations
  expect(violation).toMatchObject({ expected: 'UTF-8 or none', received: '"utf-16le"' })
  expect(outcome.of('deleted/body').verdict).toBe('failed')
})

const DIGITS = '9'.repeat(10_000)

test.each<[what: string, make: (id: string) => string, id: string, where: RegExp]>([
  [
    'a number of 10,000 digits for an id',
    () => `{"id":${DIGITS},${rest}`,
    'deleted/body',
    /^\/body\/id$/,
  ],
  [
    'members of the prototype in the place of its own',
    (id) => `{"__proto__":{"id":"${id}",${rest}}`,
    'deleted/body',
    /^\/body$/,
  ],
  [
    'the flag of a constructor',
    (id) => `{"id":"${id}","object":"file","constructor":{"prototype":{"deleted":true}}}`,
    'deleted/body',
    /^\/body/,
  ],
  [
    'two flags, of which the last counts',
    (id) => `{"id":"${id}",${rest.replace('}', ',"deleted":false}')}`,
    'deleted/flag',
    /^\/body\/deleted$/,
  ],
])('finds the fault in %s', async (_, make, id, where) => {
  const { url } = await startSpoiled({ spoil: answering(make) })
  const outcome = await runAgainst(url)
  expect(outcome.of(id)).toMatchObject({ verdict: 'failed' })
  expect(outcome.of(id).violations[0]?.where).toMatch(where)
  // Nothing that was read has become a member of every object.
  expect(Object.getOwnPropertyNames(Object.prototype)).not.toContain('deleted')
  expect(({} as Record<string, unknown>).deleted).toBeUndefined()
})

test.each<[what: string, make: (id: string) => string]>([
  ['a number of 10,000 digits', (id) => `{"n":${DIGITS},"m":-1e${DIGITS},"id":"${id}",${rest}`],
  ['a member named __proto__', (id) => `{"__proto__":{"id":1},"id":"${id}",${rest}`],
  ['members of any name', (id) => `{"":1,"toString":null,"valueOf":{},"id":"${id}",${rest}`],
  ['another id before the one that counts', (id) => `{"id":1,"id":"${id}",${rest}`],
])('takes %s beside what is documented as the document does: it is allowed', async (_, make) => {
  const { url } = await startSpoiled({ spoil: answering(make) })
  const outcome = await runAgainst(url)
  expect(outcome.report.verdict).toBe('conforming')
})

test('names what stands twice in an object', async () => {
  const { url } = await startSpoiled({
    spoil: answering((id) => `{"i\\u0064":1,"id":"${id}",${rest}`),
  })
  const outcome = await runAgainst(url, '--only', 'deleted/status,documented/unique-names')
  expect(outcome.of('documented/unique-names').violations[0]).toMatchObject({
    where: '/body',
    received: '"id" twice',
  })
})

test('tells in a report of bounded size what is wrong with a hundred thousand members', async () => {
  const details = `{"detail":[${new Array<string>(100_000).fill('{"loc":[]}').join()}]}`
  const when = () => oneDeletionIn(3)
  const { url } = await startSpoiled({
    spoil: () => jsonText(422, details.slice(0, 1_000_000)),
    when: when(),
  })
  const { url: valid } = await startSpoiled({
    when: when(),
    spoil: () =>
      jsonText(422, `{"detail":[${new Array<string>(40_000).fill('{"loc":[{}]}').join()}]}`),
  })
  for (const target of [url, valid]) {
    const outcome = await runAgainst(
      target,
      '--only',
      'wording/one-shape,deleted/status,deleted/body',
    )
    expect(JSON.stringify(outcome.report).length).toBeLessThan(1_000_000)
  }
})
