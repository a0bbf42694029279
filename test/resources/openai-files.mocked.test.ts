import { readFileSync } from 'node:fs'
import { describe, expect, it, vi } from 'vitest'
import { Inconclusive, InternalError, SetAside } from '../../model/errors.ts'
import { openAiFiles } from '../../resources/openai-files.ts'
import { type Answer, bench, MARK, stubTransport } from '../harness/made-up.ts'

vi.mock('node:timers/promises', () => import('../harness/http/faked-sleep.ts'))

const FILE = { filename: `a-${MARK}`, content: Buffer.from(`content ${MARK}`) }

function uploading(answer: Answer) {
  const transport = stubTransport(answer)
  const provider = openAiFiles()
  const made = bench({ transport, provider })
  const { tools } = made.toolbox('family/name', '0')
  return { ...made, create: tools.files.create, transport }
}

describe('the provider of uploaded files', () => {
  it('uploads a file with the run id in its name, and owns what the target made of it', async () => {
    const { create, transport, ledger } = uploading(() => ({ json: { id: 'file-1' } }))
    expect(await create()).toEqual({ id: 'file-1' })
    const [request] = transport.requests
    expect(request).toMatchObject({ method: 'POST', target: '/v1/files' })
    expect(Buffer.from(request?.body ?? []).toString()).toMatch(
      new RegExp(`filename="[^"]*${MARK}[^"]*"`),
    )
    expect(ledger.state.files).toEqual(new Map([['file-1', 'there']]))
  })

  it('has the upload in the ledger on disk before it is sent, and the file right after', async () => {
    const onDisk: string[] = []
    const { create, ledger } = uploading(() => {
      onDisk.push(readFileSync(ledger.path, 'utf8'))
      return { json: { id: 'file-1' } }
    })
    await create()
    expect(onDisk[0]).toMatch(/\{"event":"uploading","upload":1\}\n$/)
    expect(readFileSync(ledger.path, 'utf8')).toMatch(
      /\{"event":"owned","id":"file-1","upload":1,"path":"\/v1\/files\/file-1"\}\n$/,
    )
  })

  it.each<[string, boolean, Answer]>([
    ['was not answered', true, () => 'reset'],
    ['was answered without an id', true, () => ({ status: 200, json: {} })],
    ['timed out behind a gateway', true, () => ({ status: 504 })],
    ['was kept back by the budget', false, () => 'not-sent'],
    ['was refused', false, () => ({ status: 400 })],
    ['is not allowed', false, () => ({ status: 401 })],
    ['led elsewhere', false, () => ({ status: 307 })],
  ])(
    'knows whether a file may be there under an unknown id: an upload that %s (%s)',
    async (_, open, answer) => {
      const { create, ledger } = uploading(answer)
      await expect(create()).rejects.toThrow(Inconclusive)
      expect(ledger.state.openUploads.size > 0).toBe(open)
    },
  )

  it('sets a case aside where the target will not take the file that it asks for', async () => {
    const { create } = uploading(() => ({ status: 400 }))
    await expect(create(FILE)).rejects.toThrow(SetAside)
    await expect(create()).rejects.toThrow(Inconclusive)
  })

  it.each([401, 403, 429])(
    'does not blame the file for a %i, which says nothing of it',
    async (status) => {
      const { create } = uploading(() => ({ status, headers: [['retry-after', '86400']] }))
      await expect(create(FILE)).rejects.toThrow(Inconclusive)
    },
  )

  it('uploads nothing without the run id in its name', async () => {
    const { create, transport } = uploading(() => ({}))
    await expect(create({ ...FILE, filename: 'theirs' })).rejects.toThrow(InternalError)
    expect(transport.requests).toEqual([])
  })

  it('uploads no content without the run id, unless there is no room for it', async () => {
    const { create, transport } = uploading(() => ({ json: { id: 'file-1' } }))
    const theirs = { ...FILE, content: Buffer.from('x'.repeat(MARK.length)) }
    await expect(create(theirs)).rejects.toThrow(InternalError)
    expect(transport.requests).toEqual([])
    expect(await create({ ...FILE, content: Buffer.from('x') })).toEqual({ id: 'file-1' })
  })
})
