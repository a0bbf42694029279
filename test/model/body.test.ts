import { describe, expect, it } from 'vitest'
import { jsonBody } from '../../model/body.ts'
import { response } from '../harness/made-up.ts'

describe('a body as JSON', () => {
  it.each([[{ a: [1, null] }], [null], [false], [0], ['']])('is its value: %j', (json) => {
    expect(jsonBody(response({ json }))).toEqual({ ok: true, value: json })
  })

  it.each([
    ['500 levels deep', '['.repeat(500) + ']'.repeat(500)],
    ['of any width', `[${'[],'.repeat(600)}[]]`],
    ['full of brackets in strings', JSON.stringify(['"[{'.repeat(600), '\\'])],
  ])('is read where it is %s', (_, body) => {
    expect(jsonBody(response({ body }))).toEqual({ ok: true, value: JSON.parse(body) })
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
    ['JSON nested deeper than 500 levels', { body: '['.repeat(501) + ']'.repeat(501) }],
    [
      'JSON nested deeper than 500 levels',
      { body: `${'{"a":'.repeat(400_000)}1${'}'.repeat(400_000)}` },
    ],
  ] as const)('is none: %s', (received, made) => {
    expect(jsonBody(response(made))).toEqual({ ok: false, received })
  })
})
