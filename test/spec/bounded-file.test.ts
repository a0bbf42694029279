import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { FileError, readBounded } from '../../spec/bounded-file.ts'

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

describe('reading a file', () => {
  it('gives all of it, up to the bound', async () => {
    expect(await text(readBounded(file('empty'), 10))).toBe('')
    expect(await text(readBounded(file('ten', '0123456789'), 10))).toBe('0123456789')
  })

  it('refuses a larger one by its size, without reading it', async () => {
    const path = file('large')
    truncateSync(path, 50_000_000_000)
    await expect(readBounded(path, 10)).rejects.toThrow(
      '50000000000 octets found, at most 10 are accepted',
    )
  })

  it.runIf(process.platform === 'linux')('bounds what has no size, and is not small', async () => {
    await expect(readBounded('/proc/self/maps', 10)).rejects.toThrow('more than 10 octets found')
  })

  it.each([
    ['/dev/zero', 'found no regular file'],
    ['/dev/tty', /found no regular file|cannot be read \(E/],
    [folder, 'found a folder'],
    [join(folder, 'nowhere'), 'no such file'],
    [join(folder, 'nul\0'), 'cannot be read (ERR_INVALID_ARG_VALUE)'],
  ])('refuses %j', async (path, found) => {
    await expect(readBounded(path, 10, 1_000)).rejects.toThrow(FileError)
    await expect(readBounded(path, 10, 1_000)).rejects.toThrow(found)
  })
})

describe('reading a pipe', () => {
  it('gives what a command writes into it', async () => {
    const path = pipe('written')
    spawn('sh', ['-c', `printf 0123 > '${path}'`])
    expect(await text(readBounded(path, 10, 60_000))).toBe('0123')
  })

  it('refuses more than the bound', async () => {
    const path = pipe('endless')
    const writer = spawn('sh', ['-c', `yes > '${path}'`], { detached: true, stdio: 'ignore' })
    await expect(readBounded(path, 10, 60_000)).rejects.toThrow('more than 10 octets found')
    await new Promise((resolve) => writer.once('exit', resolve))
  })

  it('waits for a time and no longer, for one into which nobody writes', async () => {
    await expect(readBounded(pipe('silent'), 10, 20)).rejects.toThrow('did not end within 0.02 s')
  })

  it('refuses one where none is waited for', async () => {
    await expect(readBounded(pipe('refused'), 10)).rejects.toThrow('found no regular file')
  })
})
