import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { invoke } from './invoke.ts'
import { always, startStub, withoutProxy } from './stub-server.ts'

let folder: string
beforeEach(() => {
  withoutProxy()
  for (const name of ['CONFORMANCE_TOKEN', 'CONFORMANCE_SECOND_TOKEN']) vi.stubEnv(name, undefined)
  folder = mkdtempSync(join(tmpdir(), 'delete-conformance-print-'))
})
afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(folder, { recursive: true })
})

/** Reads the words of each line of `--print-config`. */
async function printed(...words: readonly string[]): Promise<readonly (readonly string[])[]> {
  const { code, stdout, stderr } = await invoke('run', '--print-config', ...words)
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => line.split(/ {2,}/))
}

describe('run --print-config', () => {
  test('shows each setting, its value as it was written, and where it comes from', async () => {
    const file = join(folder, 'c.yaml')
    writeFileSync(file, 'only: [deleted/, http/]\nsettle: 2s\n')
    vi.stubEnv('CONFORMANCE_RUNS', '7')
    const rows = await printed('--config', file, '--timeout', '1m', '-t', 'http://127.0.0.1:1')
    expect(rows[0]).toEqual(['setting', 'value', 'from'])
    expect(rows).toEqual(
      expect.arrayContaining([
        ['target', 'http://127.0.0.1:1', 'flag'],
        ['config', file, 'flag'],
        ['only', 'deleted/, http/', `${file}:1`],
        ['settle', '2s', `${file}:2`],
        ['runs', '7', 'CONFORMANCE_RUNS'],
        ['timeout', '1m', 'flag'],
        ['concurrency', '16', 'default'],
        ['skip', 'none', 'default'],
        ['spec', 'the Delete File document of impala.ai', 'default'],
        ['strict', 'false', 'default'],
        ['operation', '-', 'default'],
      ]),
    )
  })

  test('shows the last of values of which one counts, and all of those that are gathered', async () => {
    const rows = await printed(
      ...['--runs', '5', '--runs', '6', '--report', 'html', '--report', 'junit=a', '--strict'],
      '--no-config',
    )
    expect(rows).toEqual(
      expect.arrayContaining([
        ['runs', '6', 'flag'],
        ['report', 'html, junit=a', 'flag'],
        ['strict', 'true', 'flag'],
        ['config', 'false', 'flag'],
      ]),
    )
  })

  test('sends nothing, runs nothing and leaves nothing', async () => {
    const { url, received } = await startStub(always(200))
    const out = join(folder, 'out')
    await printed(
      ...['-t', url, '--spec', `${url}/openapi.json`, '--out', out],
      ...['--files', `command:touch ${join(folder, 'touched')}`],
    )
    expect(received).toEqual([])
    expect(readdirSync(folder)).toEqual([])
  })

  test('refuses values as a run does', async () => {
    const refused = await invoke('run', '--print-config', '--runs', '0')
    expect(refused).toMatchObject({ code: 2, stdout: '' })
    expect(refused.stderr).toContain('--runs')
  })

  test('is JSON for programs with --print-config json', async () => {
    const { stdout } = await invoke('run', '--print-config', 'json', '--report', 'html')
    expect(JSON.parse(stdout)).toEqual(
      expect.arrayContaining([
        { name: 'report', value: ['html'], from: 'flag' },
        { name: 'target', value: null, from: 'default' },
        { name: 'CONFORMANCE_TOKEN', value: null, from: 'environment' },
      ]),
    )
  })

  test('shows control characters as escapes', async () => {
    const { stdout } = await invoke('run', '--print-config', '--operation', 'a\u001b[2J\nb')
    expect(stdout).toContain('a\\u{1b}[2J\\u{a}b')
  })
})

describe('a secret is not shown by --print-config', () => {
  const SECRET = 's3cr3t'

  test.each([
    ['in a header field', ['-H', `X-Key: ${SECRET}`], 'X-Key: (hidden)'],
    ['in a header field without a name', ['-H', SECRET], '(hidden)'],
    [
      'in the target',
      ['-t', `http://user:${SECRET}@a.example/b`],
      'http://a.example/b (user information hidden)',
    ],
    ['in the name of a user', ['-t', `http://${SECRET}@a.example`], 'http://a.example (user'],
    [
      'in a target without a scheme',
      ['-t', `user:${SECRET}@a.example`],
      '(hidden): found no scheme',
    ],
    [
      'in a target with a slash in the password',
      ['-t', `http://u:p/${SECRET}@a.example`],
      '(hidden): found no URL',
    ],
    [
      'in the query of the target',
      ['-t', `http://a.example?key=${SECRET}`],
      '(hidden): found a query',
    ],
    [
      'in the document',
      ['--spec', `https://u:${SECRET}@a.example/x?t=${SECRET}#${SECRET}`],
      'https://a.example/x (user information and query and fragment hidden)',
    ],
    [
      'in a document that is no URL',
      ['--spec', `https://u:${SECRET}@a.example:99999/`],
      '(hidden)',
    ],
    ['in a command', ['--files', `command:./make ${SECRET}`], 'command:(hidden)'],
    ['in place of a variable', ['--token-env', `${SECRET}.${SECRET}`], '(hidden)'],
  ])('%s', async (_, words, shown) => {
    for (const format of ['text', 'json']) {
      const { code, stdout, stderr } = await invoke('run', ...words, '--print-config', format)
      expect(code).toBe(0)
      expect(stdout).toContain(shown)
      expect(stdout + stderr).not.toContain(SECRET)
    }
  })

  test('of a token variable, only whether it is set', async () => {
    vi.stubEnv('CONFORMANCE_TOKEN', SECRET)
    vi.stubEnv('OTHER', SECRET)
    const before = await printed()
    expect(before).toContainEqual(['CONFORMANCE_TOKEN', '(set)', 'environment'])
    expect(before).toContainEqual(['CONFORMANCE_SECOND_TOKEN', '-', 'environment'])
    const rows = await printed('--second-token-env', 'OTHER', '--token-env', 'NO_SUCH')
    expect(rows).toContainEqual(['OTHER', '(set)', 'environment'])
    expect(rows).toContainEqual(['NO_SUCH', '-', 'environment'])
    expect(JSON.stringify([before, rows])).not.toContain(SECRET)
  })

  test('of a proxy, its host', async () => {
    vi.stubEnv('HTTP_PROXY', `http://user:${SECRET}@proxy.example:8080`)
    vi.stubEnv('https_proxy', `user:${SECRET}@proxy.example:8080`)
    vi.stubEnv('NO_PROXY', 'a.example')
    const rows = await printed()
    expect(rows).toEqual(
      expect.arrayContaining([
        ['HTTP_PROXY', 'http://proxy.example:8080/ (user information hidden)', 'environment'],
        ['https_proxy', '(hidden)', 'environment'],
        ['NO_PROXY', 'a.example', 'environment'],
      ]),
    )
    expect(JSON.stringify(rows)).not.toContain(SECRET)
  })
})
