import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { secretsOf } from '../../library/secrets.ts'
import { withoutProxy } from '../cli/stub-server.ts'

beforeEach(withoutProxy)
afterEach(() => {
  vi.unstubAllEnvs()
})

const NAMES = {
  url: 'target',
  token: 'token',
  secondToken: 'secondToken',
  header: 'headers',
  secretHeader: 'secretHeaders',
}
const NOTHING = {
  url: '',
  token: undefined,
  secondToken: undefined,
  headers: [],
  secretHeaders: [],
}

const base64 = (text: string) => Buffer.from(text).toString('base64')

describe('what is secret in a header field', () => {
  test.each([
    ['authorization', 'Bearer   key-of-alice', ['key-of-alice']],
    ['authorization', 'key-of-alice', ['key-of-alice']],
    ['authorization', 'Token token="key, of \\"alice\\"", realm="the files"', ['key, of "alice"']],
    ['authorization', 'Token token=key-of-alice', ['key-of-alice']],
    ['authorization', `Basic ${base64('alice:word:of-alice')}`, ['word:of-alice']],
    ['authorization', `Basic ${base64('key-of-alice:')}`, ['key-of-alice']],
    ['authorization', 'AWS alice-01:signature==', ['alice-01', 'signature==']],
    ['proxy-authorization', 'Bearer key-of-alice', ['key-of-alice']],
    [
      'cookie',
      'lang=en; session=s%3Aof-alice; "quoted"; own="of alice"',
      ['s%3Aof-alice', 's:of-alice', 'of alice'],
    ],
    ['x-api-key', 'id=7,key-of-alice', ['id=7,key-of-alice', 'key-of-alice']],
    ['x-auth-token', 'key-of-alice', ['key-of-alice']],
  ])('%s: %s', (name, value, secrets) => {
    expect(secretsOf({ ...NOTHING, headers: [[name, value]] }, NAMES)).toEqual(
      expect.arrayContaining(secrets),
    )
  })

  test.each([
    [
      'authorization',
      'Digest realm="the files", uri="/v1/files/", response="key-of-alice"',
      /^.?(the files|\/v1\/files\/).?$/,
    ],
    ['authorization', 'Signature-V1 key-of-alice', /^Signature-V1$/],
    ['x-tenant', 'production', /./],
    ['user-agent', 'a-client/1.0', /./],
  ])('but not all of %s: %s', (name, value, others) => {
    const secrets = secretsOf({ ...NOTHING, headers: [[name, value]] }, NAMES)
    expect(secrets.filter((one) => others.test(one))).toEqual([])
  })

  test('is its value where the user says so', () => {
    const headers = [['x-tenant', 'production']] as const
    expect(secretsOf({ ...NOTHING, headers, secretHeaders: ['X-Tenant'] }, NAMES)).toEqual([
      'production',
    ])
  })
})

test('passwords in URLs are secret, of a proxy only where one can lead to the target', () => {
  vi.stubEnv('https_proxy', 'http://alice:of%20the%20proxy@127.0.0.1:1')
  const url = 'http://alice:p%C3%A4ss%2Fword@127.0.0.1:1'
  expect(secretsOf({ ...NOTHING, url }, NAMES)).toEqual(['päss/word', 'of the proxy'])
  expect(secretsOf({ ...NOTHING, url: undefined }, NAMES)).toEqual([])
})
