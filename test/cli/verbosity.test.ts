import { expect, onTestFinished, test } from 'vitest'
import { faults } from '../../fixtures/faults/faults.ts'
import { startReferenceServer } from '../../fixtures/server/reference-server.ts'
import { invoke } from './invoke.ts'

const FEW = ['--only', 'not-found/never-issued', '--runs', '1', '--settle', '1ms']

async function started(fault?: string) {
  const alter = faults.find(({ name }) => name === fault)?.alter
  const server = await startReferenceServer({ alterations: alter === undefined ? [] : [alter] })
  onTestFinished(server.close)
  return server.url
}

test('-q prints one line of a server that conforms: the verdict', async () => {
  const { code, stdout, stderr } = await invoke('run', '-q', '-t', await started(), ...FEW)
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout).toMatch(/^Verdict {3}conforming in what was selected: 1 of 1 [^\n]+\n$/)
})

test('-q prints the findings of a server that does not, with their exchange', async () => {
  const { code, stdout } = await invoke('run', '-q', '-t', await started('missing-is-500'), ...FEW)
  expect(code).toBe(1)
  const lines = stdout.trimEnd().split('\n')
  expect(lines[0]).toMatch(/^FAILED not-found\/never-issued/)
  expect(lines.at(-1)).toMatch(/^Verdict {3}non-conforming/)
  expect(stdout).toMatch(/DELETE \/v1\/files\//)
  expect(stdout).not.toMatch(/^(Answers|File ids|Files) /m)
})

test('-v prints each exchange on a line: request, outcome, time, and the case that sent it', async () => {
  const { code, stdout } = await invoke('run', '-v', '-t', await started(), ...FEW)
  expect(code).toBe(0)
  const exchanges = stdout.split('\n').filter((line) => line.includes(' → '))
  expect(exchanges.length).toBeGreaterThan(20)
  expect(exchanges).toContainEqual(
    expect.stringMatching(/^ {2}POST \/v1\/files → 200 in \d+ ms {2}set-up\/capabilities:0$/),
  )
  expect(exchanges.filter((line) => line.endsWith('not-found/never-issued:0'))).toEqual([
    expect.stringMatching(/^ {2}DELETE \/v1\/files\/file-\w+ → 404 in /),
  ])
})

test('-v shows the failure of a request that was not answered', async () => {
  const { stdout } = await invoke('run', '-v', '-t', 'http://127.0.0.1:1', ...FEW)
  expect(stdout).toMatch(
    /^ {2}GET \/v1\/files\?limit=100 → connection refused \(ECONNREFUSED\) in /m,
  )
})

test('-q and -v are refused together', async () => {
  const { code, stderr } = await invoke('run', '-q', '-v')
  expect({ code, stderr }).toEqual({ code: 2, stderr: '--verbose and --quiet: accepted is one\n' })
})

test('serve --list names each fault once, and no requirement twice in a line', async () => {
  const { code, stdout } = await invoke('serve', '--list')
  expect(code).toBe(0)
  const lines = stdout.trimEnd().split('\n')
  const names = lines.flatMap((line) => /^(\S+) /.exec(line)?.[1] ?? [])
  expect(new Set(names).size).toBe(names.length)
  for (const line of lines) {
    const ids = line.match(/[a-z-]+\/[a-z0-9-]+/g) ?? []
    expect(new Set(ids).size).toBe(ids.length)
  }
})
