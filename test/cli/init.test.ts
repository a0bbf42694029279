import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { parse } from 'yaml'
import { init } from '../../cli/init.ts'
import { startReferenceServer } from '../../fixtures/server/reference-server.ts'
import { createStyle } from '../../reporters/terminal.ts'
import { DEFAULTS } from '../../settings/table.ts'
import { invoke } from './invoke.ts'
import { closedUrl, withoutProxy } from './stub-server.ts'

const CONFIG = 'delete-conformance.yaml'

beforeEach(() => {
  withoutProxy()
  vi.stubEnv('CONFORMANCE_TOKEN', undefined)
  vi.stubEnv('CONFORMANCE_SECOND_TOKEN', undefined)
  const home = process.cwd()
  const folder = mkdtempSync(join(tmpdir(), 'init-'))
  process.chdir(folder)
  onTestFinished(() => {
    process.chdir(home)
    rmSync(folder, { recursive: true })
  })
})
afterEach(() => vi.unstubAllEnvs())

async function started() {
  const server = await startReferenceServer()
  onTestFinished(server.close)
  return server.url
}

describe('init', () => {
  test('looks at the target, writes a config file that a run reads, and says so', async () => {
    const url = await started()
    const { code, stdout, stderr } = await invoke('init', '-t', url, '--header', 'X-Tenant: 7')
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(/^Wrote delete-conformance\.yaml$/m)
    expect(stdout).toMatch(/^Verdict {3}ready\nNext {6}delete-conformance run\n$/m)
    expect(parse(readFileSync(CONFIG, 'utf8'))).toEqual({ target: url, header: ['X-Tenant: 7'] })
    const run = await invoke('run', '--only', 'not-found/body', '--runs', '1')
    expect(run.stdout).toContain(`target       ${url}`)
    expect(run.code).toBe(0)
  })

  test('names in the file the variable of the token, and never the token', async () => {
    vi.stubEnv('STAGING_TOKEN', 'a-token-that-nobody-may-read')
    const { stdout } = await invoke(
      'init',
      '-t',
      await started(),
      '--token-env',
      'STAGING_TOKEN',
      '--ci',
      'github',
    )
    const files = [CONFIG, '.github/workflows/delete-conformance.yml'].map((path) =>
      readFileSync(path, 'utf8'),
    )
    expect(parse(files[0] ?? '')).toMatchObject({ 'token-env': 'STAGING_TOKEN' })
    expect(files[1]).toMatch(/STAGING_TOKEN: \$\{\{ secrets\.STAGING_TOKEN \}\}/)
    expect([stdout, ...files].join()).not.toContain('nobody-may-read')
  })

  test.each([
    ['github', '.github/workflows/delete-conformance.yml'],
    ['gitlab', 'delete-conformance.gitlab-ci.yml'],
  ])('writes a workflow for %s that runs the program and keeps its report', async (ci, path) => {
    await invoke('init', '-t', await started(), '--ci', ci)
    const text = readFileSync(path, 'utf8')
    expect(parse(text)).toBeTypeOf('object')
    expect(text).toContain(
      'npx --no -- delete-conformance run --out conformance --report html --report junit',
    )
    // So that the next run can write there.
    expect(existsSync('conformance')).toBe(false)
  })

  test('asks the person at the terminal for what no flag says', async () => {
    const url = await started()
    const asked: string[] = []
    const replies = ['localhost', url, '', 'GitLab']
    const lines: string[] = []
    const output = {
      line: (text = '') => void lines.push(text),
      note: () => undefined,
      style: createStyle(false),
    }
    const code = await init(DEFAULTS, output, [], async (question) => {
      asked.push(question)
      return replies.shift() ?? ''
    })
    expect(code).toBe(0)
    expect(asked).toEqual([
      'Base URL of the server, without /v1/files: ',
      'Base URL of the server, without /v1/files: ',
      'Name of the variable that holds the bearer token, not the token itself [CONFORMANCE_TOKEN]: ',
      'Workflow for CI: github, gitlab or none [none]: ',
    ])
    expect(parse(readFileSync(CONFIG, 'utf8'))).toEqual({ target: url })
    expect(existsSync('delete-conformance.gitlab-ci.yml')).toBe(true)
  })

  test.each([
    [['-H', 'X-Api-Key: a-secret-of-theirs'], '--target or --header: holds a credential'],
    [['-H', 'PRIVATE-TOKEN: abc'], '--header: names a credential'],
    [['--files', 'command:curl -H "Authorization: Bearer x"'], '--files: a command may hold'],
    [
      ['-t', 'http://them:a-secret-of-theirs@127.0.0.1:1'],
      '--target or --header: holds a credential',
    ],
  ])('writes no secret of %j, and sends nothing', async (flags, message) => {
    const target = flags.includes('-t') ? [] : ['-t', 'http://127.0.0.1:1']
    const { code, stdout, stderr } = await invoke('init', ...target, ...flags)
    expect(code).toBe(2)
    expect(stderr).toContain(message)
    expect(stdout + stderr).not.toContain('a-secret-of-theirs')
    expect(existsSync(CONFIG)).toBe(false)
  })

  test('writes the variables of both tokens, and the document', async () => {
    vi.stubEnv('CONFORMANCE_SECOND_TOKEN', 'second-account-key')
    const spec = fileURLToPath(new URL('../../spec/openai-api-swagger.yaml', import.meta.url))
    await invoke('init', '-t', await started(), '--ci', 'github', '--spec', spec)
    expect(parse(readFileSync(CONFIG, 'utf8'))).toMatchObject({ spec })
    expect(readFileSync('.github/workflows/delete-conformance.yml', 'utf8')).toMatch(
      /CONFORMANCE_SECOND_TOKEN: \$\{\{ secrets/,
    )
  })

  test('follows no link to a folder elsewhere', async () => {
    const elsewhere = mkdtempSync(join(tmpdir(), 'elsewhere-'))
    symlinkSync(elsewhere, '.github')
    const { code, stderr } = await invoke(
      'init',
      '-t',
      await started(),
      '--ci',
      'github',
      '--force',
    )
    expect(code).toBe(2)
    expect(stderr).toContain('.github: is no folder of its own')
    expect(readdirSync(elsewhere)).toEqual([])
    expect(existsSync(CONFIG)).toBe(false)
  })

  test('refuses to guess a target where nobody can be asked', async () => {
    const { code, stderr } = await invoke('init')
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: 'init: --target: nobody can be asked here; accepted is -t URL\n',
    })
  })

  test('replaces no file unless told to, and sends nothing before it says so', async () => {
    writeFileSync(CONFIG, 'runs: 7\n')
    const url = await closedUrl()
    const refused = await invoke('init', '-t', url)
    expect(refused.code).toBe(2)
    expect(refused.stderr).toMatch(
      /^delete-conformance\.yaml: is there already; --force replaces it/,
    )
    await invoke('init', '-t', url, '--force')
    expect(parse(readFileSync(CONFIG, 'utf8'))).toEqual({ target: url })
    mkdirSync('.github/workflows', { recursive: true })
    writeFileSync('.github/workflows/delete-conformance.yml', 'name: mine\n')
    rmSync(CONFIG)
    expect((await invoke('init', '-t', url, '--ci', 'github')).stderr).toMatch(/is there already/)
    expect(existsSync(CONFIG)).toBe(false)
  })

  test('writes the file for a target that does not answer yet, says what is wrong, and fails with 3', async () => {
    const { code, stdout } = await invoke('init', '-t', await closedUrl())
    expect(code).toBe(3)
    expect(existsSync(CONFIG)).toBe(true)
    expect(stdout).toMatch(
      /Next {6}start the server, or correct -t; then again: delete-conformance doctor\n$/,
    )
  })
})

describe('help', () => {
  test.each(['verdicts', 'safety', 'gate', 'evidence'])(
    'explains %s on one screen',
    async (topic) => {
      const { code, stdout } = await invoke('help', topic)
      expect(code).toBe(0)
      const lines = stdout.trimEnd().split('\n')
      expect(lines.length).toBeLessThanOrEqual(24)
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(118)
    },
  )

  test('shows the help of a command, and that of the program', async () => {
    expect((await invoke('help', 'doctor')).stdout).toMatch(/^Usage: delete-conformance doctor /)
    const { stdout } = await invoke('help')
    expect(stdout).toMatch(/^Usage: delete-conformance \[options\]/)
    expect(stdout).toMatch(/^Exit codes: 0 conforms, 1 violates/m)
  })

  test('refuses what it has no text for, with what was meant', async () => {
    const { code, stderr } = await invoke('help', 'saftey')
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: 'help saftey: no such command or topic; did you mean safety?\n',
    })
  })
})
