import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative, resolve, sep } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { faults } from '../../fixtures/faults/faults.ts'
import type { RunningServer } from '../../fixtures/server/listen.ts'
import { startReferenceServer } from '../../fixtures/server/reference-server.ts'
import { catalogue } from '../../suites/catalogue.ts'
import { bareEnvironment, type Ending, spawnProcess } from '../process/spawned.ts'
import { makeConsumer } from './consumer.ts'
import { pack, readJson, startLoopbackRegistry } from './loopback-registry.ts'
import { deadLinks } from './markdown-links.ts'

const PROJECT = resolve(import.meta.dirname, '../..')
const PACKAGE = readJson(join(PROJECT, 'package.json')) as {
  readonly name: string
  readonly version: string
  readonly dependencies: Readonly<Record<string, string>>
  readonly scripts: Readonly<Record<string, string>>
  readonly devDependencies: Readonly<Record<string, string>>
}

const requirements = catalogue.flatMap((family) => family.requirements)

describe('the package, packed and installed in an empty folder with an empty home', () => {
  const scratch = mkdtempSync(join(tmpdir(), 'delete-conformance-package-'))
  const [home, tarballs, folder] = ['home', 'tarballs', 'folder'].map((name) => {
    mkdirSync(join(scratch, name))
    return join(scratch, name)
  }) as [string, string, string]
  const installed = join(folder, 'node_modules', PACKAGE.name)
  let registry: RunningServer
  let env: Readonly<Record<string, string>>
  let installation: Ending

  beforeAll(async () => {
    const bare = {
      ...bareEnvironment(home),
      // Nothing that is a matter between npm and the real registry.
      npm_config_audit: 'false',
      npm_config_fund: 'false',
      npm_config_update_notifier: 'false',
      no_proxy: '127.0.0.1',
    }
    const workshop = { project: PROJECT, folder: tarballs, env: bare }
    registry = await startLoopbackRegistry(workshop)
    env = { ...bare, npm_config_registry: registry.url }
    const [packed] = await pack(['.'], workshop)
    // Without --prefix, npm would look for a project in the folders above.
    const words = ['install', '--prefix', '.', packed?.file ?? '']
    installation = await spawnProcess('npm', words, { cwd: folder, env }).ended
  })

  afterAll(async () => {
    await registry?.close()
    rmSync(scratch, { recursive: true, force: true })
  })

  /** `npx delete-conformance …`, as a user types it, of what is installed here and nothing else. */
  const npx = (...words: readonly string[]) =>
    spawnProcess('npx', ['--no-install', PACKAGE.name, ...words], { cwd: folder, env }).ended

  const files = () =>
    readdirSync(installed, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(installed, join(entry.parentPath, entry.name)).replaceAll(sep, '/'))

  it('is installed, for this version of Node and with nothing that is deprecated or in conflict', () => {
    expect(installation.stderr).not.toMatch(/npm error|EBADENGINE|ERESOLVE|deprecated/)
    expect(installation.code).toBe(0)
  })

  it('is installed without a warning, and has no script for npm to run or to ask about', () => {
    expect(installation.stderr).toBe('')
    const { scripts } = PACKAGE
    const asked = ['preinstall', 'install', 'postinstall', 'prepare']
    expect(Object.keys(scripts).filter((name) => asked.includes(name))).toEqual([])
    // npm runs these where it installs from a repository, and in a clone.
    expect(scripts).toMatchObject({ prepack: 'node build.mjs', preprepare: 'node build.mjs' })
  })

  it('names vitest, which few of its users have, to other package managers and not to npm', () => {
    // npm 10, which Node 20 and 22 bring, loads the peers of vitest's peers, too, and crashes on them.
    expect(PACKAGE).not.toHaveProperty('peerDependencies')
    expect(PACKAGE).toHaveProperty('peerDependenciesMeta.vitest.optional', true)
  })

  it('has all that its pages lead to, pictures excepted', () => {
    const pages = files().filter((file) => file.endsWith('.md'))
    expect(pages).toEqual(expect.arrayContaining(['README.md', 'docs/settings.md']))
    expect(deadLinks(installed, pages, { pictures: false })).toEqual([])
  })

  it('tests the embedded reference server, which conforms', async () => {
    const { code, stdout, stderr } = await npx('run', '--runs', '1')
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toContain('(embedded reference server)')
    expect(stdout.trimEnd().split('\n').at(-1)).toMatch(/^Verdict {3}conforming: /)
  })

  it('tests a target, and leaves no file there', async () => {
    const server = await startReferenceServer()
    try {
      const { code, stdout } = await npx('run', '-t', server.url, '--only', 'deleted/any-file')
      expect(code).toBe(0)
      expect(stdout).toContain(server.url)
      expect(server.store.size).toBe(0)
    } finally {
      await server.close()
    }
  })

  it('is imported by a program, and tests a target', async () => {
    const server = await startReferenceServer()
    const program = [
      `import { requirements, run } from '${PACKAGE.name}'`,
      `const { verdict } = await run({ target: '${server.url}', only: ['deleted/status'] })`,
      `process.exitCode = verdict === 'conforming' && requirements().length > 0 ? 0 : 1`,
    ].join('\n')
    const words = ['--input-type=module', '--eval', program]
    const { ended } = spawnProcess(process.execPath, words, { cwd: folder, env })
    expect(await ended).toMatchObject({ code: 0, stdout: '', stderr: '' })
    await server.close()
  })

  it.each(['nodenext', 'bundler'])(
    'has types for programs that resolve modules as %s does',
    async (moduleResolution) => {
      const consumer = makeConsumer(scratch, join(folder, 'node_modules'), moduleResolution)
      const tsc = join(PROJECT, 'node_modules/typescript/bin/tsc')
      for (const config of ['program.json', 'tests.json']) {
        const words = [tsc, '-p', config]
        const { ended } = spawnProcess(process.execPath, words, { cwd: consumer, env })
        expect(await ended).toMatchObject({ code: 0, stdout: '' })
      }
    },
  )

  it.each([
    ['conforming', undefined],
    ['faulty', 'answers-without-object'],
  ])('tests a %s server in a file of vitest', async (_, fault) => {
    const consumer = makeConsumer(scratch, join(folder, 'node_modules'), 'nodenext')
    const { alter } = faults.find(({ name }) => name === fault) ?? {}
    const server = await startReferenceServer({ alterations: alter === undefined ? [] : [alter] })
    const vitest = join(PROJECT, 'node_modules/vitest/vitest.mjs')
    const test = async (...words: readonly string[]) => {
      const all = [vitest, 'run', 'server.test.ts', '--reporter', 'junit', ...words]
      const variables = { ...env, NO_COLOR: '1', TARGET: server.url }
      const { ended } = spawnProcess(process.execPath, all, { cwd: consumer, env: variables })
      const { code, stdout } = await ended
      const names = [...stdout.matchAll(/<testcase [^>]*name="([^"]*)"/g)].map(([, name]) => name)
      const failures = stdout.split('<failure ').slice(1)
      return { code, names, failures, skipped: stdout.split('<skipped').length - 1 }
    }

    const whole = await test()
    expect(whole.names).toHaveLength(requirements.length + 1)
    expect(whole.names[0]).toMatch(/^conformance &gt; deleted &gt; .* \(deleted\/status, MUST\)$/)
    const isFaulty = fault !== undefined
    expect(whole.failures).toHaveLength(isFaulty ? 1 : 0)
    expect(whole.code).toBe(isFaulty ? 1 : 0)
    const [failure = ''] = whole.failures
    if (isFaulty) {
      expect(failure).toMatch(/^message="FAILED deleted\/body \(MUST\)/)
      expect(failure).toContain('server.test.ts:6:1')
      expect(failure).not.toContain('node_modules')
    }
    // The fault is of another requirement of this family, whose answers it needs.
    const part = await test('-t', 'deleted/id')
    expect(part).toMatchObject({ code: 0, failures: [], skipped: requirements.length })
    expect(server.store.size).toBe(0)
    await server.close()
  })

  it('says its version', async () => {
    expect(await npx('--version')).toMatchObject({ code: 0, stdout: `${PACKAGE.version}\n` })
  })

  it('shows help', async () => {
    const { code, stdout } = await npx('--help')
    expect(code).toBe(0)
    expect(stdout).toContain('Usage: delete-conformance')
    expect(stdout).toContain('Exit codes:')
  })

  it('holds the document as it is here, and where it came from', () => {
    for (const name of ['spec/openai-api-swagger.yaml', 'spec/SOURCE.md']) {
      expect(readFileSync(join(installed, name)).equals(readFileSync(join(PROJECT, name)))).toBe(
        true,
      )
    }
  })

  it('holds what was compiled and nothing that only its developers need', () => {
    const expected = [
      /^(package\.json|action\.yml|LICENSE)$/,
      /^[A-Z]+\.md$/,
      /^docs\/([a-z-]+\.md|report\.png)$/,
      /^examples\/(ci|gate|library|matcher)\/[\w.-]+$/,
      /^(reporters\/report|cli\/config)\.schema\.json$/,
      /^spec\/(openai-api-swagger\.yaml|SOURCE\.md)$/,
      /^dist\/(cli|fixtures|harness|library|model|reporters|resources|settings|spec|suites)\/[\w/-]+(\.js|\.d\.ts|\.json)$/,
    ]
    expect(files()).toContain('dist/cli/main.js')
    expect(files()).toContain('CHANGELOG.md')
    expect(files().filter((file) => !expected.some((pattern) => pattern.test(file)))).toEqual([])
  })

  it('brings its dependencies along, and none for development', () => {
    const present = (name: string) => existsSync(join(folder, 'node_modules', name, 'package.json'))
    expect(Object.keys(PACKAGE.dependencies).filter((name) => !present(name))).toEqual([])
    expect(Object.keys(PACKAGE.devDependencies).filter(present)).toEqual([])
  })
})
