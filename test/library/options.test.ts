import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import {
  type Contract,
  loadContract,
  type RunOptions,
  run,
  SelectionError,
  UsageError,
} from '../../library/index.ts'
import { startStub, withoutProxy } from '../cli/stub-server.ts'
import { ownFolder } from './running.ts'

beforeEach(() => {
  withoutProxy()
  vi.stubEnv('CONFORMANCE_TOKEN', undefined)
  vi.stubEnv('NO_SUCH_TOKEN', undefined)
})
afterEach(() => {
  vi.unstubAllEnvs()
})

const SECRET = 's3cr3t'

/** Options of any type, as a program in JavaScript may give them. */
type Given = { readonly [name in keyof RunOptions]?: unknown } & Record<string, unknown>

const { documentOctets: _, ...bare } = await loadContract()

test.each<[string, Given, string | RegExp]>([
  ['a target without a scheme', { target: 'example.com' }, 'target: found no scheme, accepted is'],
  ['a target with a query', { target: 'http://127.0.0.1:1/?a=1' }, 'target: found a query'],
  ['a target that is undefined', { target: undefined }, 'target: found undefined, accepted is a'],
  ['a target that is none', { target: 5 }, 'target: found 5, accepted is a URL; leave it out'],
  [
    'an option that is misspelt',
    { tagret: 'http://127.0.0.1:1' },
    'unknown option tagret; did you mean target?',
  ],
  [
    'an option from nowhere',
    { marzipan: 1 },
    'unknown option marzipan; the type RunOptions lists all',
  ],
  ['a token for no target', { target: false, token: 'x' }, 'token: is for a target, and none is'],
  ['header fields for no target', { target: false, header: {} }, 'header: is for a target'],
  ['runs that are 0', { runs: 0 }, 'runs: found 0, accepted is a whole number from 1 to 1000000'],
  ['runs that are text', { runs: '5' }, 'runs: found "5", accepted is'],
  ['runs that are no number', { runs: Number.NaN }, 'runs: found NaN, accepted is'],
  ['a concurrency too high', { concurrency: 257 }, 'concurrency: found 257, accepted is a whole'],
  ['a rate of 0', { rate: 0 }, 'rate: found 0, accepted is a number above 0'],
  ['a time limit that is broken', { timeout: '0.5ms' }, 'timeout: found "0.5ms", accepted is a'],
  ['a time without a unit', { timeout: 5_000 }, 'timeout: found 5000, accepted is a duration from'],
  ['a time to settle of hours', { settle: '61m' }, 'settle: found "61m", accepted is a duration'],
  ['a seed that is none', { seed: 'dice' }, 'seed: found "dice", accepted is a whole number'],
  ['a seed that is not exact', { seed: 2 ** 60 }, 'seed: found 1152921504606847000, accepted is'],
  ['a seed of more bits', { seed: 2n ** 64n }, 'seed: found 18446744073709551616, accepted is'],
  ['strict that is text', { strict: 'no' }, 'strict: found "no", accepted is true or false'],
  [
    'a bare number of seconds',
    { linger: 3 as 0 },
    'linger: found 3, accepted is a duration from 0',
  ],
  [
    'no time where one is needed',
    { settle: 0 as never },
    'settle: found 0, accepted is a duration',
  ],
  ['only as text', { only: 'deleted/' }, 'only: found "deleted/", accepted is a list of'],
  ['skip with nothing in it', { skip: [''] }, 'skip: found "", accepted is a list of'],
  ['a status that is none', { expectStatus: [99] }, 'expectStatus: found 99, accepted is'],
  ['a capability unheard of', { capabilities: ['fly'] }, 'capabilities: found "fly", accepted is'],
  ['an upload of no field', { uploadField: ['purpose'] }, 'uploadField: found "purpose", accepted'],
  ['a name without the run id', { uploadName: 'a' }, 'uploadName: found "a", accepted is a name'],
  ['a content without the run id', { uploadContent: 'a' }, 'uploadContent: found "a", accepted is'],
  [
    'a content from a file without it',
    { uploadContent: '@package.json' },
    'uploadContent @package.json: found no {run-id} in it; accepted is text',
  ],
  ['files from nowhere', { files: 'ids.txt' }, 'files: found "ids.txt", accepted is \'upload\''],
  ['files that are nothing', { files: null }, 'files: found null, accepted is'],
  ['no ids', { files: { ids: [] } }, 'files.ids: found no id; accepted is'],
  ['an empty id', { files: { ids: ['a', ''] } }, 'files.ids: found "", accepted is a list of'],
  ['an id twice', { files: { ids: ['a', 'a'] } }, 'files.ids: the id "a" is listed twice'],
  ['an empty folder name', { out: '' }, 'out: found "", accepted is text'],
  ['a contract by its name', { contract: 'openapi.yaml' }, 'contract: accepted is what loadCon'],
  ['a contract without document', { contract: bare as Contract }, 'contract: accepted is what'],
  ['a token of five characters', { token: 'q7tok' }, 'token: found a secret that is too short'],
  ['a token that is a short word', { token: 'deleted' }, 'token: found a secret that is too'],
  ['a secret field not given', { secretHeader: ['X-A'] }, 'secretHeader: found a name that no'],
  ['a certificate that is none', { ca: 'ca.pem' }, 'ca: found no PEM certificate'],
  ['a variable that is not set', { tokenEnv: 'NO_SUCH_TOKEN' }, 'tokenEnv NO_SUCH_TOKEN: the env'],
  ['a header field of ours', { header: { Host: 'a' } }, 'header Host: this program sets it'],
  [
    'a header field that overrides methods',
    { header: { 'X-HTTP-Method-Override': 'DELETE' } },
    'header X-HTTP-Method-Override: it would turn reads into deletions',
  ],
])('refuses %s before anything is sent', async (__, given, message) => {
  const { url, received } = await startStub((___, response) => response.end())
  const { target, ...others } = given
  const options =
    'target' in given ? (target === false ? others : given) : { target: url, ...given }
  const refusal = run(options as RunOptions)
  await expect(refusal).rejects.toThrow(UsageError)
  await expect(refusal).rejects.toThrow(message)
  expect(received).toEqual([])
})

