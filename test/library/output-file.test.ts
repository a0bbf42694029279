import {
  chmodSync,
  linkSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { writeEvidence } from '../../harness/evidence/evidence-file.ts'
import { write } from '../../library/output-file.ts'
import { EvidenceError, UsageError } from '../../model/errors.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'delete-conformance-output-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
})

const path = (name: string) => join(folder, name)
const textOf = (name: string) => readFileSync(path(name), 'utf8')

/** Yields half a text, then throws. */
function* breakingOff(error: Error): Generator<string> {
  yield 'the first half'
  throw error
}

describe('writing a file', () => {
  it.each([
    ['text', 'new text'],
    ['octets', Buffer.from('new text')],
    ['pieces', ['new', ' ', 'text']],
  ])('takes %s', (_, content) => {
    write(path('file'), content, 'w')
    expect(textOf('file')).toBe('new text')
    expect(readdirSync(folder)).toEqual(['file'])
  })

  it('makes it for nobody but its owner, whatever the mode of the one before', () => {
    writeFileSync(path('file'), 'old', { mode: 0o644 })
    write(path('file'), 'new', 'w')
    expect(statSync(path('file')).mode & 0o777).toBe(0o600)
  })

  it('replaces the old one as a whole: whoever has that open goes on reading it', () => {
    writeFileSync(path('file'), 'old')
    linkSync(path('file'), path('witness'))
    write(path('file'), 'new', 'w')
    expect([textOf('file'), textOf('witness')]).toEqual(['new', 'old'])
  })

  it('shows nothing of a new one before it is whole', () => {
    const seen: string[] = []
    function* pieces() {
      yield 'half'
      seen.push(textOf('file'))
      yield ' and half'
    }
    writeFileSync(path('file'), 'old')
    write(path('file'), pieces(), 'w')
    expect(seen).toEqual(['old'])
    expect(textOf('file')).toBe('half and half')
  })

  it.each([
    [
      'w',
      'the old one',
      Object.assign(new Error('full'), { code: 'ENOSPC' }),
      /file: cannot be written \(ENOSPC\)/,
    ],
    ['w', 'the old one', new EvidenceError('evidence is gone'), 'evidence is gone'],
    [
      'wx',
      'none',
      Object.assign(new Error('full'), { code: 'ENOSPC' }),
      /file: cannot be written \(ENOSPC\)/,
    ],
  ] as const)(
    'that breaks off (%s) leaves %s, and nothing beside it',
    (flag, _, error, message) => {
      if (flag === 'w') writeFileSync(path('file'), 'old')
      expect(() => write(path('file'), breakingOff(error), flag)).toThrow(message)
      expect(readdirSync(folder)).toEqual(flag === 'w' ? ['file'] : [])
      if (flag === 'w') expect(textOf('file')).toBe('old')
    },
  )

  // Root writes everywhere.
  it.skipIf(process.getuid?.() === 0)(
    'leaves the old one where the folder takes no new file',
    () => {
      writeFileSync(path('file'), 'old')
      chmodSync(folder, 0o500)
      onTestFinished(() => chmodSync(folder, 0o700))
      expect(() => write(path('file'), 'new', 'w')).toThrow(/cannot be written \(EACCES\)/)
      expect(textOf('file')).toBe('old')
    },
  )

  it('never writes over another where it is to be a new one', () => {
    writeFileSync(path('file'), 'old')
    expect(() => write(path('file'), 'new', 'wx')).toThrow(/file: cannot be written \(EEXIST\)/)
    expect(textOf('file')).toBe('old')
  })

  it.each(['w', 'wx'] as const)('refuses a link (%s), and leaves what it leads to', (flag) => {
    writeFileSync(path('victim'), 'mine')
    symlinkSync('victim', path('link'))
    symlinkSync('nowhere', path('dangling'))
    for (const name of ['link', 'dangling']) {
      expect(() => write(path(name), 'new', flag)).toThrow(UsageError)
      expect(() => write(path(name), 'new', flag)).toThrow(`${path(name)}: found a symbolic link`)
    }
    expect(textOf('victim')).toBe('mine')
    expect(readdirSync(folder).sort()).toEqual(['dangling', 'link', 'victim'])
  })

  it('refuses a folder', () => {
    expect(() => write(folder, 'new', 'w')).toThrow(`${folder}: found no regular file`)
  })
})

describe('evidence', () => {
  it('is never written through a link', () => {
    writeFileSync(path('victim'), 'mine')
    symlinkSync('victim', path('link'))
    symlinkSync('nowhere', path('dangling'))
    for (const name of ['link', 'dangling']) {
      expect(() => writeEvidence(path(name))).toThrow(EvidenceError)
    }
    expect(textOf('victim')).toBe('mine')
    expect(readdirSync(folder).sort()).toEqual(['dangling', 'link', 'victim'])
  })

  it('is for nobody but its owner, and so is its folder', () => {
    writeEvidence(path('new/evidence')).close()
    expect(statSync(path('new/evidence')).mode & 0o777).toBe(0o600)
    expect(statSync(path('new')).mode & 0o777).toBe(0o700)
  })
})
