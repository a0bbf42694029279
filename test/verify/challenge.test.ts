import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { ACCOUNTS } from '../../fixtures/server/accounts.ts'
import {
  type ReferenceServer,
  startReferenceServer,
} from '../../fixtures/server/reference-server.ts'
import { BUNDLE } from '../../harness/evidence/bundle.ts'
import { type EvidenceRecord, isExchange } from '../../model/evidence.ts'
import { invoke } from '../cli/invoke.ts'
import { faultyBundle, folderFor } from './faulty-bundle.ts'
import { copyOf, flipped, linesIn, putReport, reportIn, reseal } from './tampering.ts'

const WORD = 'a word of 2026-11'
const challenged = await faultyBundle('--challenge', WORD)

/** Ids of files that a server already has, one a line. */
function provided(server: ReferenceServer, count: number): string {
  const ids = Array.from({ length: count }, (_, at) => {
    const file = { account: 'everybody', filename: `${at}`, purpose: 'batch' }
    return server.store.add({ ...file, content: new Uint8Array() }).id
  })
  const path = join(folderFor('ids'), 'ids.txt')
  writeFileSync(path, ids.map((id) => `${id}\n`).join(''))
  return path
}

describe('a challenge', () => {
  test('stands in every request, and in the name of every uploaded file', () => {
    const exchanges = linesIn(challenged)
      .map((line) => JSON.parse(line) as EvidenceRecord)
      .filter(isExchange)
    expect(exchanges.length).toBeGreaterThan(40)
    for (const { request } of exchanges) {
      expect(request.headers).toContainEqual(['x-conformance-challenge', 'a%20word%20of%202026-11'])
    }
    const uploads = exchanges.flatMap(({ request: { body } }) =>
      body !== undefined && 'filename' in body ? [body.filename] : [],
    )
    expect(uploads.length).toBeGreaterThan(10)
    for (const name of uploads) expect(name).toMatch(/^a%20word%20of%202026-11-/)
  })

  test('is what the seed follows from, so that the same word gives the same cases', async () => {
    const again = await faultyBundle('--challenge', WORD)
    const other = await faultyBundle('--challenge', `${WORD}!`)
    const seeds = [challenged, again, other].map((folder) => reportIn(folder).seed)
    expect(seeds[1]).toBe(seeds[0])
    expect(seeds[2]).not.toBe(seeds[0])
  })

  test('is confirmed to whoever knows it, and refused to whoever asked with another', async () => {
    expect(await invoke('verify', challenged, '--challenge', WORD)).toMatchObject({ code: 0 })
    const other = await invoke('verify', challenged, '--challenge', 'another')
    expect(other.stdout).toContain('report /challenge')
    expect(other.code).toBe(1)
  })

  test('cannot be put on a run that was made without it, or with another', async () => {
    const without = copyOf(await faultyBundle())
    putReport(without, { ...reportIn(without), challenge: WORD })
    reseal(without)
    const claimed = await invoke('verify', without, '--challenge', WORD)
    expect(claimed.stdout).toContain('report /seed')
    expect(claimed.code).toBe(1)
    const another = copyOf(challenged)
    putReport(another, flipped(reportIn(another), ['challenge']))
    reseal(another)
    expect(await invoke('verify', another)).toMatchObject({ code: 1 })
  })

  test.each([
    ['beside --seed', ['--challenge', 'a', '--seed', '1'], 'the seed follows from the challenge'],
    ['that is empty', ['--challenge', ''], '1 to 128 octets'],
    ['that is too long', ['--challenge', 'x'.repeat(129)], '1 to 128 octets'],
  ])('%s is refused', async (_, words, message) => {
    const { code, stderr } = await invoke('run', ...words)
    expect(stderr).toContain(message)
    expect(code).toBe(2)
  })
})

describe('files that were provided', () => {
  test('are in the evidence, and the run over them is verified', async () => {
    const server = await startReferenceServer()
    const folder = join(folderFor('provided'), 'run')
    const ids = provided(server, 400)
    const words = ['-t', server.url, '--runs', '20', '--out', folder]
    expect(await invoke('run', ...words, '--files', `ids:${ids}`)).toMatchObject({ code: 0 })
    await server.close()
    const [first] = readFileSync(ids, 'utf8').split('\n')
    expect(linesIn(folder).some((line) => line.includes(`"provided":{"id":"${first}"}`))).toBe(true)
    expect(await invoke('verify', folder)).toMatchObject({ code: 0 })
  })

  test('are verified where they were used up, and where a command made them', async () => {
    const server = await startReferenceServer()
    const folder = folderFor('commands')
    const ids = provided(server, 3)
    for (const files of [`ids:${ids}`, 'command:exit 3']) {
      const out = join(folder, files.slice(0, 3))
      const ran = await invoke(
        'run',
        '-t',
        server.url,
        '--runs',
        '5',
        '--files',
        files,
        '--out',
        out,
      )
      expect(ran.code).toBe(3)
      expect(await invoke('verify', out)).toMatchObject({ code: 0 })
    }
    await server.close()
  })
})

test('a run that is not let in is verified, and says which variable it looked in', async () => {
  const server = await startReferenceServer({ accounts: ACCOUNTS })
  const folder = join(folderFor('refused'), 'run')
  expect(await invoke('run', '-t', server.url, '--out', folder)).toMatchObject({ code: 3 })
  await server.close()
  const verified = await invoke('verify', folder)
  expect(verified.stdout).toContain('put a token into CONFORMANCE_TOKEN')
  expect(verified.code).toBe(0)
})

test('a run on a target that is not there is verified: it could tell nothing', async () => {
  const server = await startReferenceServer()
  await server.close()
  const folder = join(folderFor('unreachable'), 'run')
  const ran = await invoke('run', '-t', server.url, '--out', folder)
  expect(ran.code).toBe(3)
  const verified = await invoke('verify', folder)
  expect(verified.stdout).toContain('verified: inconclusive: the target cannot be tested')
  expect(verified.code).toBe(0)
  expect(readFileSync(join(folder, BUNDLE.evidence), 'utf8')).toContain('"kind":"refused"')
})

test('a run with a document of its own is verified with the copy beside it', async () => {
  const shipped = readFileSync('spec/openai-api-swagger.yaml', 'utf8')
  const folder = folderFor('document')
  const spec = join(folder, 'own.yaml')
  writeFileSync(spec, shipped.replaceAll('/v1/files/', '/v2/files/'))
  const out = join(folder, 'run')
  const server = await startReferenceServer({ collection: '/v2/files' })
  const words = [
    '-t',
    server.url,
    '--spec',
    spec,
    '--only',
    'deleted/',
    '--runs',
    '5',
    '--out',
    out,
  ]
  expect(await invoke('run', ...words)).toMatchObject({ code: 0 })
  await server.close()
  writeFileSync(spec, 'gone')
  expect(await invoke('verify', out)).toMatchObject({ code: 0 })
})