test.each<[string, Given]>([
  ['token', { token: `${SECRET} ${SECRET}` }],
  ['token that is none', { token: { value: SECRET } }],
  ['variable name', { token: 'x', tokenEnv: `${SECRET}-` }],
  ['header field', { header: { 'X-Key': `a\n${SECRET}` } }],
  ['list of header fields', { header: [`X-Key: ${SECRET}`] }],
  ['target with a password beside a token', { target: `http://a:${SECRET}@127.0.0.1`, token: 'x' }],
  ['target with a password and no scheme', { target: `a:${SECRET}@127.0.0.1` }],
])('does not print a secret that it refuses: %s', async (__, given) => {
  const refused = await run({ target: 'http://127.0.0.1:1', ...given } as RunOptions).then(
    () => expect.fail('was not refused'),
    (error: unknown) => error as Error,
  )
  expect(refused).toBeInstanceOf(UsageError)
  expect(refused.message).not.toContain(SECRET)
})

test.each([
  [['nope/'], []],
  [['deleted/'], ['deleted/']],
])('refuses a selection that leaves nothing: %j without %j', async (only, skip) => {
  const refused = run({ only, skip })
  await expect(refused).rejects.toThrow(SelectionError)
  await expect(refused).rejects.toThrow(UsageError)
})

test('refuses a folder that holds anything, and leaves it as it was', async () => {
  const out = join(ownFolder(), 'full')
  mkdirSync(out)
  writeFileSync(join(out, 'report.json'), '{}')
  const refusal = run({ out, only: ['deleted/status'] })
  await expect(refusal).rejects.toThrow(UsageError)
  await expect(refusal).rejects.toThrow(`out ${out}: holds report.json already; accepted is a new`)
})

test('takes an option that is undefined for one that is left out', async () => {
  const options = { runs: undefined, seed: undefined, files: undefined, signal: undefined }
  const report = await run({ ...options, only: ['deleted/status'] })
  expect(report.options.runs).toBe(100)
})
