import { AssertionError } from 'node:assert'
import { errors } from 'undici'
import { describe, expect, it } from 'vitest'
import { transportFailure } from '../../../harness/http/transport-failure.ts'

function coded(code: string, message = 'made up'): Error {
  return Object.assign(new Error(message), { code })
}

describe('why a request was not answered', () => {
  it.each([
    ['refused', 'ECONNREFUSED'],
    ['refused', 'EHOSTDOWN'],
    ['dns', 'ENOTFOUND'],
    ['dns', 'EAI_AGAIN'],
    ['timeout', 'ETIMEDOUT'],
    ['tls', 'CERT_HAS_EXPIRED'],
    ['tls', 'CERT_NOT_YET_VALID'],
    ['tls', 'INVALID_CA'],
    ['tls', 'PATH_LENGTH_EXCEEDED'],
    ['tls', 'ERR_TLS_CERT_ALTNAME_INVALID'],
    ['protocol', 'HPE_INVALID_HEADER_TOKEN'],
    ['protocol', 'UND_ERR_HEADERS_OVERFLOW'],
    ['reset', 'ECONNRESET'],
    ['reset', 'ECONNABORTED'],
    ['reset', 'UND_ERR_SOCKET'],
  ])('is %s where the code is %s, which is named', (kind, code) => {
    const failure = transportFailure(coded(code))
    expect(failure).toMatchObject({ kind })
    expect(failure?.message).toContain(`(${code})`)
  })

  it('is looked for in what caused the error, and in each of several', () => {
    const cause = coded('ECONNREFUSED')
    expect(transportFailure(new Error('failed', { cause }))).toMatchObject({ kind: 'refused' })
    expect(transportFailure(new AggregateError([cause]))).toMatchObject({ kind: 'refused' })
  })

  it('is told of TLS in its own words, and not at any length', () => {
    const message = `names: ${'DNS:a.example, '.repeat(1_000)}`
    const told = transportFailure(coded('ERR_TLS_CERT_ALTNAME_INVALID', message))?.message ?? ''
    expect(told).toMatch(/^TLS failed: names: DNS:a\.example, /)
    expect(told.length).toBeLessThan(400)
  })

  it.each([
    ['bad response', 'the answer is 100 (Continue), which was not asked for'],
    ['bad upgrade', 'the answer is 101 (Switching Protocols), which was not asked for'],
  ])('is an interim answer where undici says: %s', (message, told) => {
    const failure = transportFailure(new errors.SocketError(message))
    expect(failure).toEqual({ kind: 'protocol', message: told })
  })

  it('is a proxy that wants credentials, which undici calls an invalid argument', () => {
    const error = new errors.InvalidArgumentError('Proxy Authentication Required (407)')
    expect(transportFailure(error)).toEqual({
      kind: 'refused',
      message: 'not reached through the proxy: Proxy Authentication Required (407)',
    })
    expect(transportFailure(new errors.InvalidArgumentError('a bug'))).toBeUndefined()
  })

  it('is an answer that cannot be, where undici had not thought of it', () => {
    expect(transportFailure(new AssertionError({ message: 'status' }))?.kind).toBe('protocol')
  })

  it.each([new TypeError('a bug'), coded('ERR_INVALID_ARG_TYPE'), 'no error'])(
    'is not there for a fault of this program: %s',
    (error) => {
      expect(transportFailure(error)).toBeUndefined()
    },
  )
})
