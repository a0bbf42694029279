import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { validate } from 'dockerfile-utils'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'

const PROJECT = resolve(import.meta.dirname, '../..')
const DOCKERFILE = read('Dockerfile')
const INSTRUCTIONS = DOCKERFILE.replaceAll('\\\n', ' ').split('\n')
const LET_IN = read('.dockerignore')
  .split('\n')
  .flatMap((line) => /^!([^/]+)/.exec(line)?.[1] ?? [])

describe('the Dockerfile', () => {
  it('is well-formed', () => {
    expect(validate(DOCKERFILE).map(({ message }) => message)).toEqual([])
  })

  it('would not be, with a misspelt instruction', () => {
    expect(validate(DOCKERFILE.replace('WORKDIR', 'WORKDIRS'))).not.toEqual([])
  })

  it('runs the command of the package, as nobody with rights', () => {
    const { bin } = parse(read('package.json'))
    const entry = `/opt/delete-conformance/${bin['delete-conformance']}`
    expect(INSTRUCTIONS).toContain(`ENTRYPOINT ["node", "${entry}"]`)
    expect(INSTRUCTIONS.findLast((line) => line.startsWith('USER '))).toBe('USER node')
  })

  it('is built on versions of Node that the package is made for', () => {
    const images = INSTRUCTIONS.flatMap((line) => /^FROM (\S+)/.exec(line)?.[1] ?? [])
    expect(new Set(images)).toEqual(new Set(['node:22-alpine']))
  })

  it('gets all that is compiled and packed', () => {
    const { include } = parse(read('tsconfig.build.json'))
    const { files } = parse(read('package.json'))
    const packed = files.flatMap((path: string) => /^[^!/]+/.exec(path)?.[0] ?? [])
    const compiled = ['build.mjs', 'tsconfig.json', 'tsconfig.build.json', ...include]
    const needed = ['package.json', ...compiled, ...packed]
    expect(needed.filter((name) => name !== 'dist' && !LET_IN.includes(name))).toEqual([])
  })

  it('gets nothing that would be stale, secret or large', () => {
    expect(read('.dockerignore')).toMatch(/^\*$/m)
    expect(LET_IN.filter((name) => /^(dist|node_modules|test|\..*)$/.test(name))).toEqual([])
  })

  it('copies only what is let in', () => {
    const sources = INSTRUCTIONS.filter((line) => /^COPY (?!--from)/.test(line)).flatMap((line) =>
      line.split(/\s+/).slice(1, -1),
    )
    expect(sources.filter((source) => source !== '.' && !LET_IN.includes(source))).toEqual([])
  })
})

function read(name: string): string {
  return readFileSync(join(PROJECT, name), 'utf8')
}
