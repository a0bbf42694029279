import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { faults } from '../../fixtures/faults/faults.ts'
import {
  type ReferenceServer,
  startReferenceServer,
} from '../../fixtures/server/reference-server.ts'
import { invoke } from './invoke.ts'
import { withoutProxy } from './stub-server.ts'

const servers: ReferenceServer[] = []
beforeEach(withoutProxy)
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close()
})

async function serving(faultName?: string): Promise<ReferenceServer> {
  const fault = faults.find(({ name }) => name === faultName)
  const server = await startReferenceServer({ alterations: fault ? [fault.alter] : [] })
  servers.push(server)
  return server
}

/** Reads the words of the replay commands that a run prints. */
function replaysIn(stdout: string): readonly (readonly string[])[] {
  return [...stdout.matchAll(/^ +replay +delete-conformance (run .+)$/gm)].map(([, words = '']) =>
    words.replaceAll("'", '').split(' '),
  )
}

const replay = (server: ReferenceServer, name: string, ...words: readonly string[]) =>
  invoke('run', '-t', server.url, '--seed', '7', '--replay', name, ...words)

describe('a failure', () => {
  test.each(['fails-on-quotes', 'latin-1', 'two-winners', 'strips-extension'])(
    'prints a command that sends its case again, shrunk, and fails again: %s',
    async (name) => {
      const server = await serving(name)
      const ran = await invoke(
        'run',
        '-t',
        server.url,
        '--seed',
        '7',
        '--runs',
        '10',
        '--settle',
        '1ms',
      )
      const commands = replaysIn(ran.stdout)
      expect(commands.length).toBeGreaterThan(0)
      for (const words of commands) {
        const { code, stdout } = await invoke(...words)
        expect([words.at(-1), code]).toEqual([words.at(-1), 1])
        expect(stdout).toMatch(/^Verdict {3}\S+ case \S+ violates /m)
      }
    },
  )
})

describe('run --replay', () => {
  test('sends one case and no other, and leaves no file behind', async () => {
    const server = await serving()
    const { code, stdout } = await replay(server, 'not-found/already-deleted:0')
    expect(stdout).toContain('not-found/already-deleted case 0 passes here and now')
    expect(server.store.size).toBe(0)
    expect(code).toBe(0)
  })

  test('cannot tell, and does not say that it passes, where a secret is missing', async () => {
    const { code, stdout } = await replay(await serving(), 'security/token-needed:3')
    expect(stdout).toMatch(/cannot judge security\/token-needed case 3: needs auth: no token/)
    expect(stdout).not.toMatch(/pass/)
    expect(code).toBe(3)
  })

  test('cannot tell where the target is not there', async () => {
    const server = await serving()
    await server.close()
    servers.pop()
    const { code, stdout } = await replay(server, 'deleted/status:0')
    expect(stdout).toMatch(/cannot judge deleted\/status case 0: the target cannot be tested/)
    expect(stdout).toMatch(/\nNext {6}delete-conformance doctor -t \S+\n$/)
    expect(code).toBe(3)
  })

  test.each([
    [
      'a requirement that is none',
      ['--replay', 'not-found/x:1', '--seed', '1'],
      'no such requirement',
    ],
    [
      'one that only watches',
      ['--replay', 'deleted/id:1', '--seed', '1'],
      'it sends nothing itself',
    ],
    ['a case that is none', ['--replay', 'deleted/status:1', '--seed', '1'], 'no such case'],
    ['no seed', ['--replay', 'not-found/any-string:1'], '--seed N'],
    ['a folder', ['--replay', 'deleted/status:0', '--seed', '1', '--out', 'x'], '--out'],
    ['a name without a case', ['--replay', 'deleted/status', '--seed', '1'], 'REQUIREMENT:CASE'],
  ])('is refused for %s', async (_, words, message) => {
    const { code, stderr } = await invoke('run', ...words)
    expect(stderr).toContain(message)
    expect(code).toBe(2)
  })
})
