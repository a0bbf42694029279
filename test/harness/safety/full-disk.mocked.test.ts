import * as fs from 'node:fs'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { cleanUp } from '../../../harness/run/cleanup.ts'
import { type LedgerEntry, openLedger, readLedger } from '../../../harness/safety/ledger.ts'
import { LedgerError } from '../../../model/errors.ts'
import { bench, LEDGER_HEADER, ledgerPath, referenceTransport } from '../made-up.ts'

vi.mock('node:fs', async (original) => {
  const real = await original<typeof fs>()
  return { ...real, writeSync: vi.fn(real.writeSync), lstatSync: vi.fn(real.lstatSync) }
})
const real = await vi.importActual<typeof fs>('node:fs')

/** Has the disk take so many octets more, and then none. */
function leaveRoomFor(bytes: number): void {
  let room = bytes
  vi.mocked(fs.writeSync).mockImplementation(((file: number, octets: Buffer, offset: number) => {
    if (room === 0) throw Object.assign(new Error('no space'), { code: 'ENOSPC' })
    const taken = Math.min(room, octets.length - offset)
    room -= taken
    return real.writeSync(file, octets, offset, taken)
  }) as typeof fs.writeSync)
}

afterEach(() => {
  vi.mocked(fs.writeSync).mockImplementation(real.writeSync)
  vi.mocked(fs.lstatSync).mockImplementation(real.lstatSync)
  vi.unstubAllGlobals()
})

const OWNED: LedgerEntry = { event: 'owned', id: 'file-a', upload: 1 }

describe('a ledger on a disk that is full', () => {
  it.each([0, 1, 20])('has nothing of a line of which %i octets fit on it', (bytes) => {
    const { path, note } = openLedger(ledgerPath(), LEDGER_HEADER)
    note({ event: 'uploading', upload: 1 })
    const before = real.readFileSync(path, 'utf8')
    leaveRoomFor(bytes)
    expect(() => note(OWNED)).toThrow(`ledger ${path}: cannot be written (ENOSPC)`)
    expect(real.readFileSync(path, 'utf8')).toBe(before)

    leaveRoomFor(1000)
    note({ event: 'owned', id: 'file-b' })
    expect([...readLedger(path).state.left]).toEqual(['file-b'])
  })

  it('knows what has happened all the same, and does not take for begun what must not begin', () => {
    const ledger = openLedger(ledgerPath(), LEDGER_HEADER)
    ledger.note({ event: 'uploading', upload: 1 })
    leaveRoomFor(0)
    expect(() => ledger.note(OWNED)).toThrow(LedgerError)
    expect(() => ledger.note({ event: 'uploading', upload: 2 })).toThrow(LedgerError)
    expect(() => ledger.note({ event: 'deleting', id: 'file-a' })).toThrow(LedgerError)
    expect(ledger.state.files.get('file-a')).toBe('there')
    expect(ledger.state.openUploads.size).toBe(0)
  })

  it('is not begun where its first line does not fit', () => {
    const path = ledgerPath()
    leaveRoomFor(10)
    expect(() => openLedger(path, LEDGER_HEADER)).toThrow('cannot be written (ENOSPC)')
    expect(real.existsSync(path)).toBe(false)
  })

  it('keeps no file from being removed at the end', async () => {
    const transport = referenceTransport()
    const made = bench({ transport })
    const { tools } = made.toolbox('family/name', '0')
    await tools.files.create()
    await tools.files.create()
    expect(transport.store.size).toBe(2)
    leaveRoomFor(0)
    await expect(tools.files.create()).rejects.toThrow(LedgerError)
    expect(transport.store.size).toBe(2)

    const parts = {
      ...made,
      ...made.removal,
      concurrency: 2,
      settleMs: 0,
      lookFirst: () => false,
      uncertain: 'leave',
      search: 'in doubt',
    } as const
    expect(await cleanUp(parts)).toEqual([])
    expect(transport.store.size).toBe(0)
    made.ledger.close()
    expect(real.existsSync(made.ledger.path)).toBe(false)
  })

  it('knows a file whose upload was answered where the evidence cannot be written', async () => {
    const transport = referenceTransport()
    const record = () => {
      throw new Error('no evidence')
    }
    const made = bench({ transport, record })
    const { tools } = made.toolbox('family/name', '0')
    await expect(tools.files.create()).rejects.toThrow('no evidence')
    const ids = transport.store.list('everybody').map(({ id }) => id)
    expect(ids).toHaveLength(1)
    expect([...readLedger(made.ledger.path).state.unproved.keys()]).toEqual(ids)
  })
})

describe('a ledger on Windows', () => {
  it('is in its place, although the system calls the device of its path another', () => {
    vi.stubGlobal('process', Object.create(process, { platform: { value: 'win32' } }))
    vi.mocked(fs.lstatSync).mockImplementation(((path: string) =>
      Object.assign(real.lstatSync(path), { dev: 1 })) as typeof fs.lstatSync)
    const { path, note, close } = openLedger(ledgerPath(), LEDGER_HEADER)
    note(OWNED)
    close()
    expect(readLedger(path)).toMatchObject({ ended: true })
  })
})
