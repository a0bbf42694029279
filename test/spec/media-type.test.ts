import { describe, expect, it } from 'vitest'
import { isJson, matchesMediaRange } from '../../spec/contract.ts'

describe('a media type', () => {
  it.each([
    ['application/json', 'application/json'],
    ['application/json; charset=utf-8', 'application/json'],
    ['Application/JSON;charset=UTF-8', 'application/json'],
    [' application/json ', 'application/json'],
    ['application/json', 'application/*'],
    ['application/json', '*/*'],
    ['application/json', 'application/json; charset=utf-8'],
  ])('%j is in the range %j', (received, range) => {
    expect(matchesMediaRange(received, range)).toBe(true)
  })

  it.each([
    ['application/problem+json', 'application/json'],
    ['text/html', 'application/*'],
    ['applicationx/json', 'application/*'],
    ['application/json, application/json', 'application/json'],
    ['', 'application/json'],
    ['', '*/*'],
  ])('%j is not in the range %j', (received, range) => {
    expect(matchesMediaRange(received, range)).toBe(false)
  })

  it.each(['application/json', 'application/problem+json; charset=utf-8', '*/*', 'application/*'])(
    'stands for JSON: %s',
    (type) => {
      expect(isJson(type)).toBe(true)
    },
  )

  it.each(['text/html', 'application/jsonp', 'text/*', 'image/*'])(
    'stands for no JSON: %s',
    (type) => {
      expect(isJson(type)).toBe(false)
    },
  )
})
