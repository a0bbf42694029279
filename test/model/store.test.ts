import { describe, expect, it } from 'vitest'
import type { Answered, Header } from '../../model/exchange.ts'
import { readerOf } from '../../model/learnt.ts'
import { judgeStore } from '../../model/store.ts'
import { openAiApi } from '../../resources/openai-api.ts'
import { answered, DELETED, shippedContract } from '../harness/made-up.ts'

const contract = await shippedContract()
const answers = readerOf(contract, {}, () => true)
const context = { contract, answers, readings: openAiApi.readings }
const created = answered(
  { status: 200, json: { id: 'file-1' } },
  {
    action: 'create',
    request: { method: 'POST', target: '/v1/files', headers: [], credentials: 'configured' },
  },
)

function read(status: number, method = 'GET', headers: readonly Header[] = []): Answered {
  const request = {
    method,
    target: '/v1/files/file-1',
    headers,
    credentials: 'configured',
  } as const
  return answered({ status }, { action: 'retrieve', id: 'file-1', request })
}

function deleted(status = 200): Answered {
  const request = {
    method: 'DELETE',
    target: '/v1/files/file-1',
    headers: [],
    credentials: 'configured',
  } as const
  return answered({ status, json: DELETED }, { action: 'delete', id: 'file-1', request })
}

const found = (...sent: readonly Answered[]) =>
  judgeStore(sent, context).map(({ expected, received }) => `${expected} | ${received}`)

describe('a store', () => {
  it('has a file from its upload until its deletion, and then no more', () => {
    expect(found(created, read(200), deleted(), read(404))).toEqual([])
    expect(found(created, read(404))).toEqual(['200: nobody deleted the file | 404'])
    expect(found(created, deleted(), read(200))).toEqual(['404: the file was deleted | 200'])
  })

  it.each([405, 404])(
    'need not know a way to read that it has never answered otherwise than %i',
    (status) => {
      const head = read(status, 'HEAD')
      expect(found(created, head, head, deleted(), head)).toEqual([])
    },
  )

  it('answers in each way as it did before', () => {
    const [head, gone] = [read(200, 'HEAD'), read(404, 'HEAD')]
    expect(found(created, head, gone)).toEqual(['200: nobody deleted the file | 404'])
    expect(found(created, head, deleted(), head)).toEqual(['404: the file was deleted | 200'])
  })

  it('takes what is unchanged for what is there', () => {
    const unless = [['if-none-match', '"1"']] as const
    expect(found(created, read(304, 'GET', unless))).toEqual([])
    expect(found(created, deleted(), read(304, 'GET', unless))).toEqual([
      '404: the file was deleted | 304',
    ])
  })
})
