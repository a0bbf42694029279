import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import {
  type ReferenceServer,
  type ReferenceServerOptions,
  startReferenceServer,
} from '../../fixtures/server/reference-server.ts'

/** Starts a server for one test. */
export async function startServer(options: ReferenceServerOptions = {}): Promise<ReferenceServer> {
  const server = await startReferenceServer(options)
  onTestFinished(() => server.close())
  return server
}

/** Makes a folder for one test. */
export function ownFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'delete-conformance-library-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Adds files that a server has before the test, and returns their ids. */
export function addFiles({ store }: ReferenceServer, count: number): readonly string[] {
  const content = Buffer.from('{}\n')
  return Array.from({ length: count }, (_, at) => {
    const filename = `mine-${at}.jsonl`
    return store.add({ account: 'everybody', filename, purpose: 'batch', content }).id
  })
}
