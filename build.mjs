/*
 * Compiles the sources into dist/, if they have changed. Any number of these may run at once, beside
 * commands that use dist/: it is replaced as a whole.
 */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

process.chdir(import.meta.dirname)

const PROJECT = 'tsconfig.build.json'
/** Digest of what `dist` was made from. */
const STAMP = 'dist/inputs.sha256'
/** Holds the id of the process that compiles. */
const LOCK = 'dist.lock'

while (process.exitCode === undefined) {
  const inputs = digest()
  if (textOf(STAMP) === inputs) break
  if (!locked()) await sleep(50)
  else {
    try {
      // Another process may have compiled it since.
      if (textOf(STAMP) !== inputs) compile(inputs)
    } finally {
      rmSync(LOCK, { force: true })
    }
  }
}

/** Digest of all that the result depends on. */
function digest() {
  const { include } = JSON.parse(readFileSync(PROJECT, 'utf8'))
  const hash = createHash('sha256')
  for (const name of ['package-lock.json', 'tsconfig.json', PROJECT, 'build.mjs', ...include]) {
    for (const file of filesIn(name))
      hash.update(`${file}\0`).update(readFileSync(file)).update('\0')
  }
  return hash.digest('hex')
}

/** @param {string} name - file or folder */
function filesIn(name) {
  if (statSync(name).isFile()) return [name]
  const all = readdirSync(name, { recursive: true, encoding: 'utf8' }).map((file) =>
    join(name, file),
  )
  return all.filter((file) => /\.(ts|json)$/.test(file)).sort()
}

/** @param {string} file */
function textOf(file) {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if (isCode(error, 'ENOENT')) return undefined
    throw error
  }
}

/** Takes the lock; false if another process has it, or has just left it behind. */
function locked() {
  try {
    writeFileSync(LOCK, String(process.pid), { flag: 'wx' })
    return true
  } catch (error) {
    if (!isCode(error, 'EEXIST')) throw error
  }
  const holder = Number(textOf(LOCK))
  // Zero: it has not written its id yet.
  if (holder > 0 && !lives(holder)) rmSync(LOCK, { force: true })
  return false
}

/** @param {number} processId */
function lives(processId) {
  try {
    return process.kill(processId, 0)
  } catch (error) {
    return isCode(error, 'EPERM')
  }
}

/** @param {string} inputs - digest */
function compile(inputs) {
  // What a compiler that was stopped has left.
  for (const left of ['dist.new', 'dist.old']) rmSync(left, { recursive: true, force: true })
  const words = ['node_modules/typescript/bin/tsc', '-p', PROJECT, '--outDir', 'dist.new']
  const { status } = spawnSync(process.execPath, words, { stdio: 'inherit' })
  if (status !== 0) {
    process.exitCode = status ?? 1
    return
  }
  writeFileSync('dist.new/inputs.sha256', inputs)
  try {
    renameSync('dist', 'dist.old')
  } catch (error) {
    if (!isCode(error, 'ENOENT')) throw error
  }
  renameSync('dist.new', 'dist')
  rmSync('dist.old', { recursive: true, force: true })
}

/**
 * @param {unknown} error
 * @param {string} code
 */
function isCode(error, code) {
  return error instanceof Error && 'code' in error && error.code === code
}
