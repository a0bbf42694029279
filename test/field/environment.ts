import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { cp, mkdir, rm, writeFile } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { basename, join, resolve } from 'node:path'
import { promisify } from 'node:util'

/** Packages of a server, and the registry that they come from. */
export interface Environment {
  /** Names its folder in the cache: program and version. */
  readonly name: string
  readonly install: (folder: string) => Promise<void>
  /** Everything that the installation follows from. */
  readonly contents: readonly string[]
}

/** Reason why a server cannot be tested here, which is no fault of anybody's. */
export class Missing extends Error {}

/** Programs and settings of the servers. */
export const SERVERS = resolve(import.meta.dirname, 'servers')

/** Gives the path of a program of a development dependency. */
export function bin(name: string): string {
  return resolve(import.meta.dirname, '../../node_modules/.bin', name)
}

const CACHE = join(process.env.XDG_CACHE_HOME || tmpdir(), 'delete-conformance-field')

/** Longest installation: LiteLLM and OGX take minutes on a slow line. */
export const INSTALL_MS = 900_000

/**
 * Gives the folder of an environment. Installs it if it is not there, or was made from something else.
 *
 * @throws Missing if the tool or the network for it is missing
 */
export async function installed({ name, install, contents }: Environment): Promise<string> {
  const folder = join(CACHE, name)
  const mark = join(folder, 'installed.sha256')
  const digest = createHash('sha256').update(JSON.stringify(contents)).digest('hex')
  if (existsSync(mark) && readFileSync(mark, 'utf8') === digest) return folder
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  console.log(`installs ${name} in ${folder}`)
  await install(folder)
  await writeFile(mark, digest)
  return folder
}

/** Describes a virtual environment. All versions, those of dependencies too, are in servers/versions.txt. */
export function python(packages: readonly string[], wheel?: string): Environment {
  const versions = join(SERVERS, 'versions.txt')
  return {
    name: (wheel ?? packages[0] ?? '').replace(/(?:\[\w+\])?==/, '-'),
    contents: [...packages, wheel ?? '', readFileSync(versions, 'utf8')],
    async install(folder) {
      await execute(await findPython(), ['-m', 'venv', folder])
      const pip = ['-m', 'pip', '--disable-pip-version-check']
      const program = join(folder, 'bin/python')
      await execute(program, [...pip, 'install', '-c', versions, ...packages])
      if (wheel === undefined) return
      await execute(program, [...pip, 'download', '--no-deps', '-d', folder, wheel])
      const file = join(folder, readdirSync(folder).find((one) => one.endsWith('.whl')) ?? '')
      await execute(program, ['-m', 'zipfile', '-e', file, join(folder, 'wheel')])
    },
  }
}

/**
 * Describes packages of npm, each with its version. Their dependencies are those of a day.
 *
 * @param program - copied there: it imports the packages
 */
export function npm(packages: readonly string[], before: string, program?: string): Environment {
  const path = program === undefined ? undefined : join(SERVERS, program)
  return {
    name: (packages[0] ?? '').replace(/^@.*\//, '').replace('@', '-'),
    contents: [...packages, before, path === undefined ? '' : readFileSync(path, 'utf8')],
    async install(folder) {
      await writeFile(join(folder, 'package.json'), '{"private":true}')
      const flags = ['--no-audit', '--no-fund', '--ignore-scripts', `--before=${before}`]
      await execute('npm', ['install', '--prefix', folder, ...flags, ...packages])
      if (path !== undefined) await cp(path, join(folder, basename(path)))
    },
  }
}

/** Describes a program of Go's standard library, built by one version of Go. */
export function go(version: string, program: string): Environment {
  const source = join(SERVERS, program)
  return {
    name: `go-${version}`,
    contents: [version, readFileSync(source, 'utf8')],
    install: (folder) =>
      execute('go', ['build', '-o', join(folder, 'server'), source], {
        GOTOOLCHAIN: `go${version}`,
      }),
  }
}

/** Oldest Python that all servers run on. */
const OLDEST_PYTHON = [3, 12] as const

let interpreter: Promise<string> | undefined

/** Finds a Python that is new enough: on the path, among those of pyenv, or of uv. */
function findPython(): Promise<string> {
  interpreter ??= (async () => {
    const named = ['python3.13', 'python3.12', 'python3', 'python3.14']
    const pyenv = join(homedir(), '.pyenv/versions')
    const versions = existsSync(pyenv) ? readdirSync(pyenv).sort() : []
    const ofPyenv = versions.map((version) => join(pyenv, version, 'bin/python'))
    for (const program of [...named, ...ofPyenv]) if (await isNewEnough(program)) return program
    const ofUv = await tried('uv', ['python', 'find', `>=${OLDEST_PYTHON.join('.')}`])
    if (ofUv !== undefined && (await isNewEnough(ofUv.trim()))) return ofUv.trim()
    throw new Missing(`Python ${OLDEST_PYTHON.join('.')} or newer is missing`)
  })()
  return interpreter
}

async function isNewEnough(program: string): Promise<boolean> {
  const script = `import ensurepip, sys, venv; print(sys.version_info[:2] >= (${OLDEST_PYTHON}))`
  return (await tried(program, ['-c', script]))?.trim() === 'True'
}

async function tried(program: string, words: readonly string[]): Promise<string | undefined> {
  try {
    return (await promisify(execFile)(program, words)).stdout
  } catch {
    return undefined
  }
}

/** Words of pip, npm and Go where a registry is not reached. */
const NO_NETWORK =
  /NewConnectionError|ConnectTimeout|ReadTimeout|ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|dial tcp|name resolution/

async function execute(
  program: string,
  words: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<void> {
  try {
    await promisify(execFile)(program, words, {
      env: { ...process.env, ...env },
      timeout: INSTALL_MS,
      maxBuffer: 2 ** 26,
    })
  } catch (error) {
    const said = String(error) + ((error as { stdout?: string }).stdout ?? '')
    if ((error as NodeJS.ErrnoException).code === 'ENOENT')
      throw new Missing(`${basename(program)} is missing`)
    if (NO_NETWORK.test(said)) throw new Missing(`${basename(program)} does not reach its registry`)
    throw error
  }
}
