import { describe, expect, it } from 'vitest'
import { createDamageCheck, type ListRead } from '../../../harness/safety/damage-check.ts'
import type { Exchange } from '../../../model/exchange.ts'
import { answered } from '../made-up.ts'

interface Seen {
  readonly own?: readonly string[]
  readonly deletions?: readonly Exchange[]
  /** What later looks show, where they differ from the first. */
  readonly later?: ListRead
}

const whole = (...ids: readonly string[]): ListRead => ({ ids, ours: [], complete: true })
const beginning = (...ids: readonly string[]): ListRead => ({ ids, ours: [], complete: false })
const unread: ListRead = { unread: 'the list answered 500' }

/** A watch over a list as it is before a run, and after it. */
async function observed(before: ListRead, after: ListRead, seen: Seen = {}) {
  const { own = [], deletions = [], later = after } = seen
  const others = createDamageCheck(new Map(own.map((id) => [id, 'there'])))
  others.remember(before)
  for (const one of deletions) others.see(one)
  const looks = [after]
  return others.check(async () => looks.shift() ?? later)
}

const deleted = (id: string, status: number, step: number) =>
  answered({ status }, { id, step, requirement: 'identity/look-alike', case: '3' })
const suspect = (step: number) => ({ requirement: 'identity/look-alike', case: '3', step })

describe('the damage check', () => {
  it('finds nothing where all that was listed is listed still', async () => {
    expect(await observed(whole('a', 'b'), whole('b', 'c', 'a'))).toEqual({
      listed: 2,
      complete: true,
      gone: [],
      deletions: 0,
      suspects: [],
    })
  })

  it('knows all that it was shown, without files of the run, and looks for the last list', async () => {
    const others = createDamageCheck(new Map([['own', 'there']]))
    others.remember(whole('a', 'b'))
    others.remember({ ids: ['c', 'own'], ours: [], complete: true, part: 'purpose=batch' })
    expect(['a', 'c', 'own'].filter(others.wasListed)).toEqual(['a', 'c'])
    const check = await others.check(async () => whole('c'))
    expect(check).toMatchObject({ listed: 1, part: 'purpose=batch', gone: [] })
  })

  it('names what is gone by a digest, with the deletions that may have taken it', async () => {
    const deletions = [
      deleted('own', 200, 1),
      deleted('b?', 404, 2),
      deleted('b?', 200, 3),
      // The second success for one id, and what failed half way.
      deleted('own', 200, 4),
      deleted('c?', 500, 5),
    ]
    expect(await observed(whole('a', 'b'), whole('a'), { own: ['own'], deletions })).toEqual({
      listed: 2,
      complete: true,
      gone: [expect.stringMatching(/^[0-9a-f]{16}$/)],
      deletions: 5,
      suspects: [suspect(3), suspect(4), suspect(5)],
    })
  })

  it('looks again before it says that a file is gone', async () => {
    const account = await observed(whole('a', 'b'), whole('a'), { later: whole('a', 'b') })
    expect(account?.gone).toEqual([])
  })

  it('misses no file that the run was handed to delete', async () => {
    expect((await observed(whole('a', 'mine'), whole('a'), { own: ['mine'] }))?.gone).toEqual([])
  })

  it('misses nothing where the list was not read to its end', async () => {
    const account = await observed(beginning('a', 'b'), whole('a'))
    expect([account?.gone, account?.complete]).toEqual([[], false])
  })

  it.each([
    ['was not read', unread, unread.unread],
    ['was not read to its end', beginning('a'), 'the list was not read to its end'],
  ])('says so where the list %s at the end', async (_, after, reason) => {
    const account = await observed(whole('a', 'b'), after)
    expect([account?.unchecked, account?.gone]).toEqual([reason, []])
  })

  it.each([
    ['there is no list', unread],
    ['nothing is on it', whole()],
  ])('says nothing where %s', async (_, before) => {
    expect(await observed(before, whole('a'))).toBeUndefined()
  })
})
