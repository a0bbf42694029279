import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { startReferenceServer } from '../../fixtures/server/reference-server.ts'
import { invoke } from './invoke.ts'
import { withoutProxy } from './stub-server.ts'

let folder: string
beforeEach(() => {
  withoutProxy()
  vi.stubEnv('CONFORMANCE_TOKEN', undefined)
  vi.stubEnv('GITHUB_ACTIONS', undefined)
  folder = mkdtempSync(join(tmpdir(), 'delete-conformance-config-'))
})
afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(folder, { recursive: true })
})

/** Writes a config file for a test; returns its path. */
function config(text: string, name = 'chosen.yaml'): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

/** Reads a setting as `--print-config` shows it. */
async function setting(name: string, ...words: readonly string[]): Promise<unknown> {
  const { code, stdout, stderr } = await invoke('run', '--print-config', 'json', ...words)
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  const rows = JSON.parse(stdout) as readonly { name: string; value: unknown; from: string }[]
  const { value, from } = rows.find((row) => row.name === name) ?? {}
  return [value, from]
}

describe('a setting', () => {
  test('comes from the flag, else from the variable, else from the file, else it is the default', async () => {
    const file = config('strict: true\nruns: 20\n')
    expect(await setting('runs')).toEqual(['100', 'default'])
    expect(await setting('runs', '--config', file)).toEqual(['20', `${file}:2`])
    vi.stubEnv('CONFORMANCE_RUNS', '30')
    expect(await setting('runs', '--config', file)).toEqual(['30', 'CONFORMANCE_RUNS'])
    expect(await setting('runs', '--config', file, '--runs', '40')).toEqual(['40', 'flag'])
    expect(await setting('strict', '--config', file)).toEqual(['true', `${file}:1`])
  })

  test('that can be repeated is replaced, and not added to', async () => {
    const file = config('only:\n  - deleted/\n  - http/\nexpect-status: [200, 404]\n')
    expect(await setting('only', '--config', file)).toEqual([['deleted/', 'http/'], `${file}:1`])
    expect(await setting('expect-status', '--config', file)).toEqual([['200', '404'], `${file}:4`])
    expect(
      await setting('only', '--config', file, '--only', 'effect/', '--only', 'invalid/'),
    ).toEqual([['effect/', 'invalid/'], 'flag'])
    vi.stubEnv('CONFORMANCE_ONLY', 'wording/')
    expect(await setting('only', '--config', file)).toEqual([['wording/'], 'CONFORMANCE_ONLY'])
  })

  test('that a file switches on is switched off by a variable', async () => {
    const file = config('strict: true')
    vi.stubEnv('CONFORMANCE_STRICT', 'false')
    expect(await setting('strict', '--config', file)).toEqual(['false', 'CONFORMANCE_STRICT'])
  })

  test('of the file is not there with --no-config', async () => {
    vi.stubEnv('CONFORMANCE_CONFIG', config('runs: 20'))
    expect(await setting('runs')).toEqual(['20', `${join(folder, 'chosen.yaml')}:1`])
    expect(await setting('runs', '--no-config')).toEqual(['100', 'default'])
  })

  test('of the file takes a value in quotes, and one value for a list', async () => {
    const file = config('seed: "18446744073709551615"\nonly: deleted/,http/\ntimeout: 2')
    expect(await setting('seed', '--config', file)).toEqual(['18446744073709551615', `${file}:1`])
    expect(await setting('only', '--config', file)).toEqual([['deleted/,http/'], `${file}:2`])
    expect(await setting('timeout', '--config', file)).toEqual(['2', `${file}:3`])
  })

  test('of the file that is an empty list is as if it were not given', async () => {
    const file = config('only: []\nexpect-status: []\nheader: []\nskip: [http/]')
    expect(await setting('only', '--config', file)).toEqual(['all', `${file}:1`])
    expect(await setting('header', '--config', file)).toEqual([null, `${file}:3`])
    const ran = await invoke('run', '--config', file, '--only', 'deleted/status')
    expect(ran).toMatchObject({ code: 0, stderr: '' })
  })

  test('of the file keeps all digits of a seed that is not in quotes', async () => {
    const file = config('seed: 18446744073709551615')
    const { stdout } = await invoke('run', '--config', file, '--only', 'deleted/status')
    expect(stdout).toContain('seed         18446744073709551615')
  })

  test.each([
    ['seed', 'seed: 7', ['--challenge', 'word'], [null, 'default']],
    ['challenge', 'challenge: word', ['--seed', '7'], [null, 'default']],
    ['out', 'out: somewhere', ['--replay', 'deleted/status:0'], [null, 'default']],
    ['report', 'report: [html]', ['--replay', 'deleted/status:0'], ['none', 'default']],
    ['sign', 'sign: key.pem', ['--replay', 'deleted/status:0'], [null, 'default']],
    ['subject', 'subject: x', ['--replay', 'deleted/status:0'], [null, 'default']],
    ['strict', 'strict: true', ['--replay', 'deleted/status:0'], ['true', 'FILE:1']],
  ])(
    '%s of the file steps back for a flag beside which it means nothing',
    async (name, text, words, expected) => {
      const file = config(text)
      const [value, from] = (await setting(name, '--config', file, ...words)) as [unknown, string]
      expect([value, from.replace(file, 'FILE')]).toEqual(expected)
    },
  )
})

