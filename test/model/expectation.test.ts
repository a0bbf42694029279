import { describe, expect, it } from 'vitest'
import { bodyProperty, expectNotStatus, expectProperty } from '../../model/violation.ts'
import { answered } from '../harness/made-up.ts'

describe('an expectation', () => {
  it('says where a property differs, what was expected and what was received', () => {
    const exchange = answered({ json: { id: 'other' } })
    expect(expectProperty(exchange, 'id', 'mine')).toEqual([
      { exchange, where: '/body/id', expected: '"mine"', received: '"other"' },
    ])
    expect(expectProperty(exchange, 'id', 'other')).toEqual([])
  })

  it.each([['null'], ['[]'], ['{}'], ['no JSON'], ['"text"']])(
    'receives nothing from a body without the property: %s',
    (body) => {
      const [violation] = expectProperty(answered({ body }), 'constructor', true)
      expect(violation?.received).toBe('nothing')
      expect(bodyProperty(answered({ body }), 'constructor')).toBeUndefined()
    },
  )

  it('refuses one status alone', () => {
    expect(expectNotStatus(answered({ status: 404 }), 200)).toEqual([])
    expect(expectNotStatus(answered({ status: 200 }), 200)).toMatchObject([
      { where: '/status', expected: 'not 200', received: '200' },
    ])
  })
})
