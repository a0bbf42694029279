import { describe, expect, it } from 'vitest'
import type { Answered } from '../../model/exchange.ts'
import { type Learnt, readerOf } from '../../model/learnt.ts'
import type { Violation } from '../../model/violation.ts'
import { answered, shippedContract } from '../harness/made-up.ts'

const contract = await shippedContract()

function answer(status: number, body: unknown, id = 'file-1'): Answered {
  const headers: [string, string][] = [['content-type', 'application/json']]
  return answered({ status, headers, body: JSON.stringify(body) }, { id })
}

const deleted = (id = 'file-1', flag = true, status = 200) =>
  answer(status, { id, object: 'file', deleted: flag }, id)
const missing = (status = 404) => answer(status, { error: { message: 'none', type: 't' } })
const crash = () => answered({ status: 500, body: 'Internal Server Error' })

const reading = (learnt: Learnt, isChosen = (_: string) => true) =>
  readerOf(contract, learnt, isChosen)

/** Id of the requirement that blocks all of them, and nothing if none does. */
function blockerOf(violations: readonly Violation[]): string | undefined {
  const ids = new Set(violations.map(({ blockedBy }) => blockedBy?.id))
  expect(ids.size).toBeLessThanOrEqual(1)
  return [...ids][0]
}

describe('where nothing was learnt', () => {
  const answers = reading({})

  it('a success is a deletion, and the documented statuses say the rest', () => {
    expect(answers.isDeleted(deleted())).toBe(true)
    expect(answers.isDeleted(missing())).toBe(false)
    expect(answers.expectDeleted(missing())).toMatchObject([{ where: '/status', expected: '200' }])
    expect(answers.expectGone(missing())).toEqual([])
    expect(answers.expectGone(deleted())).toMatchObject([{ where: '/status', expected: '404' }])
    expect(answers.expectRefused(deleted())).toMatchObject([{ where: '/status' }])
  })
})

describe('usual answers are taken for what they are', () => {
  it.each<[string, Learnt]>([
    ['a success of another status', { deleted: deleted('a', true, 202), unknown: missing() }],
    ['a deletion that is answered as an error', { deleted: crash(), unknown: missing() }],
  ])('%s is a deletion', (_, learnt) => {
    const answers = reading(learnt)
    const again = learnt.deleted as Answered
    expect(answers.isDeleted(again)).toBe(true)
    expect(answers.expectDeleted(again)).toEqual([])
    expect(answers.expectGone(again)).toHaveLength(1)
  })

  it('an answer of success that says that nothing was deleted is a missing file', () => {
    const no = deleted('a', false)
    const answers = reading({ deleted: deleted(), unknown: no, gone: no })
    expect(answers.isDeleted(deleted('b', false))).toBe(false)
    expect(answers.expectRefused(deleted('b', false))).toEqual([])
    expect(answers.expectGone(deleted('b', false))).toEqual([])
    expect(answers.expectDeleted(deleted('b', false))).toHaveLength(1)
  })

  it('an id of its own makes no other answer', () => {
    const answers = reading({ deleted: deleted('a'), unknown: missing() })
    expect(answers.isDeleted(deleted('b'))).toBe(true)
  })
})

describe('what is wrong with a usual answer is judged once', () => {
  it.each<[string, Learnt, string, Answered]>([
    [
      'the status of a deletion',
      { deleted: deleted('a', true, 202) },
      'deleted/status',
      deleted('b', true, 202),
    ],
    [
      'its body',
      { deleted: answer(200, { id: 'a' }, 'a') },
      'deleted/body',
      answer(200, { id: 'b' }, 'b'),
    ],
    ['the status for an unknown id', { unknown: crash() }, 'not-found/never-issued', crash()],
    [
      'the body for one',
      { unknown: answer(404, { detail: 'x' }) },
      'not-found/body',
      answer(404, { detail: 'y' }),
    ],
    [
      'the status for a file that is gone',
      { unknown: missing(), gone: crash() },
      'not-found/already-deleted',
      crash(),
    ],
    ['a page in place of JSON', { unknown: page() }, 'not-found/media-type', page()],
  ])('%s', (_, learnt, owner, another) => {
    const lesson = learnt.deleted ? 'deleted' : learnt.gone ? 'gone' : 'unknown'
    const role = lesson === 'deleted' ? 'deleted' : 'not-found'
    expect(blockerOf(reading(learnt).expectDocumented(another, lesson, role))).toBe(owner)
    expect(contract.violations(another, role).length).toBeGreaterThan(0)
    expect(contract.violations(another, role).map(reading(learnt).judgedBy)).toContain(owner)
  })

  it('but not by a requirement that is no part of the run', () => {
    const answers = reading({ unknown: crash() }, () => false)
    expect(answers.expectDocumented(crash(), 'unknown', 'not-found')).toHaveLength(1)
  })

  it('but not where another kind of answer was due', () => {
    const answers = reading({ deleted: deleted(), unknown: crash() })
    expect(answers.expectDocumented(crash(), 'deleted', 'deleted')).toHaveLength(1)
    expect(answers.expectDeleted(crash())).toHaveLength(1)
  })

  it('but not what else is wrong with such an answer', () => {
    const answers = reading({ unknown: missing() })
    const wrong = answer(404, { error: { message: 1, type: 't' } })
    expect(answers.expectDocumented(wrong, 'unknown', 'not-found')).toMatchObject([
      { where: '/body/error/message' },
    ])
  })

  it('the id and the flag of a confirmation, which no schema knows', () => {
    const answers = reading({ deleted: deleted('other', false) })
    const wrong = { exchange: deleted('other', false), expected: '', received: '' }
    const learntId = reading({
      deleted: answer(200, { id: 'x', object: 'file', deleted: true }, 'a'),
    })
    expect(answers.judgedBy({ ...wrong, where: '/body/deleted' })).toBe('deleted/flag')
    expect(learntId.judgedBy({ ...wrong, exchange: deleted(), where: '/body/id' })).toBe(
      'deleted/id',
    )
  })
})

describe('where a deletion and a missing file are answered alike', () => {
  const everything = reading({ deleted: deleted(), unknown: deleted('x'), gone: deleted() })
  const again = reading({ deleted: deleted(), unknown: missing(), gone: deleted() })

  it('what depends on the difference is blocked', () => {
    expect(blockerOf(everything.expectRefused(deleted()))).toBe('not-found/never-issued')
    expect(blockerOf(everything.expectDeleted(deleted()))).toBe('not-found/never-issued')
    expect(blockerOf(again.expectGone(deleted()))).toBe('not-found/already-deleted')
    expect(blockerOf(again.expectDeleted(deleted()))).toBe('not-found/already-deleted')
  })

  it('and what does not depend on it is judged', () => {
    expect(again.expectRefused(missing())).toEqual([])
    expect(again.expectRefused(deleted())).toHaveLength(1)
    expect(again.isDeleted(deleted())).toBe(true)
  })
})

function page(): Answered {
  return answered({ status: 404, headers: [['content-type', 'text/html']], body: '<h1>404</h1>' })
}
