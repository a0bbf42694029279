import { describe, expect, it } from 'vitest'
import { watchOthers } from '../../../harness/safety/others.ts'
import type { Exchange } from '../../../model/exchange.ts'
import { answered } from '../made-up.ts'

/** A watch over a list that holds some ids before the run, and others after it. */
async function watched(
  before: readonly string[] | undefined,
  after: readonly string[] | undefined,
  { own = [] as readonly string[], deletions = [] as readonly Exchange[], complete = true } = {},
) {
  const lists = [before, after]
  const read = async () => {
    const ids = lists.shift()
    return ids && { ids, complete }
  }
  const others = watchOthers(read, new Map(own.map((id) => [id, 'there'])))
  await others.remember()
  for (const one of deletions) others.see(one)
  return others.account()
}

const deleted = (id: string, status: number, step: number) =>
  answered({ status }, { id, step, requirement: 'identity/look-alike', case: '3' })

describe('the damage check', () => {
  it('finds nothing where all that was listed is listed still', async () => {
    expect(await watched(['a', 'b'], ['b', 'c', 'a'])).toEqual({
      listed: 2,
      complete: true,
      gone: [],
      deletions: 0,
      suspects: [],
    })
  })

  it('names what is gone by a digest, with the deletions that were no deletion of an own file', async () => {
    const deletions = [deleted('own', 200, 1), deleted('b?', 404, 2), deleted('b?', 200, 3)]
    const account = await watched(['a', 'b'], ['a'], { own: ['own'], deletions })
    expect(account).toEqual({
      listed: 2,
      complete: true,
      gone: [expect.stringMatching(/^[0-9a-f]{16}$/)],
      deletions: 3,
      suspects: [{ requirement: 'identity/look-alike', case: '3', step: 3 }],
    })
  })

  it('misses no file that the run was handed to delete', async () => {
    expect((await watched(['a', 'mine'], ['a'], { own: ['mine'] }))?.gone).toEqual([])
  })

  it('misses nothing where the list was not read to its end', async () => {
    const account = await watched(['a', 'b'], ['a'], { complete: false })
    expect([account?.gone, account?.complete]).toEqual([[], false])
  })

  it('says nothing where there is no list, or nothing on it, or none at the end', async () => {
    expect(await watched(undefined, ['a'])).toBeUndefined()
    expect(await watched([], ['a'])).toBeUndefined()
    expect(await watched(['a'], undefined)).toBeUndefined()
  })
})
