import { describe, expect, it } from 'vitest'
import { openAiApi } from '../../resources/openai-api.ts'
import { answered, unanswered } from '../harness/made-up.ts'

const { created } = openAiApi.readings

describe('the id of a created file', () => {
  it('is the string "id" of a 2xx answer', () => {
    for (const id of ['a', 'a'.repeat(1_024), '__proto__', '\0\n\u{1f600}', '%2e%2e/']) {
      expect(created(answered({ status: 201, json: { id } }))?.id).toBe(id)
    }
  })

  it.each([
    ['another status', { status: 404, json: { id: 'a' } }],
    ['a number', { json: { id: 7 } }],
    ['what a path would swallow', { json: { id: '..' } }],
    ['an empty string', { json: { id: '' } }],
    ['what UTF-8 cannot spell', { json: { id: 'a\ud800' } }],
    ['what is too long for a request', { json: { id: 'a'.repeat(1_025) } }],
    ['no object', { json: null }],
    ['no JSON', { body: 'id' }],
  ])('is not there: %s', (_, made) => {
    expect(created(answered(made))).toBeUndefined()
    expect(created(unanswered('reset'))).toBeUndefined()
  })
})
