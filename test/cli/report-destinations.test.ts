import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { faults } from '../../fixtures/faults/faults.ts'
import { startReferenceServer } from '../../fixtures/server/reference-server.ts'
import { stateFolder } from '../../library/run-folder.ts'
import { formats } from '../../reporters/formats.ts'
import { invoke } from './invoke.ts'
import { withoutProxy } from './stub-server.ts'

let folder: string
beforeEach(() => {
  withoutProxy()
  vi.stubEnv('GITHUB_ACTIONS', undefined)
  folder = mkdtempSync(join(tmpdir(), 'delete-conformance-reports-'))
})
afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(folder, { recursive: true, force: true })
})

const FEW = ['run', '--only', 'deleted/status']
const names = formats.map(({ name }) => name)
const asked = names.flatMap((name) => ['--report', name])

describe('--report', () => {
  test('writes every format into the folder of --out, and lists them with their digests', async () => {
    const out = join(folder, 'run')
    const { code, stdout } = await invoke(...FEW, '--out', out, ...asked)
    expect(code).toBe(0)
    const files = formats.filter(({ name }) => name !== 'github').map(({ file }) => file)
    expect(readdirSync(out)).toEqual(
      [...files, 'SHA256SUMS', 'document.yaml', 'evidence.ndjson'].sort(),
    )
    expect(stdout).toContain('::notice')
    for (const file of files) {
      expect(readFileSync(join(out, 'SHA256SUMS'), 'utf8')).toContain(`  ${file}\n`)
    }
    expect(await invoke('verify', out)).toMatchObject({ code: 0 })
  })

  test('writes each into the file that is named, over an earlier one, in folders that it makes', async () => {
    const words = names.flatMap((name) => ['--report', `${name}=${join(folder, 'a', 'b', name)}`])
    for (let time = 0; time < 2; time += 1) {
      expect(await invoke(...FEW, ...words)).toMatchObject({ code: 0 })
    }
    expect(readdirSync(join(folder, 'a', 'b'))).toEqual([...names].sort())
    for (const name of names) expect(readFileSync(join(folder, 'a', 'b', name))).not.toHaveLength(0)
  })

  test('seals what is named into the folder of --out, too', async () => {
    const out = join(folder, 'run')
    await invoke(...FEW, '--out', out, '--report', `junit=${join(out, 'own.xml')}`)
    expect(readFileSync(join(out, 'SHA256SUMS'), 'utf8')).toContain('  own.xml\n')
    expect(await invoke('verify', out)).toMatchObject({ code: 0 })
  })

  test('is refused below the folder of --out, which holds nothing but files', async () => {
    const out = join(folder, 'run')
    const words = ['--out', out, '--report', `junit=${join(out, 'sub', 'own.xml')}`]
    const { code, stderr } = await invoke(...FEW, ...words)
    expect(stderr).toContain('below the folder of --out')
    expect(code).toBe(2)
  })

  test('says where reports went', async () => {
    const file = join(folder, 'report.xml')
    const { stdout } = await invoke(...FEW, '--report', `junit=${file}`)
    expect(stdout).toContain(`Reports   ${file}`)
  })

  test('takes several in one word, and from the environment', async () => {
    vi.stubEnv('CONFORMANCE_REPORT', `junit=${join(folder, 'j')},badge=${join(folder, 'b')}`)
    await invoke(...FEW)
    expect(readdirSync(folder)).toEqual(['b', 'j'])
  })

  test.each([
    ['nonsense', 'junit'],
    ['junit=', 'FORMAT=FILE'],
    ['junit=/dev/null/x', 'the file cannot be written'],
  ])('is refused for %s before anything is sent', async (word, message) => {
    const { code, stdout, stderr } = await invoke(...FEW, '--report', word)
    expect(stderr).toContain(message)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  })
})

describe('under GitHub Actions', () => {
  test('violations are annotated without being asked for', async () => {
    vi.stubEnv('GITHUB_ACTIONS', 'true')
    const fault = faults.find(({ name }) => name === 'fails-on-quotes')
    const server = await startReferenceServer({ alterations: fault ? [fault.alter] : [] })
    const words = ['-t', server.url, '--only', 'not-found/odd-name']
    const { code, stdout } = await invoke('run', ...words)
    await server.close()
    expect(stdout).toMatch(/^::error .*not-found\/odd-name/m)
    expect(code).toBe(1)
  })

  test('and written to a file where that is asked for', async () => {
    vi.stubEnv('GITHUB_ACTIONS', 'true')
    const file = join(folder, 'annotations')
    const { stdout } = await invoke(...FEW, '--report', `github=${file}`)
    expect(stdout).not.toContain('::notice')
    expect(readFileSync(file, 'utf8')).toContain('::notice')
  })
})

test('a run without --out leaves no evidence behind, asked for reports or not', async () => {
  const left = () =>
    readdirSync(stateFolder() ?? '').filter(
      (name) => name.includes('evidence') && name.includes(`-${process.pid}.`),
    )
  await invoke(...FEW, '--report', `har-all=${join(folder, 'all.har')}`)
  expect(left()).toEqual([])
})
