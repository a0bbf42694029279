import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect } from 'vitest'
import { faults } from '../../fixtures/faults/faults.ts'
import { startReferenceServer } from '../../fixtures/server/reference-server.ts'
import { invoke } from '../cli/invoke.ts'

/** A folder of these tests, removed at their end. */
export function folderFor(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), `delete-conformance-${name}-`))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Makes the folder of a small run on a faulty server; of the whole catalogue if it is signed. */
export async function faultyBundle(...words: readonly string[]): Promise<string> {
  const fault = faults.find(({ name }) => name === 'missing-is-500')
  const server = await startReferenceServer({ alterations: fault ? [fault.alter] : [] })
  const few = ['deleted/status', 'deleted/any-file', 'not-found/any-string', 'security/no-html']
  const only = [...few, 'effect/not-retrievable']
  const folder = folderFor('faulty')
  const { code } = await invoke(
    ...['run', '-t', server.url, '--runs', '3', '--settle', '1ms', '--out', folder],
    ...['--concurrency', '4'],
    ...(words.includes('--sign') ? [] : only.flatMap((id) => ['--only', id])),
    ...(words.includes('--challenge') ? words : ['--seed', '7', ...words]),
  )
  await server.close()
  expect(code).toBe(1)
  return folder
}
