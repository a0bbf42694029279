import { describe, expect, it } from 'vitest'
import { isAuthenticated, parseBaseUrl, TargetUrlError } from '../../../harness/http/target.ts'
import { target } from '../made-up.ts'

describe('a base URL', () => {
  it.each([
    ['http://host', 'http://host', ''],
    ['http://host/', 'http://host', ''],
    ['https://host:8443/api/v2//', 'https://host:8443', '/api/v2'],
    ['HTTP://[::1]:80/a%2Fb', 'http://[::1]', '/a%2Fb'],
  ])('%s has an origin and keeps its path', (text, origin, basePath) => {
    expect(parseBaseUrl(text)).toEqual({
      url: origin + basePath,
      origin,
      basePath,
      basicAuthorization: undefined,
    })
  })

  it('gives its user information as credentials, decoded, and keeps it out of sight', () => {
    const { url, origin, basicAuthorization } = parseBaseUrl('http://us%40er:p%3Aw@host/api')
    expect(basicAuthorization).toBe(`Basic ${Buffer.from('us@er:p:w').toString('base64')}`)
    expect(url).toBe('http://host/api')
    expect(origin).toBe('http://host')
  })

  it('may hold user information that is not percent-encoded as it should be', () => {
    const { basicAuthorization } = parseBaseUrl('http://user:100%@host')
    expect(basicAuthorization).toBe(`Basic ${Buffer.from('user:100%').toString('base64')}`)
  })

  it.each([
    ['host:8080', 'no scheme'],
    ['ftp://host', 'the scheme ftp:'],
    ['http://', 'found no URL'],
    ['http://host:port', 'found no URL'],
    ['http://host/?a=b', 'found a query'],
    ['http://host/#a', 'found a fragment'],
  ])('is refused: %s', (text, message) => {
    expect(() => parseBaseUrl(text)).toThrow(TargetUrlError)
    expect(() => parseBaseUrl(text)).toThrow(message)
    expect(() => parseBaseUrl(text)).toThrow('accepted is http(s)://host[:port][/path]')
  })

  it.each([
    'ftp://user:secret@host',
    'ftp://user:se@secret@host',
    'http://user:secret@host:port',
    'http://user:secret/secret@host',
    'user:secret@host',
    'http://host/?key=secret',
    'http://host/#secret',
  ])('is refused without a word of what could be a credential: %s', (text) => {
    expect(() => parseBaseUrl(text)).toThrow(TargetUrlError)
    expect(() => parseBaseUrl(text)).not.toThrow('secret')
  })
})

describe('a target', () => {
  it('is authenticated by a token as well as by header fields of the user', () => {
    expect(isAuthenticated(target())).toBe(false)
    expect(isAuthenticated(target({ authorization: 'Bearer made-up' }))).toBe(true)
    expect(isAuthenticated(target({ headers: [['x-key', 'made-up']] }))).toBe(true)
  })
})
