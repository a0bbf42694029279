import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { FileError, piecesOf, readRegular, readRegularOrPipe } from '../../spec/bounded-file.ts'

const isWindows = process.platform === 'win32'

const folder = mkdtempSync(join(tmpdir(), 'delete-conformance-test-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const file = (name: string, text = '') => {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

const pipe = (name: string) => {
  const path = join(folder, name)
  execFileSync('mkfifo', [path])
  return path
}

const text = async (reading: Promise<Uint8Array>) => Buffer.from(await reading).toString()

/** What is open in this process, where that can be seen. */
const opened = () => (existsSync('/proc/self/fd') ? readdirSync('/proc/self/fd').length : 0)

describe('reading a file', () => {
  it('gives all of it, up to the bound', async () => {
    expect(readRegular(file('empty'), 10).toString()).toBe('')
    expect(readRegular(file('ten', '0123456789'), 10).toString()).toBe('0123456789')
    expect(await text(readRegularOrPipe(file('ten', '0123456789'), 10))).toBe('0123456789')
  })

  it('gives one that is larger than a piece of it, whole or in pieces', () => {
    const large = 'x'.repeat(1_000_001)
    expect(readRegular(file('large', large), 1_000_001).toString()).toBe(large)
    expect([...piecesOf(file('large', large))].join('')).toBe(large)
  })

  // On Windows, this file would fill the disk.
  it.skipIf(isWindows)('refuses a larger one by its size, without reading it', () => {
    const path = file('large')
    truncateSync(path, 50_000_000_000)
    expect(() => readRegular(path, 10)).toThrow('found 50000000000 octets')
  })

  it.runIf(process.platform === 'linux')('bounds what has no size, and is not small', () => {
    expect(() => readRegular('/proc/self/maps', 10)).toThrow('found more than 10 octets')
  })

  it.each([
    ['/dev/zero', isWindows ? 'no such file' : 'found no regular file'],
    ['/dev/tty', isWindows ? 'no such file' : /found no regular file|cannot be read \(E/],
    [folder, 'found a folder'],
    [join(folder, 'nowhere'), 'no such file'],
    [join(folder, 'nul\0'), 'cannot be read (ERR_INVALID_ARG_VALUE)'],
  ])('refuses %j, and leaves nothing open', async (path, found) => {
    const before = opened()
    const pieces = () => [...piecesOf(path)]
    for (const read of [() => readRegular(path, 10), pieces]) {
      expect(read).toThrow(FileError)
      expect(read).toThrow(found)
    }
    await expect(readRegularOrPipe(path, 10, 1_000)).rejects.toThrow(FileError)
    await expect(readRegularOrPipe(path, 10, 1_000)).rejects.toThrow(found)
    expect(opened()).toBe(before)
  })
})

// Windows has neither mkfifo nor a POSIX shell.
describe.skipIf(isWindows)('reading a pipe', () => {
  it('gives what a command writes into it', async () => {
    const path = pipe('written')
    spawn('sh', ['-c', `printf 0123 > '${path}'`])
    expect(await text(readRegularOrPipe(path, 10, 60_000))).toBe('0123')
  })

  it('refuses more than the bound', async () => {
    const path = pipe('endless')
    const writer = spawn('sh', ['-c', `yes > '${path}'`], { detached: true, stdio: 'ignore' })
    await expect(readRegularOrPipe(path, 10, 60_000)).rejects.toThrow('found more than 10 octets')
    await new Promise((resolve) => writer.once('exit', resolve))
  })

  it('waits for a time and no longer, for one into which nobody writes', async () => {
    const reading = readRegularOrPipe(pipe('silent'), 10, 20)
    await expect(reading).rejects.toThrow('did not end within 0.02 s')
  })

  it('refuses one at once where a regular file is needed', () => {
    const path = pipe('refused')
    expect(() => readRegular(path, 10)).toThrow('found no regular file')
    expect(() => [...piecesOf(path)]).toThrow('found no regular file')
  })
})
