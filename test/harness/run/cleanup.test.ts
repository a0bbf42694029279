import { describe, expect, it } from 'vitest'
import { type CleanupParts, cleanUp } from '../../../harness/run/cleanup.ts'
import { type Answer, bench, MARK, referenceTransport, stubTransport } from '../made-up.ts'

const OWNED = 'file-1'
const PATH = `/v1/files/${OWNED}`

type MadeUp = Exclude<ReturnType<Answer>, Promise<unknown>>

/** Sweeps what a run has left behind; what was sent, and what is left. */
async function swept(
  transport: ReturnType<typeof stubTransport>,
  prepare: (made: ReturnType<typeof bench>) => void,
  parts: Partial<CleanupParts> = {},
) {
  const made = bench({ transport })
  prepare(made)
  const left = await cleanUp({
    ...made,
    ...made.removal,
    concurrency: 2,
    settleMs: 0,
    lookFirst: () => false,
    uncertain: 'leave',
    search: 'in doubt',
    ...parts,
  })
  const sent = transport.requests.map(({ method, target }) => `${method} ${target}`)
  return { left, sent, ledger: made.ledger }
}

const owns =
  (id = OWNED) =>
  (made: ReturnType<typeof bench>) => {
    made.ledger.note({ event: 'owned', id })
  }
const lost = (made: ReturnType<typeof bench>) => {
  owns()(made)
  made.ledger.note({ event: 'deleting', id: OWNED })
}
const openUpload = (made: ReturnType<typeof bench>) => {
  made.ledger.note({ event: 'uploading', upload: 1 })
}

