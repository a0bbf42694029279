import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate as idle } from 'node:timers/promises'
import { afterAll, describe, expect, it } from 'vitest'
import {
  exchangesIn,
  linesOf,
  readEvidence,
  sha256,
  writeEvidence,
} from '../../../harness/evidence/evidence-file.ts'
import { EvidenceError } from '../../../model/errors.ts'
import { type EvidenceLine, NO_LINE_BEFORE, recorded } from '../../../model/evidence.ts'
import { answered } from '../made-up.ts'

const folder = mkdtempSync(join(tmpdir(), 'delete-conformance-evidence-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

let files = 0
function path(): string {
  files += 1
  return join(folder, `${files}.ndjson`)
}

const exchange = (step: number, body = 'x') => recorded(answered({ body }, { step }))
const isLine = (value: unknown): value is EvidenceLine => typeof value === 'object'

function written(...bodies: readonly string[]): string {
  const file = path()
  const writer = writeEvidence(file)
  bodies.forEach((body, at) => void writer.append(exchange(at, body)))
  writer.close()
  return file
}

describe('evidence', () => {
  it('is a line an exchange, each with the digest of the line before', () => {
    const lines = readFileSync(written('a', 'b', 'c'), 'utf8')
      .trimEnd()
      .split('\n')
    const previous = lines.map((line) => (JSON.parse(line) as EvidenceLine).previous)
    expect(previous).toEqual([NO_LINE_BEFORE, sha256(lines[0] ?? ''), sha256(lines[1] ?? '')])
  })

  it('is on disk as soon as the program has nothing else to do', async () => {
    const file = path()
    const writer = writeEvidence(file)
    writer.append(exchange(0))
    await idle()
    expect([...exchangesIn(file)]).toEqual([exchange(0)])
    writer.append(exchange(1))
    await idle()
    expect([...exchangesIn(file)]).toHaveLength(2)
    writer.close()
  })

  it('is identified by the digest of its file', () => {
    const file = path()
    const writer = writeEvidence(file)
    writer.append(exchange(0))
    writer.append(exchange(1, 'ü€\u2028\n'))
    writer.close()
    const digest = createHash('sha256').update(readFileSync(file)).digest('hex')
    expect(writer.identity()).toEqual({ lines: 2, sha256: digest })
    const reader = readEvidence(file, isLine, () => undefined)
    while (reader.next() !== undefined);
    expect(reader.identity()).toEqual({ lines: 2, sha256: digest })
  })

  it('is read line by line, however long they are', () => {
    const bodies = ['', 'x'.repeat(65_535), 'ü'.repeat(500_000), '\u0000'.repeat(70_000)]
    const file = written(...bodies)
    expect([...linesOf(file)]).toHaveLength(bodies.length)
    expect([...exchangesIn(file)].map(({ response }) => response?.body.value)).toEqual(bodies)
  })

  it('tells which line breaks the chain, and reads on', () => {
    const file = written('a', 'b', 'c', 'd')
    const lines = readFileSync(file, 'utf8').split('\n')
    writeFileSync(file, [lines[0], lines[2], lines[3], ''].join('\n'))
    const broken: number[] = []
    const reader = readEvidence(file, isLine, (line) => broken.push(line))
    while (reader.next() !== undefined);
    expect(broken).toEqual([2])
    expect(reader.identity().lines).toBe(3)
  })

  it('is never written over another', () => {
    expect(() => writeEvidence(written('a'))).toThrow(EvidenceError)
  })

  it.each([
    ['within a line', '{"a":1}\n{"b"', 'ends within a line'],
    ['after a line without end', 'x'.repeat(9 * 1024 * 1024), 'a line without end'],
  ])('is refused where it ends %s', (_, text, message) => {
    const file = path()
    writeFileSync(file, text)
    expect(() => [...linesOf(file)]).toThrow(message)
  })

  it('fails once where it cannot be written, and then lets what cleans up go on', async () => {
    const writer = writeEvidence(path())
    writer.close()
    writer.append(exchange(0))
    await idle()
    expect(() => writer.append(exchange(1))).toThrow(/cannot be written \(EBADF\)/)
    expect(() => writer.append(exchange(2))).not.toThrow()
    expect(writer.identity().lines).toBe(0)
  })

  it('fails where its end cannot be written, and nothing comes after it', () => {
    const writer = writeEvidence(path())
    writer.close()
    writer.append(exchange(0))
    expect(() => writer.identity()).toThrow(/cannot be written \(EBADF\)/)
  })
})
