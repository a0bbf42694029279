/*
 * Makes a release of the current folder ready, and checks that it is. RELEASING.md says when to use what.
 *
 *   node release.mjs                       moves the notes of changes/ into CHANGELOG.md
 *   node release.mjs VERSION               the same, under a version, which all files then name
 *   node release.mjs check TAG REPOSITORY  fails unless the tag can be published from this repository
 *   node release.mjs notes TAG             prints what the changelog says of it
 */
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'

const CHANGELOG = 'CHANGELOG.md'
const KINDS = ['added', 'changed', 'deprecated', 'removed', 'fixed', 'security']
/** Version of this package in its manifest and, twice, in its lock file. */
const OWN_VERSION = /("name": "delete-conformance",\n +"version": ")[^"]+/g
/** Files that show how the action is used, or the package installed. */
const EXAMPLES = ['README.md', 'docs/ci.md', 'examples/ci/github-workflow.yml']

const [word, tag = '', repository = ''] = process.argv.slice(2)
const problems =
  word === 'check' ? problemsOf(tag, repository) : word === 'notes' ? show(tag) : prepare(word)
for (const problem of problems) console.error(`release: ${problem}`)
process.exitCode = problems.length === 0 ? 0 : 1

/**
 * Moves the notes into the changelog; with a version, releases what is there.
 *
 * @param {string | undefined} version
 */
function prepare(version) {
  const { version: current } = manifest()
  if (version !== undefined && !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))
    return [`found version ${version}, expected one such as ${current}`]
  const files = noteFiles()
  const notes = files.map((file) => noteIn(file))
  const wrong = files.filter((_, index) => notes[index] === undefined)
  if (wrong.length > 0) return wrong.map((file) => `${file}: is no note; see changes/README.md`)

  const all = notes.flatMap((note) => note ?? []).reduce(withNote, sectionOf('Unreleased'))
  const heading = '## [Unreleased]\n'
  const day = new Date().toISOString().slice(0, 10)
  const released = version === undefined ? heading : `${heading}\n## [${version}] - ${day}\n`
  edit(CHANGELOG, (text) => text.replace(heading + sectionOf('Unreleased'), () => released + all))
  for (const file of files) rmSync(file)
  if (version === undefined) return []

  for (const file of ['package.json', 'package-lock.json'])
    edit(file, (text) => text.replaceAll(OWN_VERSION, `$1${version}`))
  for (const file of EXAMPLES)
    edit(file, (text) =>
      text
        .replaceAll(`/delete-conformance@v${current}`, `/delete-conformance@v${version}`)
        .replaceAll(`/delete-conformance-${current}.tgz`, `/delete-conformance-${version}.tgz`),
    )
  return []
}

/**
 * Tells why a tag cannot be published.
 *
 * @param {string} tag
 * @param {string} repository - that the tag is in, as owner and name
 */
function problemsOf(tag, repository) {
  const { version, repository: named } = manifest()
  const place = named.url.replace(/^git\+https:\/\/github\.com\/|\.git$/g, '')
  return [
    ...(place.startsWith('OWNER/')
      ? ['package.json: repository has no owner yet; RELEASING.md says how to fill it in']
      : place === repository
        ? []
        : [`package.json: repository is ${place}, and the tag is in ${repository}`]),
    ...(tag === `v${version}` ? [] : [`the tag is ${tag}, and package.json has ${version}`]),
    ...(sectionOf(version) === '' ? [`${CHANGELOG}: says nothing of ${version}`] : []),
    ...noteFiles().map((file) => `${file}: is not in ${CHANGELOG} yet`),
  ]
}

/** @param {string} tag */
function show(tag) {
  process.stdout.write(`${sectionOf(tag.replace(/^v/, '')).trim()}\n`)
  return []
}

function noteFiles() {
  return readdirSync('changes')
    .filter((name) => name !== 'README.md')
    .sort()
    .map((name) => `changes/${name}`)
}

/**
 * Reads a note; undefined if its form is wrong.
 *
 * @param {string} file
 */
function noteIn(file) {
  const [, kind = '', text = ''] =
    /^---\nkind: (\w+)\n---\n\n(\S.*)\n$/s.exec(readFileSync(file, 'utf8')) ?? []
  const isNote =
    KINDS.includes(kind) && !text.includes('\n\n') && /^changes\/[a-z0-9-]+\.md$/.test(file)
  return isNote ? { kind, text } : undefined
}

/**
 * Adds a note to the end of its kind in a section of the changelog.
 *
 * @param {string} section
 * @param {{ readonly kind: string, readonly text: string }} note
 */
function withNote(section, { kind, text }) {
  const heading = `### ${kind[0]?.toUpperCase()}${kind.slice(1)}\n`
  const [before = '', after] = section.split(heading)
  const entry = `- ${text.replaceAll('\n', '\n  ')}\n`
  if (after === undefined) return `${section.trimEnd()}\n\n${heading}\n${entry}\n`
  const [own = '', ...others] = after.split(/^(?=### )/m)
  const rest = others.length === 0 ? '\n' : `\n${others.join('')}`
  return `${before}${heading}${own.trimEnd()}\n${entry}${rest}`
}

/**
 * Gives what stands below a heading of the changelog; an empty text if there is none.
 *
 * @param {string} name
 */
function sectionOf(name) {
  const sections = readFileSync(CHANGELOG, 'utf8').split(/^(?=## )/m)
  const section = sections.find((one) => one.startsWith(`## [${name}]`)) ?? ''
  return section.slice(section.indexOf('\n') + 1)
}

function manifest() {
  return JSON.parse(readFileSync('package.json', 'utf8'))
}

/**
 * @param {string} file
 * @param {(text: string) => string} change
 */
function edit(file, change) {
  writeFileSync(file, change(readFileSync(file, 'utf8')))
}
