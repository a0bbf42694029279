import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve, sep } from 'node:path'
import { describe, expect, it } from 'vitest'
import { REPOSITORY } from './repository.ts'

const PROJECT = resolve(import.meta.dirname, '../..')
const { version, homepage, bugs } = JSON.parse(read('package.json'))
/** Not written by us, or not for users. */
const LEFT_OUT = /^(node_modules|dist|\.git$|test$|fixtures$|package-lock\.json$)|\.(png|tgz)$/

const TEXTS = readdirSync(PROJECT)
  .filter((name) => !LEFT_OUT.test(name))
  .flatMap((name) => filesIn(name))
  .map((name) => ({ name: name.replaceAll(sep, '/'), text: read(name) }))

/** Names of this project's repository, action and image, with their places. */
const MENTIONS = TEXTS.flatMap(({ name, text }) =>
  [...text.matchAll(/(?<=github\.com[/:]|ghcr\.io\/|uses: )[\w.-]+\/delete-conformance\b/g)].map(
    ([repository]) => ({ name, repository }),
  ),
)

describe('the place where this is published', () => {
  it('is named in package.json, as owner and name', () => {
    expect(REPOSITORY).toMatch(/^[\w.-]+\/delete-conformance$/)
    expect(homepage).toBe(`https://github.com/${REPOSITORY}#readme`)
    expect(bugs).toBe(`https://github.com/${REPOSITORY}/issues`)
  })

  it('is the same everywhere', () => {
    expect(MENTIONS.filter(({ repository }) => repository !== REPOSITORY)).toEqual([])
  })

  it('stands in the files that RELEASING.md lists, and in no other', () => {
    const [, list = ''] = /^## Where it is published\n(.*?)^## /ms.exec(read('RELEASING.md')) ?? []
    const listed = [...list.matchAll(/^\| `([^`]+)` \|/gm)].map(([, name]) => name)
    expect(listed.sort()).toEqual([...new Set(MENTIONS.map(({ name }) => name))].sort())
  })

  it('is named together with no registry that anybody has installed from', () => {
    expect(read('package-lock.json')).not.toMatch(/"resolved"|https?:\/\/registry/)
  })

  it('is named with this version in the workflows to copy', () => {
    const uses = TEXTS.filter(({ name }) => /^(examples|docs)\//.test(name)).flatMap(({ text }) =>
      [...text.matchAll(/uses: (\S+\/delete-conformance@\S+)/g)].map(([, action]) => action),
    )
    expect(uses.length).toBeGreaterThan(1)
    expect(new Set(uses)).toEqual(new Set([`${REPOSITORY}@v${version}`]))
  })

  it('has no part in how the package is installed: the pages name the tarball of this version', () => {
    const named = ['README.md', 'docs/ci.md'].flatMap((name) =>
      [...read(name).matchAll(/\.\/delete-conformance-\S+?\.tgz/g)].map(([tarball]) => tarball),
    )
    expect(named.length).toBeGreaterThan(1)
    expect(new Set(named)).toEqual(new Set([`./delete-conformance-${version}.tgz`]))
  })
})

function filesIn(name: string): readonly string[] {
  const entries = readdirSync(PROJECT, { withFileTypes: true })
  if (entries.find((entry) => entry.name === name)?.isFile()) return [name]
  return readdirSync(join(PROJECT, name), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !LEFT_OUT.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name).slice(PROJECT.length + 1))
}

function read(name: string): string {
  return readFileSync(join(PROJECT, name), 'utf8')
}