describe('a run with a config file', () => {
  test('tests the target of the file in the ways of the file, and names the file', async () => {
    const server = await startReferenceServer()
    onTestFinished(() => server.close())
    const out = join(folder, 'out')
    const file = config(
      `target: ${server.url}\nonly: deleted/status\nruns: 3\nreport: [json]\nout: ${out}`,
    )
    const { code, stdout } = await invoke('--config', file)
    expect(stdout).toContain(`target       ${server.url}\n`)
    expect(stdout).toContain(`config       ${file}\n`)
    expect(readdirSync(out)).toContain('report.json')
    expect(code).toBe(0)
    expect(await invoke('verify', out)).toMatchObject({ code: 0 })
  })

  test('reads the file of the current folder by itself, and refuses two', async () => {
    const before = process.cwd()
    onTestFinished(() => process.chdir(before))
    process.chdir(folder)
    config('runs: 20', 'delete-conformance.yml')
    expect(await setting('runs')).toEqual(['20', 'delete-conformance.yml:1'])
    expect(await setting('config')).toEqual(['delete-conformance.yml', 'default'])
    config('runs: 20', 'delete-conformance.yaml')
    const { code, stderr } = await invoke('run')
    expect(stderr).toBe(
      'found delete-conformance.yaml and delete-conformance.yml, accepted is one of them\n',
    )
    expect(code).toBe(2)
  })

  test('leaves out the heading line where there is none', async () => {
    const { stdout } = await invoke('run', '--only', 'deleted/status', '--no-config')
    expect(stdout).not.toContain('config ')
  })
})

describe('other commands', () => {
  test('requirements takes the document of the file', async () => {
    const file = config('spec: none.yaml\nruns: 5')
    expect(await invoke('requirements', '--config', file)).toMatchObject({
      code: 2,
      stderr:
        'document none.yaml: no such file; --spec takes a file or URL of YAML or JSON of at most 8388608 octets\n',
    })
  })

  test('cleanup takes the connection of the file', async () => {
    const ledger = join(folder, 'run.ledger')
    const header = {
      ledger: 2,
      target: 'http://127.0.0.1:1',
      collection: '/v1/files',
      runId: 'ghijklmnopqrstuv',
      started: '2026-01-01T00:00:00.000Z',
    }
    writeFileSync(ledger, `${JSON.stringify(header)}\n`)
    const file = config('ca: none.pem')
    expect(await invoke('cleanup', ledger, '--config', file)).toMatchObject({
      code: 2,
      stderr: `--ca none.pem: no such file; accepted is a file of PEM certificates of at most 4194304 octets (from ${file}:1)\n`,
    })
  })
})

