import { spawnSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { settings } from '../../settings/table.ts'
import { invoke } from './invoke.ts'

const hasBash = spawnSync('bash', ['--version']).status === 0

/** Lists what bash offers behind these words, the last of which is begun. */
async function offered(...words: readonly string[]): Promise<readonly string[]> {
  const { stdout: script } = await invoke('completion', 'bash')
  const asked = `${script}
    COMP_WORDS=(delete-conformance "$@"); COMP_CWORD=$#
    _delete_conformance && printf '%s\\n' "\${COMPREPLY[@]}"`
  const { stdout, stderr } = spawnSync('bash', ['-c', asked, 'bash', ...words], {
    encoding: 'utf8',
  })
  expect(stderr).toBe('')
  return stdout.trimEnd().split('\n')
}

describe.skipIf(!hasBash)('bash completes', () => {
  test('commands, and the flags of a run, which needs no command', async () => {
    expect(await offered('ver')).toEqual(['verify'])
    expect(await offered('--max-r')).toEqual(['--max-requests'])
    expect(await offered('')).toEqual(expect.arrayContaining(['run', 'cleanup', '--target']))
  })

  test('every setting', async () => {
    const flags = settings.map(({ name }) => `--${name}`)
    expect(await offered('run', '--')).toEqual(expect.arrayContaining(flags))
  })

  test('flags of the command that stands before them, and of no other', async () => {
    expect(await offered('cleanup', 'ledger.ndjson', '--f')).toEqual(['--force'])
    expect(await offered('run', '--forc')).toEqual([''])
  })

  test.each([
    [
      ['run', '--print-config', ''],
      ['text', 'json'],
    ],
    [['--only', 'deleted/s'], ['deleted/status']],
    [['run', '--skip', 'wordi'], expect.arrayContaining(['wording/', 'wording/one-shape'])],
    [['--capabilities', 'second'], ['second-account']],
    [['serve', '--fault', 'missing-is-5'], ['missing-is-500']],
    [['requirements', '--format', 'm'], ['markdown']],
  ])('values: %j', async (words, expected) => {
    expect(await offered(...words)).toEqual(expected)
  })

  test('no word where it knows none, so that the shell offers files', async () => {
    expect(await offered('run', '--out', '')).toEqual([''])
  })
})

test('zsh takes the same script, and fish has a line for each flag', async () => {
  const { stdout: bash } = await invoke('completion', 'bash')
  const { stdout: zsh } = await invoke('completion', 'zsh')
  expect(zsh).toBe(`autoload -U +X bashcompinit && bashcompinit\n${bash}`)
  const { stdout: fish } = await invoke('completion', 'fish')
  for (const { name } of settings) expect(fish).toMatch(new RegExp(`-l ${name} `))
  expect(fish).toContain("-l header -s H -r -d 'header field for every request")
})

test.each([[[]], [['tcsh']]])('is refused without one of its shells: %j', async (words) => {
  const { code, stderr } = await invoke('completion', ...words)
  expect(code).toBe(2)
  expect(stderr).toBe('completion: accepted is one of bash, zsh, fish\n')
})
