import { describe, expect, it } from 'vitest'
import { type OutgoingRequest, trackBudget } from '../../../harness/http/budget.ts'
import { ledgerInMemory } from '../../../harness/safety/ledger.ts'
import type { Budget } from '../../../model/report.ts'
import { LEDGER_HEADER, response } from '../made-up.ts'

const WIRE = { method: 'GET', target: '/', headers: [] }
const READ: OutgoingRequest = WIRE
const uploadOf = (creates: number): OutgoingRequest => ({ ...WIRE, creates })
const removalOf = (removes: string): OutgoingRequest => ({ ...WIRE, removes })
const answered = (status: number) => ({ response: response({ status }) })

/** An account of a target that was seen to delete, at one request, and files that are there. */
function accountWith({ maxRequests, ...budget }: Budget, ...ids: readonly string[]) {
  const ledger = ledgerInMemory(LEDGER_HEADER)
  const all = maxRequests === undefined ? budget : { ...budget, maxRequests: maxRequests + 1 }
  const account = trackBudget(all, ledger.state)
  ledger.note({ event: 'owned', id: 'first' })
  account.request(removalOf('first'))(answered(200))
  ledger.note({ event: 'deleted', id: 'first' })
  for (const id of ids) ledger.note({ event: 'owned', id })
  /** Sends if it may. */
  const send = (request: OutgoingRequest, status = 200) => {
    if (account.refuse(request) !== undefined) return false
    account.request(request)(answered(status))
    return true
  }
  return { account, ledger, send }
}

describe('the account of a run', () => {
  it('keeps a request for each file that is there, and lets its deletion spend it', () => {
    const { send } = accountWith({ maxRequests: 3 }, 'a', 'b')
    expect(send(READ)).toBe(true)
    expect(send(READ)).toBe(false)
    expect(send(removalOf('a'))).toBe(true)
    expect(send(removalOf('b'))).toBe(true)
    expect(send(removalOf('c'))).toBe(false)
  })

  it('keeps three for each until the target was seen to delete', () => {
    const ledger = ledgerInMemory(LEDGER_HEADER)
    for (const id of ['a', 'b']) ledger.note({ event: 'owned', id })
    const account = trackBudget({ maxRequests: 7 }, ledger.state)
    expect(account.refuse(READ)).toBeUndefined()
    account.request(READ)(answered(200))
    expect(account.refuse(READ)).toContain('--max-requests 7')
  })

  it('keeps one for an upload from when it is sent, before the file has an id', () => {
    const { ledger, send } = accountWith({ maxRequests: 5 })
    for (const upload of [1, 2, 3]) ledger.note({ event: 'uploading', upload })
    expect(send(uploadOf(1))).toBe(true)
    expect(send(uploadOf(2))).toBe(true)
    expect(send(uploadOf(3))).toBe(false)
  })

  it('keeps nothing twice for an upload that is sent again', () => {
    const { ledger, send } = accountWith({ maxRequests: 4 })
    ledger.note({ event: 'uploading', upload: 1 })
    expect(send(uploadOf(1), 409)).toBe(true)
    expect(send(uploadOf(1), 409)).toBe(true)
    expect(send(uploadOf(1))).toBe(true)
    expect(send(uploadOf(1))).toBe(false)
  })

  it('keeps nothing for a file whose deletion was answered and is not yet in the ledger', () => {
    const { ledger, send } = accountWith({ maxRequests: 2 }, 'a')
    expect(send(removalOf('a'))).toBe(true)
    expect(ledger.state.left.has('a')).toBe(true)
    expect(send(READ)).toBe(true)
  })

  it('lets one of many deletions at once spend what was kept, and distrusts no target for the losers', () => {
    const { account, ledger, send } = accountWith({ maxRequests: 5 }, 'a', 'b')
    const crowd = [1, 2, 3].map(() => {
      expect(account.refuse(removalOf('a'))).toBeUndefined()
      return account.request(removalOf('a'))
    })
    crowd[0]?.(answered(404))
    expect(account.refuse(READ)).toBeUndefined()
    crowd[1]?.(answered(200))
    crowd[2]?.(answered(404))
    ledger.note({ event: 'deleted', id: 'a' })
    expect(send(READ)).toBe(true)
    expect(send(READ)).toBe(false)
  })

  it.each([429, 500, 503])('keeps three for each file once an answer was %i', (status) => {
    const { send } = accountWith({ maxRequests: 8 }, 'a', 'b')
    expect(send(READ, status)).toBe(true)
    expect(send(READ)).toBe(true)
    expect(send(READ)).toBe(false)
  })

  it('keeps three for each once a deletion has left its file there', () => {
    const { ledger, send } = accountWith({ maxRequests: 8 }, 'a', 'b')
    expect(send(removalOf('a'), 404)).toBe(true)
    ledger.note({ event: 'kept', id: 'a' })
    expect(send(READ)).toBe(true)
    expect(send(READ)).toBe(false)
  })

  it('goes on refusing once it has refused, even where another request would fit in again', () => {
    const { ledger, send } = accountWith({ maxRequests: 3 }, 'a', 'b')
    ledger.note({ event: 'uploading', upload: 1 })
    expect(send(uploadOf(1))).toBe(false)
    ledger.note({ event: 'upload-refused', upload: 1 })
    expect(send(READ)).toBe(false)
  })

  it('sends the first deletion of each file at the end, and more only what no other file needs', () => {
    const { account } = accountWith({ maxRequests: 3 }, 'a', 'b')
    const send = (request: OutgoingRequest, again: boolean) => {
      if (account.refuseAtTheEnd(request, again) !== undefined) return false
      account.request(request)(answered(500))
      return true
    }
    expect(send(removalOf('a'), false)).toBe(true)
    expect(send(removalOf('a'), true)).toBe(true)
    expect(send(removalOf('a'), true)).toBe(false)
    expect(send(READ, false)).toBe(false)
    expect(send(removalOf('b'), false)).toBe(true)
    expect(send(removalOf('b'), false)).toBe(false)
  })

  it('counts a file that is asked for until it has come, and not one that does not come', () => {
    const { account, ledger, send } = accountWith({ maxRequests: 3, maxFiles: 2 })
    const first = account.provide()
    const second = account.provide()
    expect(account.refuseProvide()).toContain('--max-files 2')
    first('a')
    expect(send(READ)).toBe(true)
    expect(send(READ)).toBe(false)
    ledger.note({ event: 'owned', id: 'a' })
    second(undefined)
    expect(send(removalOf('a'))).toBe(true)
  })

  it('counts no upload as a file that was certainly refused', () => {
    const { send } = accountWith({ maxFiles: 2 })
    expect([422, 429, 200, 500].map((status, at) => send(uploadOf(at), status))).not.toContain(
      false,
    )
    expect(send(uploadOf(9))).toBe(false)
    expect(send(READ)).toBe(true)
  })
})
