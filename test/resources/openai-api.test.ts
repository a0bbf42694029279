import { describe, expect, it } from 'vitest'
import { openAiApi } from '../../resources/openai-api.ts'
import { answered, unanswered } from '../harness/made-up.ts'

const { created, isAtEnd, isComplete, isPage, otherParameters, saysMore } = openAiApi.readings
const { list } = openAiApi.requests

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

/** A page of a list, as the answer to a query. */
function page(query: string, json: object) {
  const made = answered({ json })
  return { ...made, request: { ...made.request, target: `/v1/files${query}` } }
}

const one = { data: [{ id: 'a' }] }
const hundred = { data: Array.from({ length: 100 }, (_, at) => ({ id: String(at) })) }

describe('a list', () => {
  it('is asked for with what the target wants', () => {
    expect(list().path).toBe('?limit=100')
    const filter = 'purpose=batch'
    expect(list({ parameters: { filter }, size: 1 }).path).toBe('?limit=1&purpose=batch')
    expect(list({ parameters: { unlimited: true } }).path).toBe('')
    expect(list({ size: 2, order: 'oldest-first' }).path).toBe('?limit=2&order=asc')
    expect(list({ size: 2, order: 'newest-first', after: 'a' }).path).toBe(
      '?limit=2&order=desc&after=a',
    )
    expect(list({ parameters: { unlimited: true, filter }, after: 'a&b' }).path).toBe(
      '?purpose=batch&after=a%26b',
    )
  })

  it.each([
    ['its last page says so', '?limit=100', { ...hundred, has_more: false }, true],
    ['its last page says that there is more', '?limit=100', { ...one, has_more: true }, false],
    ['a page is not full', '?limit=100', one, true],
    ['a page is full', '?limit=100', hundred, false],
    ['nobody knows how many a page holds', '', one, false],
    ['nobody knows that, and there is none', '', { data: [] }, true],
    ['it is no list', '?limit=100', {}, false],
  ])('is read to its end or not where %s', (_, query, json, expected) => {
    expect(isAtEnd([page(query, json)])).toBe(expected)
    expect(isComplete([page(query, json)])).toBe(expected)
  })

  it.each([
    ['entries', { json: one }, true],
    ['no entries', { json: { data: [] } }, true],
    ['null', { json: { data: null } }, false],
    ['no list', { json: {} }, false],
    ['no body', { status: 204, body: '' }, false],
    ['an error with a list in it', { status: 404, json: { data: [] } }, false],
  ])('is a page of it or not: %s', (_, made, expected) => {
    expect(isPage(answered(made))).toBe(expected)
  })

  it('says that there is more, that there is no more, or nothing of that', () => {
    for (const more of [true, false]) {
      expect(saysMore(answered({ json: { ...one, has_more: more } }))).toBe(more)
    }
    for (const json of [one, { ...one, has_more: 'yes' }, null]) {
      expect(saysMore(answered({ json }))).toBeUndefined()
    }
  })

  it('of one purpose is never the whole list, even if it is read to its end', () => {
    const pages = [page('?limit=100&purpose=batch', { ...one, has_more: false })]
    expect(isAtEnd(pages)).toBe(true)
    expect(isComplete(pages)).toBe(false)
  })

  it.each([
    ['a purpose', '{"loc":["query","purpose"]}', [['filter'], ['filter', 'unlimited']]],
    ['the limit', 'unknown: limit', [['unlimited'], ['filter', 'unlimited']]],
    ['both', 'purpose, limit', [['filter', 'unlimited']]],
    ['neither', 'Bad Request', [['filter']]],
  ])('is asked for otherwise where a refusal names %s', (_, body, expected) => {
    const tried = otherParameters(answered({ status: 422, body }), undefined)
    expect(tried.map((one) => Object.keys(one))).toEqual(expected)
    for (const { filter = 'purpose=batch' } of tried) expect(filter).toBe('purpose=batch')
  })
})
