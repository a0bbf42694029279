import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { marked, type Tokens } from 'marked'
import { describe, expect, test } from 'vitest'
import { citation, type Source } from '../../model/contract.ts'
import { catalogue } from '../../suites/catalogue.ts'
import { invoke } from './invoke.ts'

const all = catalogue.flatMap(({ requirements }) => requirements)

interface Row {
  readonly id: string
  readonly level: string
  readonly title: string
  readonly why: string
  readonly source: Source
}

/** Reads the output of `requirements --format json`. */
async function listed(...words: readonly string[]): Promise<readonly Row[]> {
  const { code, stdout, stderr } = await invoke('requirements', ...words, '--format', 'json')
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  return JSON.parse(stdout) as readonly Row[]
}

const idsOf = (rows: readonly { readonly id: string }[]) => rows.map(({ id }) => id)

describe('the catalogue', () => {
  test('says of each requirement, as JSON, what it is and why it exists', async () => {
    const rows = await listed()
    expect(rows.map(({ source: _, ...row }) => row)).toEqual(
      all.map(({ id, level, title, why }) => ({ id, level, title, why })),
    )
  })

  test('says in Markdown, in a row each, why a requirement exists and where it comes from', async () => {
    const rows = tableRows((await invoke('requirements', '--format', 'markdown')).stdout)
    const expected = (await listed()).map(({ id, level, title, why, source }) => [
      `\`${id}\``,
      level,
      title,
      why,
      `\`${citation(source)}\``,
    ])
    expect(rows).toEqual(expected)
  })

  test('says as text why a requirement exists, between its title and its source', async () => {
    const { stdout } = await invoke('requirements')
    const words = stdout.replaceAll(/\s+/g, ' ')
    for (const { id, level, title, why, source } of await listed()) {
      expect(words).toContain(` ${id} ${level} ${title} ${why} ${citation(source)} `)
    }
  })

  test('breaks reasons into lines that fit a terminal', async () => {
    const { stdout } = await invoke('requirements')
    const inReasons = stdout.split('\n').filter((line) => /^ {39}[^/]/.test(line))
    expect(inReasons.length).toBeGreaterThan(all.length)
    expect(Math.max(...inReasons.map((line) => line.length))).toBeLessThanOrEqual(100)
  })

  test('keeps a source in its cell, whatever the path of the operation is', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'delete-conformance-test-'))
    try {
      const spec = join(folder, 'odd.json')
      writeFileSync(spec, JSON.stringify(documentAt('/a|b`c/v1/files/{file_id}')))
      const words = ['requirements', 'documented/status', '--format', 'markdown', '--spec', spec]
      const { code, stdout } = await invoke(...words)
      expect(code).toBe(0)
      const [row] = tableRows(stdout)
      expect(row).toHaveLength(5)
      expect(row?.at(-1)).toContain('/paths/~1a|b`c~1v1~1files~1{file_id}/delete')
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
})

describe('with the beginning of ids', () => {
  test('lists one requirement where the id is whole', async () => {
    expect(idsOf(await listed('effect/no-content'))).toEqual(['effect/no-content'])
  })

  test('lists what begins so, and nothing that belongs to it otherwise', async () => {
    expect(idsOf(await listed('documented/'))).toEqual(
      idsOf(all).filter((id) => id.startsWith('documented/')),
    )
    expect(idsOf(await listed('d'))).toEqual(idsOf(all).filter((id) => id.startsWith('d')))
  })

  test.each([['text'], ['markdown']])('lists no other family as %s', async (format) => {
    const { stdout } = await invoke('requirements', 'wording/', '--format', format)
    const shown = catalogue.filter(({ subject }) => stdout.includes(subject))
    expect(shown.map(({ name }) => name)).toEqual(['wording'])
    expect(all.filter(({ title }) => stdout.includes(title)).length).toBe(2)
  })

  test('is refused where no requirement matches', async () => {
    const { code, stdout, stderr } = await invoke('requirements', 'efect/')
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(/^requirements efect\/: no requirement matches; .*\beffect\/.*\n$/)
  })

  test('is refused with a word too many', async () => {
    const { code, stdout, stderr } = await invoke('requirements', 'effect/', 'http/')
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain('"http/"')
  })

  test('does not show a URL, which may hold a password', async () => {
    const { code, stdout, stderr } = await invoke('requirements', 'https://me:secret@host')
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain('found a URL')
    expect(stderr).not.toContain('secret')
  })
})

/** Reads the cells of all tables, as written. */
function tableRows(markdown: string): readonly (readonly string[])[] {
  return marked
    .lexer(markdown)
    .filter((token): token is Tokens.Table => token.type === 'table')
    .flatMap(({ rows }) => rows.map((row) => row.map(({ text }) => text)))
}

function documentAt(path: string): unknown {
  const answer = { description: '', content: { 'application/json': { schema: {} } } }
  return {
    openapi: '3.1.0',
    info: { title: '', version: '' },
    paths: { [path]: { delete: { responses: { 200: answer, 404: answer } } } },
  }
}
