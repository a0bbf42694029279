import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, it } from 'vitest'
import { ownFolder } from '../process/command-line.ts'
import { deadLinks } from './markdown-links.ts'

const PROJECT = resolve(import.meta.dirname, '../..')
/** Folders whose pages are ours and not those of a test. */
const FOLDERS = ['.', '.github', 'changes', 'docs', 'examples', 'spec']

it('finds nothing that pages of a clone lead to in vain', () => {
  const pages = FOLDERS.flatMap((folder) =>
    readdirSync(join(PROJECT, folder), { recursive: folder !== '.', encoding: 'utf8' })
      .filter((name) => name.endsWith('.md'))
      .map((name) => join(folder, name)),
  )
  expect(pages).toContain('README.md')
  expect(pages.length).toBeGreaterThan(10)
  expect(deadLinks(PROJECT, pages, { pictures: true })).toEqual([])
})

it('finds files, fragments and pictures that are not there, and what is not in the folder', () => {
  const folder = ownFolder()
  mkdirSync(join(folder, 'docs'))
  writeFileSync(join(folder, 'docs/more.md'), '# More of `it`, here\n\n[up](../README.md#all)')
  const links = [
    '[more](docs/more.md#more-of-it-here), [host](https://a.example/none), [own](#all), [folder](docs)',
    '[gone](docs/none.md), [fragment](docs/more.md#none), [own](#none), [outside](..)',
    '![picture](docs/none.png)',
  ]
  writeFileSync(join(folder, 'README.md'), `# All\n\n${links.join('\n')}\n`)
  const pages = ['README.md', join('docs', 'more.md')]
  const dead = ['docs/none.md', 'docs/more.md#none', '#none', '..'].map((to) => `README.md: ${to}`)
  expect(deadLinks(folder, pages, { pictures: false })).toEqual(dead)
  expect(deadLinks(folder, pages, { pictures: true })).toEqual([
    ...dead,
    'README.md: docs/none.png',
  ])
})
