import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  type LedgerEntry,
  leftovers,
  openLedger,
  readLedger,
  reopenLedger,
} from '../../../harness/safety/ledger.ts'
import { emptyState } from '../../../harness/safety/ledger-state.ts'
import { LedgerError, LedgerNotBegun } from '../../../model/errors.ts'
import { LEDGER_HEADER, ledgerPath } from '../made-up.ts'

function ledgerWith(...entries: readonly LedgerEntry[]) {
  const ledger = openLedger(ledgerPath(), LEDGER_HEADER)
  for (const entry of entries) ledger.note(entry)
  return ledger
}

const A = 'file-a'

const EVERY_EVENT: readonly LedgerEntry[] = [
  { event: 'uploading', upload: 1 },
  { event: 'uploading', upload: 2 },
  { event: 'owned', id: A, upload: 1 },
  { event: 'upload-refused', upload: 2 },
  { event: 'owned', id: 'file-ü' },
  { event: 'deleting', id: A },
  { event: 'deleting', id: 'file-ü' },
  { event: 'kept', id: 'file-ü' },
  { event: 'deleted', id: A },
  { event: 'uploading', upload: 3 },
  { event: 'ended' },
]

/** What a ledger says there is to clean up. */
function stateOf(path: string) {
  const { state, ended } = readLedger(path)
  return { left: [...state.left], openUploads: [...state.openUploads], ended }
}

