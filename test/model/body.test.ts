import { describe, expect, it } from 'vitest'
import { jsonBody } from '../../model/body.ts'
import { response } from '../harness/made-up.ts'

describe('a body as JSON', () => {
  it.each([[{ a: [1, null] }], [null], [false], [0], ['']])('is its value: %j', (json) => {
    expect(jsonBody(response({ json }))).toEqual({ ok: true, value: json })
  })

  it.each([
    ['an empty body', { body: '' }],
    ['octets that are no UTF-8', { body: Uint8Array.of(0x22, 0xff, 0x22) }],
    ['a byte order mark before the body', { body: '\uFEFF{}' }],
    ['<html>', { body: '<html>' }],
    [
      '1 octets, then the connection ended within the body',
      {
        body: '1',
        cut: { by: 'connection', message: 'the connection ended within the body' },
      },
    ],
  ] as const)('is none: %s', (received, made) => {
    expect(jsonBody(response(made))).toEqual({ ok: false, received })
  })
})
