import {
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
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
  test('writes a HAR of all that was sent, also where no folder keeps the evidence', async () => {
    let requests = 0
    const server = await startReferenceServer({
      alterations: [
        (handle) => (request) => {
          requests += 1
          return handle(request)
        },
      ],
    })
    const har = join(folder, 'all.har')
    await invoke(...FEW, '-t', server.url, '--report', `har-all=${har}`)
    await server.close()
    const { log } = JSON.parse(readFileSync(har, 'utf8'))
    expect(log.entries).toHaveLength(requests)
  })

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

  test('is refused in a subfolder of --out, which holds nothing but files', async () => {
    const out = join(folder, 'run')
    const words = ['--out', out, '--report', `junit=${join(out, 'sub', 'own.xml')}`]
    const { code, stderr } = await invoke(...FEW, ...words)
    expect(stderr).toContain('is in a subfolder of --out')
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

/** Permissions of a file or folder, as `chmod` takes them. */
const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8)

describe.each(names)('--report %s', (name) => {
  test.each(['victim', 'nowhere'])(
    'is refused for a link to %s, which stays as it is',
    async (to) => {
      const [victim, link] = [join(folder, 'victim'), join(folder, 'link')]
      writeFileSync(victim, 'mine')
      symlinkSync(to, link)
      const word = `${name}=${link}`
      expect(await invoke(...FEW, '--report', word)).toEqual({
        code: 2,
        stdout: '',
        stderr: `--report ${word}: found a symbolic link, accepted is a regular file or a new one\n`,
      })
      expect(readFileSync(victim, 'utf8')).toBe('mine')
      expect(lstatSync(link).isSymbolicLink()).toBe(true)
      expect(readdirSync(folder).sort()).toEqual(['link', 'victim'])
    },
  )

  test('replaces a file that is there, and what else has its name keeps the old text', async () => {
    const [file, other] = [join(folder, 'report'), join(folder, 'other')]
    writeFileSync(file, 'old', { mode: 0o644 })
    linkSync(file, other)
    expect(await invoke(...FEW, '--report', `${name}=${file}`)).toMatchObject({ code: 0 })
    expect(['old', '']).not.toContain(readFileSync(file, 'utf8'))
    expect(readFileSync(other, 'utf8')).toBe('old')
    expect(modeOf(file)).toBe('600')
    expect(readdirSync(folder).sort()).toEqual(['other', 'report'])
  })
})

describe('--update-baseline', () => {
  const words = (file: string) => [...FEW, '--baseline', file, '--update-baseline']

  test('is refused for a link before anything is sent, and leaves what it leads to', async () => {
    const [victim, link] = [join(folder, 'victim'), join(folder, 'link')]
    writeFileSync(victim, 'mine')
    symlinkSync(victim, link)
    expect(await invoke(...words(link))).toEqual({
      code: 2,
      stdout: '',
      stderr: `--baseline ${link}: found a symbolic link, accepted is a regular file or a new one\n`,
    })
    expect(readFileSync(victim, 'utf8')).toBe('mine')
  })

  test('replaces the file that is there, for nobody but its owner', async () => {
    const [file, other] = [join(folder, 'baseline.json'), join(folder, 'other')]
    writeFileSync(file, 'old', { mode: 0o644 })
    linkSync(file, other)
    expect(await invoke(...words(file))).toMatchObject({ code: 0 })
    expect(readFileSync(file, 'utf8')).toContain('"verdict": "conforming"')
    expect(readFileSync(other, 'utf8')).toBe('old')
    expect(modeOf(file)).toBe('600')
  })
})

describe('--out', () => {
  test('makes folders and files for nobody but their owner', async () => {
    const out = join(folder, 'a', 'run')
    const waivers = join(folder, 'waivers.yaml')
    writeFileSync(waivers, '[]')
    const elsewhere = join(folder, 'b', 'junit.xml')
    const others = ['--waivers', waivers, '--report', `junit=${elsewhere}`]
    expect(await invoke(...FEW, '--out', out, ...asked, ...others)).toMatchObject({ code: 0 })
    for (const one of [join(folder, 'a'), out, join(folder, 'b')]) expect(modeOf(one)).toBe('700')
    const files = readdirSync(out).map((name) => join(out, name))
    expect(files.length).toBeGreaterThan(names.length)
    for (const file of [...files, elsewhere]) expect([file, modeOf(file)]).toEqual([file, '600'])
  })

  test('may be a link to a folder, which is written to', async () => {
    const [real, link] = [join(folder, 'real'), join(folder, 'link')]
    mkdirSync(real)
    symlinkSync(real, link)
    expect(await invoke(...FEW, '--out', link)).toMatchObject({ code: 0 })
    expect(readdirSync(real)).toContain('report.json')
    expect(await invoke('verify', link)).toMatchObject({ code: 0 })
  })

  test('is refused where it is a link that leads nowhere', async () => {
    const link = join(folder, 'link')
    symlinkSync(join(folder, 'nowhere'), link)
    const { code, stderr } = await invoke(...FEW, '--out', link)
    expect(stderr).toMatch(/^--out [^\n]+: cannot be written \(E[A-Z]+\); accepted is [^\n]+\n$/)
    expect(code).toBe(2)
    expect(existsSync(join(folder, 'nowhere'))).toBe(false)
  })

  test.each(['report.json', 'report.html', 'SHA256SUMS', 'document.yaml'])(
    'follows no link that somebody puts at %s while the run goes on',
    async (name) => {
      const [out, victim] = [join(folder, 'run'), join(folder, 'victim')]
      writeFileSync(victim, 'mine')
      const server = await startReferenceServer({
        alterations: [
          (handle) => (request) => {
            if (!existsSync(join(out, name))) symlinkSync(victim, join(out, name))
            return handle(request)
          },
        ],
      })
      const words = ['-t', server.url, '--out', out, '--report', 'html']
      const { code, stderr } = await invoke(...FEW, ...words)
      await server.close()
      expect(stderr).toBe(
        `${join(out, name)}: found a symbolic link, accepted is a regular file or a new one\n`,
      )
      expect(code).toBe(2)
      expect(readFileSync(victim, 'utf8')).toBe('mine')
      expect(lstatSync(join(out, name)).isSymbolicLink()).toBe(true)
      expect(readdirSync(out).filter((one) => one.endsWith('.tmp'))).toEqual([])
    },
  )
})

test('--report is refused for a folder before anything is sent', async () => {
  const { code, stdout, stderr } = await invoke(...FEW, '--report', `junit=${folder}`)
  expect(stderr).toContain(`--report junit=${folder}: found no regular file, accepted is a regular`)
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
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
