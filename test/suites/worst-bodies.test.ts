import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { createObserver } from '../../harness/run/invariants.ts'
import { isInvariant } from '../../model/requirement.ts'
import { catalogue } from '../../suites/catalogue.ts'
import { answered, shippedContract } from '../harness/made-up.ts'

const contract = await shippedContract()
const invariants = catalogue.flatMap(({ requirements }) => requirements).filter(isInvariant)

/** The largest body that is read. */
const BYTES = 1024 * 1024
/**
 * What takes time in proportion to the body takes milliseconds; with the square of it, minutes. No
 * machine is between the two.
 */
const LIMIT_MS = 15_000

/** A body of 1 MiB: a piece over and over, and what stands round it. */
const filled = (before: string, piece: string, after: string) =>
  before + piece.repeat((BYTES - before.length - after.length) / piece.length) + after
const message = (piece: string) => filled('{"error":{"message":"', piece, 'x","type":"t"}}')

const WORST: readonly (readonly [what: string, status: number, body: string])[] = [
  ['spaces before a word', 404, message(' ')],
  ['line ends before a word', 404, message('\\n')],
  ['lines that are indented', 404, message('\\n ')],
  ['open brackets in a line of a stack', 404, message(' at (')],
  ['places in a line of a stack', 404, filled('{"error":{"message":" at (', '1:', 'x"}}')],
  ['lines of a stack without a place', 404, message('\\n at f(')],
  ['formats that were not filled in', 404, filled('{"error":{"message":"%!s(', ')', 'x"}}')],
  ['folders', 404, message('/usr')],
  ['folders without a file', 404, message('/usr/a')],
  ['drives', 404, message('C:\\\\a')],
  ['statements that begin', 404, message('SELECT ')],
  ['updates that begin', 404, message('UPDATE ')],
  ['words with hyphens', 404, message('a-')],
  ['parts of an address', 404, message('10.1.')],
  ['calls', 404, message('at a.')],
  ['no JSON', 404, 'x'.repeat(BYTES)],
  ['no JSON, and the same in quotes', 404, '"'.repeat(BYTES)],
  ['one long key', 404, filled('{"error":{"', 'k', '":""}}')],
  ['many members that say nothing', 404, membersThatSayNothing()],
  [
    'many members of other names',
    404,
    `{${Array.from({ length: 90_000 }, (_, at) => `"n${at}":1`).join()}}`,
  ],
  ['many strings with spaces behind them', 404, filled('{"error":["', '",        "', '"]}')],
  ['strings of escapes', 404, filled('["', '\\"', '"]')],
  ['halves of characters', 404, filled('{"a":"', '\\ud83d', '"}')],
  ['pairs of surrogates', 404, filled('{"a":"', '\\ud83d\\uddd1', '"}')],
  ['names of escapes', 404, filled('{"', '\\\\', '":1}')],
  ['a name with spaces behind it', 404, filled('["a"', ' ', ']')],
  ['an error nested deep', 404, nested('{"a":')],
  ['a list nested deep', 200, nested('[')],
  ['a list nested deep that does not end', 200, '['.repeat(BYTES)],
  ['a number of very many digits', 200, filled('{"id":', '9', ',"object":"file","deleted":true}')],
  ['one long id', 200, filled('{"id":"', 'a', '","object":"file","deleted":true}')],
  ['an id of escapes', 200, filled('{"id":"', '\\u0000', '","object":"file","deleted":true}')],
  ['details of a wrong type', 422, filled('{"detail":[', '1,', '1]}')],
  ['details that lack everything', 422, filled('{"detail":[', '{},', '{}]}')],
  ['places of a wrong type', 422, filled('{"detail":[{"loc":[', '{},', '{}]}]}')],
  ['details with places of a wrong type', 422, filled('{"detail":[', '{"loc":[{}]},', '{}]}')],
]

function membersThatSayNothing(): string {
  const members = Array.from({ length: BYTES / 16 }, (_, at) => `"${at}":"null"`)
  return `{"error":{${members.join()}}}`
}

function nested(open: string): string {
  const levels = Math.floor(BYTES / (open.length + 2))
  return `${open.repeat(levels)}1${(open === '[' ? ']' : '}').repeat(levels)}`
}

/** Runs it, and cuts it off when the time is over: else a test that fails would go on for hours. */
function within<T>(timeout: number, act: () => T): T {
  return runInNewContext('act()', { act }, { timeout }) as T
}

describe('of the worst bodies, every requirement that watches answers', () => {
  it.each(WORST)('is soon done with %s', (_, status, body) => {
    expect(Buffer.byteLength(body)).toBeLessThanOrEqual(BYTES)
    const answer = answered({ status, body }, { requirement: 'deleted/status' })
    for (const requirement of invariants) {
      const invariant = createObserver(requirement, contract, () => false)
      within(LIMIT_MS, () => invariant.see(answer))
      expect(invariant.observed().violations.length).toBeLessThanOrEqual(100)
    }
  })
})
