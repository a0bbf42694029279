import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { configPath, MAX_CONFIG_BYTES, readConfig } from '../../cli/config-file.ts'
import { UsageError } from '../../model/errors.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'delete-conformance-config-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

function file(name: string, content: string | Uint8Array = ''): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

describe('the config file of a folder', () => {
  test.each(['delete-conformance.yaml', 'delete-conformance.yml'])('is %s', (name) => {
    const path = file(name)
    file('other.yaml')
    expect(configPath(undefined, folder)).toBe(path)
  })

  test('is none where there is none, and none with --no-config', () => {
    expect(configPath(undefined, folder)).toBe(undefined)
    file('delete-conformance.yaml')
    expect(configPath(false, folder)).toBe(undefined)
  })

  test('is the chosen one where one is chosen, whatever else is there', () => {
    file('delete-conformance.yaml')
    file('delete-conformance.yml')
    expect(configPath('chosen.yaml', folder)).toBe('chosen.yaml')
  })

  test('is refused where there are two', () => {
    file('delete-conformance.yaml')
    file('delete-conformance.yml')
    const find = () => configPath(undefined, folder)
    expect(find).toThrow(UsageError)
    expect(find).toThrow(/found .*conformance\.yaml and .*conformance\.yml, accepted is one/)
  })

  test('is not passed over where it is a link that leads nowhere', async () => {
    const path = join(folder, 'delete-conformance.yaml')
    symlinkSync(join(folder, 'nowhere'), path)
    expect(configPath(undefined, folder)).toBe(path)
    await expect(readConfig(path)).rejects.toThrow(/no such file/)
  })
})

describe('reading a config file', () => {
  test('gives its text, up to the greatest size', async () => {
    const text = `# ${'ü'.repeat((MAX_CONFIG_BYTES - 2) / 2)}`
    expect(await readConfig(file('c.yaml', text))).toBe(text)
  })

  test('is refused beyond the greatest size, where the file has no end either', async () => {
    const path = file('c.yaml', '#'.repeat(MAX_CONFIG_BYTES + 1))
    await expect(readConfig(path)).rejects.toThrow(
      `config ${path}: found 65537 octets; accepted is a YAML file with settings of at most 65536 octets`,
    )
    await expect(readConfig('/dev/zero')).rejects.toThrow(/no regular file|no such file/)
  })

  test('is refused where it is not there, a folder, or no UTF-8', async () => {
    await expect(readConfig(join(folder, 'none.yaml'))).rejects.toThrow(
      /none\.yaml: no such file; accepted/,
    )
    mkdirSync(join(folder, 'a.yaml'))
    await expect(readConfig(join(folder, 'a.yaml'))).rejects.toThrow(/a\.yaml: found a folder/)
    const latin1 = file('c.yaml', Uint8Array.of(0x72, 0xff))
    await expect(readConfig(latin1)).rejects.toThrow(/no UTF-8/)
  })
})
