import { spawnSync } from 'node:child_process'
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { REPOSITORY } from './repository.ts'

const PROJECT = resolve(import.meta.dirname, '../..')
const { version } = JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8'))
const EXAMPLE = 'examples/ci/github-workflow.yml'

const CHANGELOG = `# Changelog

Form.

## [Unreleased]

### Changed

- One change.

### Added

Runs:

- One thing.

## [0.0.1] - 2026-01-01

### Fixed

- An old fault.
`

/** Copies what a release touches, with a changelog and notes of its own. */
function release(notes: Readonly<Record<string, string>> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'delete-conformance-test-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  mkdirSync(join(folder, 'changes'))
  mkdirSync(join(folder, 'examples/ci'), { recursive: true })
  const copied = ['package.json', 'package-lock.json', EXAMPLE, 'changes/README.md']
  for (const name of copied) cpSync(join(PROJECT, name), join(folder, name))
  const put = (name: string, text: string) => writeFileSync(join(folder, name), text)
  put('CHANGELOG.md', CHANGELOG)
  mkdirSync(join(folder, 'docs'))
  put('README.md', `npm install ./delete-conformance-${version}.tgz\n`)
  put('docs/ci.md', `- uses: ${REPOSITORY}@v${version} # a tag or a commit\n`)
  for (const [name, text] of Object.entries(notes)) put(`changes/${name}`, text)
  return {
    put,
    read: (name: string) => readFileSync(join(folder, name), 'utf8'),
    notes: () => readdirSync(join(folder, 'changes')),
    does(...words: readonly string[]) {
      const script = join(PROJECT, 'release.mjs')
      const options = { cwd: folder, encoding: 'utf8' } as const
      const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...words], options)
      return { status, said: stdout + stderr }
    },
  }
}

const NOTES = {
  'a-fault.md': '---\nkind: fixed\n---\n\nA fault is mended\nin two lines, for $& and $1.\n',
  'a-thing.md': '---\nkind: added\n---\n\nAnother thing.\n',
  'b-change.md': '---\nkind: changed\n---\n\nAnother change.\n',
}

const JOINED = `### Changed

- One change.
- Another change.

### Added

Runs:

- One thing.
- Another thing.

### Fixed

- A fault is mended
  in two lines, for $& and $1.
`

describe('the notes of changes', () => {
  it('are of the form that changes/README.md describes', () => {
    const own = readdirSync(join(PROJECT, 'changes'))
      .filter((name) => name !== 'README.md')
      .map((name) => [name, readFileSync(join(PROJECT, 'changes', name), 'utf8')] as const)
    expect(release(Object.fromEntries(own)).does()).toEqual({ status: 0, said: '' })
  })

  it('move into the changelog, each to the end of its kind', () => {
    const { does, read, notes } = release(NOTES)
    expect(does()).toEqual({ status: 0, said: '' })
    expect(read('CHANGELOG.md')).toContain(
      `## [Unreleased]\n\n${JOINED}\n## [0.0.1] - 2026-01-01\n`,
    )
    expect(notes()).toEqual(['README.md'])
    const before = read('CHANGELOG.md')
    expect(does()).toEqual({ status: 0, said: '' })
    expect(read('CHANGELOG.md')).toBe(before)
  })

  it.each([
    ['an unknown kind', 'a.md', '---\nkind: better\n---\n\nText.\n'],
    ['no kind', 'a.md', 'Text.\n'],
    ['no text', 'a.md', '---\nkind: fixed\n---\n\n'],
    ['two paragraphs', 'a.md', '---\nkind: fixed\n---\n\nOne.\n\nTwo.\n'],
    ['another name', 'A note.txt', NOTES['a-thing.md']],
  ])('stay, and so does the changelog, if one has %s', (_, name, text) => {
    const { does, read, notes } = release({ ...NOTES, [name]: text })
    const said = `release: changes/${name}: is no note; see changes/README.md\n`
    expect(does()).toEqual({ status: 1, said })
    expect(read('CHANGELOG.md')).toBe(CHANGELOG)
    expect(notes()).toHaveLength(5)
  })
})

describe('a release', () => {
  it('is named in the changelog, with its day, and in all files that name the version', () => {
    const { does, read } = release(NOTES)
    expect(does('2.3.4-rc.1')).toEqual({ status: 0, said: '' })
    expect(read('CHANGELOG.md').replace(/ - \d{4}-\d\d-\d\d\n/, ' - DAY\n')).toContain(
      `Form.\n\n## [Unreleased]\n\n## [2.3.4-rc.1] - DAY\n\n${JOINED}\n## [0.0.1]`,
    )
    const lock = JSON.parse(read('package-lock.json'))
    const versions = [JSON.parse(read('package.json')), lock, lock.packages['']]
    expect(versions.map((one) => one.version)).toEqual(Array(3).fill('2.3.4-rc.1'))
    expect(read(EXAMPLE)).toContain('/delete-conformance@v2.3.4-rc.1\n')
    expect(read(EXAMPLE)).not.toContain(`@v${version}\n`)
    expect(read('README.md')).toBe('npm install ./delete-conformance-2.3.4-rc.1.tgz\n')
    expect(read('docs/ci.md')).toBe(`- uses: ${REPOSITORY}@v2.3.4-rc.1 # a tag or a commit\n`)
    expect(does('notes', 'v2.3.4-rc.1')).toEqual({ status: 0, said: JOINED })
  })

  it.each(['v1.2.3', '1.2', 'next'])('is refused as %s', (word) => {
    const { does, read } = release(NOTES)
    expect(does(word)).toEqual({
      status: 1,
      said: `release: found version ${word}, expected one such as ${version}\n`,
    })
    expect(read('CHANGELOG.md')).toBe(CHANGELOG)
  })

  /** Released as 1.0.0, in the repository of acme. */
  function released() {
    const made = release()
    made.put(
      'package.json',
      made.read('package.json').replaceAll(REPOSITORY, 'acme/delete-conformance'),
    )
    expect(made.does('1.0.0').status).toBe(0)
    return made
  }

  it('can be published from its own repository, under its own tag', () => {
    const { does } = released()
    expect(does('check', 'v1.0.0', 'acme/delete-conformance')).toEqual({ status: 0, said: '' })
  })

  it('cannot be published while package.json has no owner', () => {
    const { does, put, read } = release()
    const nobodys = read('package.json').replaceAll(REPOSITORY, 'OWNER/delete-conformance')
    put('package.json', nobodys)
    const { status, said } = does('check', `v${version}`, 'acme/delete-conformance')
    expect(said).toContain('repository has no owner yet; RELEASING.md says how to fill it in\n')
    expect(status).toBe(1)
  })

  it('cannot be published from another repository, under another tag, or with notes left', () => {
    const { does, put } = released()
    put('changes/a-thing.md', NOTES['a-thing.md'])
    expect(does('check', 'v1.0.1', 'fork/delete-conformance')).toEqual({
      status: 1,
      said: `release: package.json: repository is acme/delete-conformance, and the tag is in fork/delete-conformance
release: the tag is v1.0.1, and package.json has 1.0.0
release: changes/a-thing.md: is not in CHANGELOG.md yet
`,
    })
  })

  it('cannot be published without a word in the changelog', () => {
    const { does, put } = released()
    put('CHANGELOG.md', CHANGELOG)
    const { said } = does('check', 'v1.0.0', 'acme/delete-conformance')
    expect(said).toBe('release: CHANGELOG.md: says nothing of 1.0.0\n')
  })
})