describe('a sweep', () => {
  it('deletes every file that is there, and nothing that is gone', async () => {
    const { left, sent } = await swept(
      stubTransport(() => ({})),
      (made) => {
        for (const id of ['a', 'b/c', 'd']) owns(id)(made)
        made.ledger.note({ event: 'deleted', id: 'a' })
      },
    )
    expect(sent.toSorted()).toEqual(['DELETE /v1/files/b%2Fc', 'DELETE /v1/files/d'])
    expect(left).toEqual([])
  })

  it.each([404, 410])('takes a file for gone where its deletion answers %i', async (status) => {
    const { left, ledger } = await swept(
      stubTransport(() => ({ status })),
      owns(),
    )
    expect(left).toEqual([])
    expect(ledger.state.files.get(OWNED)).toBe('gone')
  })

  it('names what is there all the same though its deletion was answered with success', async () => {
    const file = { json: { id: OWNED, filename: `a-${MARK}` } }
    const uploaded = (made: ReturnType<typeof bench>) => {
      made.ledger.note({ event: 'owned', id: OWNED, upload: 1 })
      made.ledger.note({ event: 'deleted', id: OWNED })
    }
    const { left } = await swept(
      stubTransport(() => file),
      uploaded,
      { canRead: () => true },
    )
    expect(left).toEqual([OWNED])
  })

  it.each<[string, Answer, number]>([
    ['an error', () => ({ status: 500 }), 3],
    ['a refusal', () => ({ status: 403 }), 1],
    ['no answer', () => 'reset', 1],
  ])('names a file whose deletion gets %s', async (_, answer, deletions) => {
    const { left, sent } = await swept(stubTransport(answer), owns())
    expect(left).toEqual([OWNED])
    expect(sent.filter((line) => line.startsWith('DELETE'))).toHaveLength(deletions)
  })

  it.each<[string, MadeUp]>([
    ['a reset', 'reset'],
    ['an error', { status: 500 }],
    ['one “service unavailable”', { status: 503 }],
  ])('gets over %s', async (_, failure) => {
    const files = new Set([OWNED])
    const { left, sent } = await swept(
      stubTransport(({ method }, nth) => {
        if (nth === 0) return failure
        if (method === 'GET')
          return files.has(OWNED) ? { json: { filename: MARK } } : { status: 404 }
        return { status: files.delete(OWNED) ? 200 : 404 }
      }),
      owns(),
      { canRead: () => true },
    )
    expect(left).toEqual([])
    // The last look is whether it is gone.
    expect(sent).toEqual([`DELETE ${PATH}`, `GET ${PATH}`, `DELETE ${PATH}`, `GET ${PATH}`])
  })

  it.each<[string, Answer]>([
    ['cannot show it', () => ({ status: 405 })],
    ['shows somebody else’s', () => ({ json: { id: OWNED, filename: 'theirs' } })],
    ['does not answer', () => 'timeout'],
  ])(
    'never deletes a file again whose deletion was not answered where the target %s',
    async (_, answer) => {
      const { left, sent } = await swept(stubTransport(answer), lost)
      expect(sent).toEqual(['GET /v1/files/file-1'])
      expect(left).toEqual([OWNED])
    },
  )

  it('takes such a file for gone where the target no longer has it', async () => {
    const { left, sent } = await swept(
      stubTransport(() => ({ status: 404 })),
      lost,
      { canRead: () => true },
    )
    expect(new Set(sent)).toEqual(new Set(['GET /v1/files/file-1']))
    expect(left).toEqual([])
  })

  it('deletes such a file where the target shows that it is still this run’s', async () => {
    const json = { id: OWNED, filename: `x-${MARK}.jsonl` }
    const { left, sent } = await swept(
      stubTransport(() => ({ json })),
      lost,
    )
    expect(sent).toEqual(['GET /v1/files/file-1', 'DELETE /v1/files/file-1'])
    expect(left).toEqual([])
  })

  it('looks for every file where a near-miss may have deleted it, and deletes none that is gone', async () => {
    const transport = stubTransport(({ method, target }) =>
      method === 'GET' ? { status: target.endsWith('gone') ? 404 : 200 } : { json: {} },
    )
    const owned = (made: ReturnType<typeof bench>) => {
      for (const id of ['gone', 'there']) made.ledger.note({ event: 'owned', id })
    }
    const { left, sent } = await swept(transport, owned, {
      lookFirst: () => true,
      canRead: () => true,
    })
    expect(left).toEqual([])
    expect(sent.filter((one) => one.startsWith('DELETE'))).toEqual(['DELETE /v1/files/there'])
  })

  it('deletes such a file unseen only where a person says so', async () => {
    const answer: Answer = ({ method }) => ({ status: method === 'GET' ? 405 : 200 })
    const { left, sent } = await swept(stubTransport(answer), lost, { uncertain: 'delete' })
    expect(sent).toEqual(['GET /v1/files/file-1', 'DELETE /v1/files/file-1'])
    expect(left).toEqual([])
  })

  it('finds the files of unanswered uploads by the run id in their names, page by page', async () => {
    const transport = referenceTransport()
    const names = [...Array(150).keys()].map((at) =>
      at === 3 || at === 140 ? `${MARK}-${at}` : `${at}`,
    )
    for (const filename of names) {
      transport.store.add({
        account: 'everybody',
        filename,
        purpose: 'batch',
        content: Buffer.from(''),
      })
    }
    const { left, ledger } = await swept(transport, openUpload)
    expect(left).toEqual([])
    expect(ledger.state.openUploads.size).toBe(0)
    expect(transport.store.list('everybody').map(({ filename }) => filename)).toEqual(
      names.filter((name) => !name.includes(MARK)),
    )
  })

  it.each([
    ['one page', 1],
    ['page after page', 100],
  ])('takes ten files at most for those of one unanswered upload, on %s', async (_, pages) => {
    let named = 0
    const made = () => ({ id: `file-${named++}`, filename: `${MARK}-${named}` })
    const { left, sent } = await swept(
      stubTransport(({ method }) => {
        if (method === 'DELETE') return { status: 200 }
        const data = Array.from({ length: 1_000 / pages }, made)
        return { json: { data, has_more: true } }
      }),
      openUpload,
    )
    expect(left).toEqual([`1 upload of which no file is known, named *${MARK}*`])
    expect(sent.filter((line) => line.startsWith('DELETE'))).toHaveLength(10)
    expect(sent.length).toBeLessThanOrEqual(13)
  })

  it.each<[string, Answer, number]>([
    ['cannot list', () => ({ status: 404 }), 1],
    ['does not answer', () => 'reset', 3],
  ])('names unanswered uploads where the target %s', async (_, answer, looks) => {
    const { left, sent } = await swept(stubTransport(answer), openUpload)
    expect(left).toEqual([`1 upload of which no file is known, named *${MARK}*`])
    expect(sent).toEqual(new Array(looks).fill('GET /v1/files?limit=100'))
  })

  it.each<[string, Answer]>([
    ['is no JSON', () => ({ body: '<html>' })],
    ['has no files', () => ({ json: { data: 7, has_more: true } })],
    [
      'has files without names',
      () => ({ json: { data: [null, { id: 'x' }, { id: [7], filename: MARK }] } }),
    ],
    [
      'gives the same page for ever',
      () => ({ json: { data: [{ id: 'x', filename: 'y' }], has_more: true } }),
    ],
  ])('comes to an end where the list %s, and deletes nothing', async (_, answer) => {
    const { sent } = await swept(stubTransport(answer), openUpload)
    expect(sent.every((line) => line.startsWith('GET '))).toBe(true)
    expect(sent.length).toBeLessThanOrEqual(2)
  })

  it('does not take an unanswered upload for undone before it has seen the whole list', async () => {
    let page = 0
    const transport = stubTransport(() => {
      page += 1
      return { json: { data: [{ id: `file-${page}`, filename: 'theirs' }], has_more: true } }
    })
    const { left } = await swept(transport, openUpload)
    expect(left).toEqual([`1 upload of which no file is known, named *${MARK}*`])
  })
})
