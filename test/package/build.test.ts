import {
  appendFileSync,
  cpSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ownFolder } from '../process/command-line.ts'
import { bareEnvironment, type Ending, spawnProcess } from '../process/spawned.ts'

const PROJECT = resolve(import.meta.dirname, '../..')
const { include } = JSON.parse(readFileSync(join(PROJECT, 'tsconfig.build.json'), 'utf8')) as {
  readonly include: readonly string[]
}

/** A copy of the project, as a clone with its dependencies installed, which is not built yet. */
function clone(): string {
  const folder = ownFolder()
  const files = ['package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.build.json']
  for (const name of ['build.mjs', ...files, ...include]) {
    cpSync(join(PROJECT, name), join(folder, name), { recursive: true })
  }
  symlinkSync(join(PROJECT, 'node_modules'), join(folder, 'node_modules'), 'junction')
  return folder
}

function node(folder: string, ...words: readonly string[]): Promise<Ending> {
  const env = bareEnvironment(folder)
  return spawnProcess(process.execPath, words, { cwd: folder, env }).ended
}

/** Does as `npm start -- --help` three times at once; returns what was told that is no help. */
async function startThree(folder: string): Promise<readonly string[]> {
  const all = Array.from({ length: 3 }, async () => {
    const built = await node(folder, 'build.mjs')
    const { code, stdout, stderr } = await node(folder, 'dist/cli/main.js', '--help')
    if (code !== 0 || !stdout.startsWith('Usage')) return `${stdout}${stderr}`
    return built.stdout + built.stderr
  })
  return (await Promise.all(all)).filter((told) => told !== '')
}

function change(folder: string, line: string): void {
  appendFileSync(join(folder, 'cli/main.ts'), `${line}\n`)
}

describe('the build', () => {
  it('serves many commands that are started at once from one clone, and fails where it cannot compile', async () => {
    const folder = clone()
    expect(await startThree(folder)).toEqual([])
    const before = statSync(join(folder, 'dist')).ino
    expect(await startThree(folder)).toEqual([])
    expect(statSync(join(folder, 'dist')).ino, 'built without a change').toBe(before)

    // As a process leaves it that is stopped while it compiles.
    const { stdout: dead } = await node(folder, '-p', 'process.pid')
    writeFileSync(join(folder, 'dist.lock'), dead.trim())
    change(folder, "export const changed = 'yes'")
    expect(await startThree(folder)).toEqual([])
    expect(readFileSync(join(folder, 'dist/cli/main.js'), 'utf8')).toContain("changed = 'yes'")
    expect(readdirSync(folder).filter((name) => name.startsWith('dist'))).toEqual(['dist'])

    // Sources that cannot be compiled leave what is built as it is.
    change(folder, "export const count: number = 'none'")
    const { code, stdout } = await node(folder, 'build.mjs')
    expect(code).toBeGreaterThan(0)
    expect(stdout).toMatch(/cli.main\.ts/)
    expect(await node(folder, 'dist/cli/main.js', '--help')).toMatchObject({ code: 0 })
  })
})
