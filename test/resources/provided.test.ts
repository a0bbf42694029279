import { describe, expect, it } from 'vitest'
import { Inconclusive } from '../../model/errors.ts'
import { commandProvider, idsProvider, noProvider } from '../../resources/provided.ts'
import type { ResourceProvider } from '../../resources/provider.ts'
import { bench, stubTransport } from '../harness/made-up.ts'

function handing(provider: ResourceProvider) {
  const transport = stubTransport(() => ({}))
  const made = bench({ transport, provider })
  const { tools } = made.toolbox('family/name', '0')
  return { ledger: made.ledger, create: tools.files.create, transport }
}

// Commands go to the shell of the system; these are for a POSIX one.
const isPosix = process.platform !== 'win32'

describe('files that were provided', () => {
  it('are each used once, in order, and owned from then on', async () => {
    const provider = idsProvider('ids.txt', ['a', 'b'])
    const { create, ledger } = handing(provider)
    expect(ledger.state.files.size).toBe(0)
    expect([await create(), await create()]).toEqual([{ id: 'a' }, { id: 'b' }])
    expect([...ledger.state.files.keys()]).toEqual(['a', 'b'])
    await expect(create()).rejects.toThrow(Inconclusive)
    await expect(create()).rejects.toThrow('the 2 ids of ids.txt are used up')
  })

  it('show what ids look like without being used up', () => {
    expect(idsProvider('ids.txt', ['a', 'b']).samples).toEqual(['a', 'b'])
  })

  it.runIf(isPosix)('may come from a command, one a call', async () => {
    const provider = commandProvider(`printf 'file-1  \\nnoise\\n'`)
    const { create, ledger } = handing(provider)
    expect(provider.samples).toEqual([])
    expect(await create()).toEqual({ id: 'file-1' })
    expect(ledger.state.files.get('file-1')).toBe('there')
  })

  it.runIf(isPosix).each([
    ['exit 3', 'ended with exit code 3'],
    ['kill -9 $$', 'ended with SIGKILL'],
    ['true', 'printed no id'],
    ['echo; echo late', 'printed no id'],
  ])('are not there where the command is %j', async (command, message) => {
    const { create, ledger } = handing(commandProvider(command))
    await expect(create()).rejects.toThrow(Inconclusive)
    await expect(create()).rejects.toThrow(message)
    expect(ledger.state.files.size).toBe(0)
  })

  it('are not there where there are none', async () => {
    const { create, transport } = handing(noProvider())
    await expect(create()).rejects.toThrow('--files none')
    expect(transport.requests).toEqual([])
  })
})
