import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { invoke } from './invoke.ts'
import { withoutProxy } from './stub-server.ts'

beforeEach(() => {
  withoutProxy()
  vi.stubEnv('CONFORMANCE_TOKEN', undefined)
  vi.stubEnv('GITHUB_ACTIONS', undefined)
  vi.stubEnv('CONFORMANCE_LINGER', undefined)
})
afterEach(() => {
  vi.unstubAllEnvs()
})

const PRINT = ['run', '--no-config', '--print-config', 'json']

/** Lists settings that are not the default, as `--print-config` shows them. */
async function given(): Promise<unknown> {
  const { stdout } = await invoke(...PRINT)
  const rows = JSON.parse(stdout) as readonly { name: string; value: unknown; from: string }[]
  return rows
    .filter(({ from }) => from.startsWith('CONFORMANCE_'))
    .map(({ name, value }) => [name, value])
}

describe('a variable of a flag', () => {
  test.each(['TARGET', 'RUNS', 'SEED', 'ONLY', 'STRICT', 'DISPOSABLE', 'SETTLE', 'OUT', 'CONFIG'])(
    'counts as not set where it is empty: CONFORMANCE_%s',
    async (name) => {
      vi.stubEnv(`CONFORMANCE_${name}`, '')
      expect(await given()).toEqual([])
    },
  )

  test.each(['true', '1', 'yes', 'on', 'TRUE'])('switches on with %j', async (value) => {
    vi.stubEnv('CONFORMANCE_STRICT', value)
    expect(await given()).toEqual([['strict', 'true']])
  })

  test.each(['false', '0', 'no', 'off', 'False'])('switches off with %j', async (value) => {
    vi.stubEnv('CONFORMANCE_DISPOSABLE', value)
    expect(await given()).toEqual([['disposable', 'false']])
  })

  test('is refused where it switches neither on nor off', async () => {
    vi.stubEnv('CONFORMANCE_INSECURE', 'maybe')
    expect(await invoke(...PRINT)).toEqual({
      code: 2,
      stdout: '',
      stderr: "CONFORMANCE_INSECURE: found 'maybe', accepted is true or false\n",
    })
  })

  test('is named in a refusal of its value that comes later', async () => {
    vi.stubEnv('CONFORMANCE_ONLY', 'nope/')
    const { code, stderr } = await invoke('run', '--no-config')
    expect(stderr).toMatch(/^--only nope\/: .* \(from CONFORMANCE_ONLY\)\n$/)
    expect(code).toBe(2)
  })

  test('is not named in a refusal of a flag', async () => {
    vi.stubEnv('CONFORMANCE_ONLY', 'deleted/')
    const { stderr } = await invoke('run', '--no-config', '--only', 'nope/')
    expect(stderr).toMatch(/^--only nope\/: /)
    expect(stderr).not.toContain('(from')
  })

  test('stands in the help of its flag', async () => {
    const { stdout } = await invoke('run', '--help')
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain('(default: 100, env: CONFORMANCE_RUNS)')
  })
})

describe('a variable that gives nothing to any flag', () => {
  const notes = async (...words: readonly string[]) => (await invoke(...PRINT, ...words)).stderr

  test('is named with the one that is meant, without its value', async () => {
    vi.stubEnv('CONFORMANCE_RUN', 's3cr3t')
    vi.stubEnv('CONFORMANCE_TOKN', 's3cr3t')
    expect(await notes()).toBe(
      [
        'CONFORMANCE_RUN: this variable sets nothing; did you mean CONFORMANCE_RUNS?',
        'CONFORMANCE_TOKN: this variable sets nothing; did you mean CONFORMANCE_TOKEN?',
        '',
      ].join('\n'),
    )
  })

  test('is named where it is like no other', async () => {
    vi.stubEnv('CONFORMANCE_COLOUR', 'red')
    expect(await notes()).toBe(
      'CONFORMANCE_COLOUR: this variable sets nothing; the help of each command lists those that do\n',
    )
  })

  test('changes nothing about the run', async () => {
    vi.stubEnv('CONFORMANCE_RUN', '5')
    expect(await invoke('run', '--no-config', '--only', 'deleted/status')).toMatchObject({
      code: 0,
    })
  })

  test('is passed over where it is empty, another name, or of another command', async () => {
    vi.stubEnv('CONFORMANCE_RUN', '')
    vi.stubEnv('MY_CONFORMANCE_RUN', '5')
    vi.stubEnv('CONFORMANCE_RUNS', '5')
    expect(await notes()).toBe('')
    expect((await invoke('requirements')).stderr).toBe('')
  })

  test('is passed over where it holds a token', async () => {
    vi.stubEnv('CONFORMANCE_TOKEN', 's3cr3t')
    vi.stubEnv('CONFORMANCE_SECOND_TOKEN', 's3cr3t')
    vi.stubEnv('CONFORMANCE_STAGING', 's3cr3t')
    vi.stubEnv('CONFORMANCE_OTHER', 's3cr3t')
    expect(
      await notes('--token-env', 'CONFORMANCE_STAGING', '--second-token-env', 'CONFORMANCE_OTHER'),
    ).toBe('')
    expect(await notes('--token-env', 'CONFORMANCE_STAGING')).toMatch(/^CONFORMANCE_OTHER: /)
  })
})