describe('a config file is refused', () => {
  /** Gives the message that refuses a config file, with FILE for its path. */
  async function refusal(text: string, ...words: readonly string[]): Promise<string> {
    const file = config(text)
    const { code, stdout, stderr } = await invoke('run', '--config', file, ...words)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr.trimEnd().split('\n')).toHaveLength(1)
    return stderr.trimEnd().replaceAll(file, 'FILE')
  }

  test('where it is not there', async () => {
    const file = join(folder, 'none.yaml')
    expect(await invoke('run', '--config', file)).toEqual({
      code: 2,
      stdout: '',
      stderr: `config ${file}: no such file; accepted is a YAML file with settings of at most 65536 octets\n`,
    })
  })

  test.each([
    ['broken YAML', 'runs: 5\nonly: [deleted/', /^FILE:2: not YAML: /],
    [
      'a key twice',
      'runs: 5\nruns: 6',
      'FILE:2: found a setting for the second time, accepted is once',
    ],
    [
      'a misspelt key',
      'runs: 5\nexpectStatus: 422',
      'FILE:2: "expectStatus": unknown setting; did you mean expect-status?',
    ],
    [
      'a key like no other',
      'colour: red',
      /^FILE:1: "colour": unknown setting; "delete-conformance run --help" lists all$/,
    ],
    ['a key that every object has', 'constructor: 1', /^FILE:1: "constructor": unknown setting/],
    ['a key that is none', '? [a]\n: 1', /^FILE:1: /],
    [
      '--plan',
      'plan: true',
      'FILE:1: plan: does not belong in a file, accepted is the flag --plan',
    ],
    [
      '--replay',
      'runs: 1\nreplay: a/b:0',
      'FILE:2: replay: does not belong in a file, accepted is the flag --replay',
    ],
    [
      '--config',
      'config: other.yaml',
      'FILE:1: config: does not belong in a file, accepted is the flag --config',
    ],
    [
      'a text for true or false',
      'strict: yes',
      'FILE:1: strict: found text, accepted is true or false',
    ],
    [
      'a text for a number',
      'runs: many',
      'FILE:1: runs: found text, accepted is a whole number from 1 to 1000000',
    ],
    [
      'a number that is too great',
      'runs: 1000001',
      'FILE:1: runs: found 1000001, accepted is a whole number from 1 to 1000000',
    ],
    [
      'a list for one value',
      'runs: [1, 2]',
      'FILE:1: runs: found a list, accepted is a whole number from 1 to 1000000',
    ],
    [
      'nothing for a value',
      'target:',
      'FILE:1: target: found nothing, accepted is text (in quotes, if it looks like a number)',
    ],
    [
      'a number for text',
      'operation: 7',
      /^FILE:1: operation: found 7, accepted is text \(in quotes/,
    ],
    [
      'names for a value',
      'only:\n  deleted: true',
      /^FILE:1: only: found names with values, accepted is text .* or a list/,
    ],
    [
      'a wrong value in a list',
      'expect-status:\n  - 422\n  - 42',
      'FILE:3: expect-status: found 42, accepted is a whole number from 200 to 599',
    ],
    ['a list in a list', 'only:\n  - [deleted/]', /^FILE:2: only: found a list, accepted is text/],
    [
      'an unknown capability',
      'capabilities:\n  - list\n  - fly',
      "FILE:3: capabilities: found 'fly', accepted is one of upload, retrieve, content, list, auth, second-account",
    ],
    [
      'a value that the flag refuses',
      'runs: 5\nsettle: soon',
      "FILE:2: settle: found 'soon', accepted is a duration from 1ms to 60m: 500ms, 5s, 2m",
    ],
    [
      'a number that the flag refuses',
      'rate: -1',
      'FILE:1: rate: found -1, accepted is a number above 0, at most 100000: 50 or 50/s',
    ],
    [
      'a value of a list that the flag refuses',
      'capabilities: fly',
      /^FILE:1: capabilities: found 'fly', accepted is one of upload, /,
    ],
    ['a value that the run refuses', 'runs: 1\nonly: nope/', /^--only nope\/: .* \(from FILE:2\)$/],
    [
      'a format that the run refuses',
      'report: [html, jnit]',
      /^--report jnit: accepted are .* \(from FILE:1\)$/,
    ],
  ])('with its line where it holds %s', async (_, text, said) => {
    const message = await refusal(text)
    if (typeof said === 'string') expect(message).toBe(said)
    else expect(message).toMatch(said)
  })

  test('where a flag gives what is wrong in it as well', async () => {
    expect(await refusal('settle: soon', '--settle', '1s')).toMatch(/^FILE:1: settle: found 'soon'/)
  })

  test('with a word on tokens where it holds one, which is not printed', async () => {
    const message = await refusal('target: http://127.0.0.1:1\ntoken: s3cr3t')
    expect(message).toBe(
      'FILE:2: token: a token does not belong in a file, accepted is token-env with the name of a variable',
    )
  })

  test.each([
    ['header', 'header: [[s3cr3t]]'],
    ['header', 'header: {X-Key: s3cr3t}'],
    ['header', 'header: s3cr3t\ntarget: http://127.0.0.1:1'],
    ['token-env', 'token-env: s3cr3t.s3cr3t'],
    ['target', 'target: user:s3cr3t@example.com'],
  ])('without printing what may be a secret in %s: %s', async (_, text) => {
    const message = await refusal(text)
    expect(message).not.toContain('s3cr3t')
    expect(message).toContain('FILE:1')
  })
})