describe('the ledger', () => {
  it('has every entry on disk when the call returns', () => {
    const ledger = openLedger(ledgerPath(), LEDGER_HEADER)
    expect(readLedger(ledger.path)).toEqual({
      header: LEDGER_HEADER,
      state: emptyState(),
      ended: false,
    })
    ledger.note({ event: 'uploading', upload: 1 })
    expect(readLedger(ledger.path).state).toEqual(ledger.state)
    ledger.note({ event: 'owned', id: A, upload: 1 })
    expect(readLedger(ledger.path).state).toEqual(ledger.state)
  })

  it.each([
    ['there', [{ event: 'owned', id: A }]],
    [
      'unknown',
      [
        { event: 'owned', id: A },
        { event: 'deleting', id: A },
      ],
    ],
    [
      'there',
      [
        { event: 'deleting', id: A },
        { event: 'kept', id: A },
      ],
    ],
    [
      'unknown',
      [
        { event: 'deleting', id: A },
        { event: 'deleting', id: A },
        { event: 'kept', id: A },
      ],
    ],
    [
      'there',
      [
        { event: 'deleting', id: A },
        { event: 'deleting', id: A },
        { event: 'kept', id: A },
        { event: 'kept', id: A },
      ],
    ],
    [
      'gone',
      [
        { event: 'deleting', id: A },
        { event: 'deleted', id: A },
      ],
    ],
  ] as const)('takes a file for %s after %j', (state, entries) => {
    const ledger = ledgerWith(...entries)
    expect(ledger.state.files.get(A)).toBe(state)
    expect(leftovers(ledger.state)).toEqual(state === 'gone' ? [] : [A])
    expect(readLedger(ledger.path).state.files.get(A)).toBe(state)
  })

  it.each([
    [true, [{ event: 'uploading', upload: 1 }]],
    [
      false,
      [
        { event: 'uploading', upload: 1 },
        { event: 'upload-refused', upload: 1 },
      ],
    ],
    [
      false,
      [
        { event: 'uploading', upload: 1 },
        { event: 'owned', id: A, upload: 1 },
      ],
    ],
    [
      true,
      [
        { event: 'uploading', upload: 1 },
        { event: 'owned', id: A },
      ],
    ],
  ] as const)('has an upload open (%s) after %j', (open, entries) => {
    expect(ledgerWith(...entries).state.openUploads.has(1)).toBe(open)
  })

  it.each([
    [
      'no file is left',
      [
        { event: 'owned', id: A },
        { event: 'deleted', id: A },
      ],
      false,
    ],
    ['there never was a file', [], false],
    ['a file is there', [{ event: 'owned', id: A }], true],
    ['a deletion was not answered', [{ event: 'deleting', id: A }], true],
    ['an upload was not answered', [{ event: 'uploading', upload: 1 }], true],
  ] as const)('stays or goes when it is closed: %s', (_, entries, stays) => {
    const ledger = ledgerWith(...entries)
    ledger.close()
    expect(existsSync(ledger.path)).toBe(stays)
  })

  // Windows has no modes.
  it.skipIf(process.platform === 'win32')('can be read by nobody but its owner', () => {
    expect(statSync(ledgerWith().path).mode & 0o777).toBe(0o600)
  })

  it('does not go on with the ledger of another run by mistake', () => {
    const { path } = ledgerWith({ event: 'owned', id: A })
    expect(() => openLedger(path, LEDGER_HEADER)).toThrow(LedgerError)
    expect(() => openLedger(path, LEDGER_HEADER)).toThrow('belongs to another run')
    expect(readLedger(path).state.files.get(A)).toBe('there')
  })

  // On Windows, who may make links may write everywhere.
  it.skipIf(process.platform === 'win32')('is not begun through a link in its place', () => {
    const { path } = ledgerWith()
    rmSync(path)
    symlinkSync(`${path}.elsewhere`, path)
    expect(() => openLedger(path, LEDGER_HEADER)).toThrow('belongs to another run')
    expect(existsSync(`${path}.elsewhere`)).toBe(false)
  })

  it.skipIf(process.platform === 'win32')(
    'is written again in its own place, not through a link there',
    () => {
      const ledger = ledgerWith({ event: 'owned', id: A })
      renameSync(ledger.path, `${ledger.path}.elsewhere`)
      symlinkSync(`${ledger.path}.elsewhere`, ledger.path)
      expect(() => ledger.close()).toThrow('was removed while the run went on')
      expect(readLedger(`${ledger.path}.elsewhere`).ended).toBe(false)
    },
  )

  it('has the whole path of every file that it names for the first time, however its id is spelled', () => {
    const target = 'http://target.invalid/api'
    const ledger = openLedger(ledgerPath(), { ...LEDGER_HEADER, target })
    ledger.note({ event: 'answered', id: 'a/ü', upload: 1 })
    ledger.note({ event: 'owned', id: 'a/ü', upload: 1 })
    ledger.note({ event: 'deleting', id: 'a/ü' })
    const paths = () =>
      readFileSync(ledger.path, 'utf8')
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line).path)
    const path = '/api/v1/files/a%2F%C3%BC'
    expect(paths()).toEqual([undefined, path, path, undefined])
    rmSync(ledger.path)
    ledger.close()
    expect(paths()).toEqual([undefined, path, undefined, undefined])
  })

  it('leaves out a last line that was cut off, wherever it was cut', () => {
    const ledger = ledgerWith({ event: 'owned', id: A })
    const whole = readFileSync(ledger.path).byteLength
    ledger.note({ event: 'owned', id: 'file-ü' })
    for (let bytes = readFileSync(ledger.path).byteLength - 1; bytes >= whole; bytes -= 1) {
      truncateSync(ledger.path, bytes)
      expect([...readLedger(ledger.path).state.files.keys()]).toEqual([A])
    }
  })

  it('says of any of its beginnings what was there by then, and of less than a line that there was nothing', () => {
    const ledger = openLedger(ledgerPath(), LEDGER_HEADER)
    const said = new Map([[readFileSync(ledger.path).length, stateOf(ledger.path)]])
    for (const entry of EVERY_EVENT) {
      ledger.note(entry)
      said.set(readFileSync(ledger.path).length, stateOf(ledger.path))
    }
    const whole = readFileSync(ledger.path)
    const [header = 0] = said.keys()
    let expected = said.get(header)
    for (let bytes = 0; bytes <= whole.length; bytes += 1) {
      writeFileSync(ledger.path, whole.subarray(0, bytes))
      if (bytes < header) {
        expect(() => readLedger(ledger.path)).toThrow(LedgerNotBegun)
        continue
      }
      expected = said.get(bytes) ?? expected
      expect(stateOf(ledger.path)).toEqual(expected)
    }
    expect(expected).toEqual({ left: ['file-ü'], openUploads: [3], ended: true })
  })

  it('is written again where it was removed while files are left', () => {
    const ledger = ledgerWith(
      ...[A, 'file-b', 'file-c'].map((id) => ({ event: 'owned', id }) as const),
      { event: 'deleting', id: A },
      { event: 'deleted', id: 'file-b' },
      { event: 'uploading', upload: 7 },
    )
    rmSync(dirname(ledger.path), { recursive: true })
    ledger.close()
    const { header, state, ended } = readLedger(ledger.path)
    expect({ header, ended }).toEqual({ header: LEDGER_HEADER, ended: true })
    expect(state.files).toEqual(
      new Map([
        [A, 'unknown'],
        ['file-c', 'there'],
      ]),
    )
    expect([...state.openUploads]).toEqual([7])
  })

  it('says what is left where it was removed and cannot be written again', () => {
    const ledger = ledgerWith(
      { event: 'owned', id: 'file-\u009bü' },
      { event: 'uploading', upload: 7 },
    )
    const folder = dirname(ledger.path)
    rmSync(folder, { recursive: true })
    writeFileSync(folder, 'a file in its way')
    expect(() => ledger.close()).toThrow(
      `ledger ${ledger.path}: was removed while the run went on, and cannot be written again (EEXIST); left behind: "file-\\u{9b}\\u{fc}", "upload 7, *${LEDGER_HEADER.runId}*"`,
    )
  })

  it('is no trouble where it was removed and nothing is left', () => {
    const ledger = ledgerWith({ event: 'owned', id: A }, { event: 'deleted', id: A })
    rmSync(dirname(ledger.path), { recursive: true })
    ledger.close()
    expect(existsSync(ledger.path)).toBe(false)
  })

  it('of format 1, which called the run id its mark, is read as well', () => {
    const ledger = ledgerPath()
    const { runId: mark, ...header } = LEDGER_HEADER
    const lines = [
      { ...header, ledger: 1, mark },
      { event: 'owned', id: 'file-1' },
    ]
    mkdirSync(dirname(ledger), { recursive: true })
    writeFileSync(ledger, lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
    const { header: read, state } = readLedger(ledger)
    expect(read).toEqual(LEDGER_HEADER)
    expect(leftovers(state)).toEqual(['file-1'])
  })

  it('can be gone on with after a crash', () => {
    const first = ledgerWith({ event: 'owned', id: A }, { event: 'owned', id: 'file-b' })
    const second = reopenLedger(first.path)
    expect(second.header).toEqual(LEDGER_HEADER)
    expect(leftovers(second.state)).toEqual([A, 'file-b'])
    second.note({ event: 'deleted', id: A })
    expect(leftovers(readLedger(first.path).state)).toEqual(['file-b'])
    second.note({ event: 'deleted', id: 'file-b' })
    second.close()
    expect(existsSync(first.path)).toBe(false)
  })

  it('can be gone on with, and read again, after a line that was cut off', () => {
    const { path } = ledgerWith({ event: 'owned', id: A })
    appendFileSync(path, '{"event":"dele')
    reopenLedger(path).note({ event: 'deleting', id: A })
    expect(readLedger(path).state.files.get(A)).toBe('unknown')
  })

  it.each([
    ['\n', 'line 1 is not the beginning of a ledger'],
    ['{"ledger":3', 'line 1 is not the beginning of a ledger'],
    ['{"ledger":3}\n', 'line 1 is not the beginning of a ledger'],
    ['null\n', 'line 1 is not the beginning of a ledger'],
    // Every file of the target would bear such a name.
    [`${JSON.stringify({ ...LEDGER_HEADER, runId: '' })}\n`, 'line 1 is not the beginning'],
    [`${JSON.stringify({ ...LEDGER_HEADER, target: 5 })}\n`, 'line 1 is not the beginning'],
    [`${JSON.stringify({ ...LEDGER_HEADER, process: null })}\n`, 'line 1 is not the beginning'],
    [
      `${JSON.stringify({ ...LEDGER_HEADER, process: { pid: 1 } })}\n`,
      'line 1 is not the beginning',
    ],
    [`${JSON.stringify({ ...LEDGER_HEADER, credentials: 'T' })}\n`, 'line 1 is not the beginning'],
    [`${JSON.stringify({ ...LEDGER_HEADER, credentials: [5] })}\n`, 'line 1 is not the beginning'],
    [`${JSON.stringify(LEDGER_HEADER)}\nnonsense\n`, 'line 2 is no JSON'],
    [`${JSON.stringify(LEDGER_HEADER)}\nnull\n`, 'line 2'],
  ])('is refused where it is none: %j', (text, message) => {
    const { path } = ledgerWith()
    writeFileSync(path, text)
    expect(() => readLedger(path)).toThrow(LedgerError)
    expect(() => readLedger(path)).toThrow(message)
  })

  it('is refused where a line is longer than any that is written', () => {
    const { path } = ledgerWith()
    writeFileSync(path, `${JSON.stringify(LEDGER_HEADER)}\n${'['.repeat(2 ** 20 + 1)}\n`)
    expect(() => readLedger(path)).toThrow('line 2 holds 1048577 characters, accepted are 1048576')
  })

  it('is refused where it holds more than Node takes for a text', () => {
    const { path } = ledgerWith()
    truncateSync(path, 2 ** 30)
    expect(() => readLedger(path)).toThrow(/holds 1073741824 octets, accepted are \d+/)
  })

  it('is refused where there is none', () => {
    expect(() => readLedger(ledgerPath())).toThrow(
      'there is none; a run that leaves no file behind',
    )
  })
})
