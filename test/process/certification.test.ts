import { generateKeyPairSync } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { faults } from '../../fixtures/faults/faults.ts'
import { startReferenceServer } from '../../fixtures/server/reference-server.ts'
import { formats } from '../../reporters/formats.ts'
import { ownFolder, start } from './command-line.ts'

const ALL_REPORTS = formats.flatMap(({ name }) => ['--report', name])

/** Makes a folder with a key pair. */
function vendorsFolder(): string {
  const folder = ownFolder()
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  writeFileSync(join(folder, 'vendor.pem'), privateKey.export({ type: 'pkcs8', format: 'pem' }))
  writeFileSync(join(folder, 'vendor.pub.pem'), publicKey.export({ type: 'spki', format: 'pem' }))
  return folder
}

/** Runs with a signature and every report, and verifies the result. */
async function loop(faultName: string | undefined) {
  const folder = vendorsFolder()
  const fault = faults.find(({ name }) => name === faultName)
  const server = await startReferenceServer({ alterations: fault ? [fault.alter] : [] })
  let closed = false
  const close = async () => {
    if (!closed) await server.close()
    closed = true
  }
  onTestFinished(close)
  const run = await start(folder, [
    ...['run', '-t', server.url, '--runs', '1', '--challenge', 'a nonce', '--out', 'bundle'],
    ...['--sign', 'vendor.pem', ...ALL_REPORTS],
  ]).ended
  // Verification needs no target.
  await close()
  const verify = await start(folder, [
    ...['verify', 'bundle', '--public-key', 'vendor.pub.pem', '--challenge', 'a nonce'],
  ]).ended
  return { run, verify }
}

describe('a certification, from the run to its verification', () => {
  it('is green for a server that conforms', async () => {
    const { run, verify } = await loop(undefined)
    expect(run).toMatchObject({ code: 0, stderr: '' })
    expect(run.stdout).toContain('Attested  PASSED')
    expect(verify).toMatchObject({ code: 0, stderr: '' })
    expect(verify.stdout).toMatch(/states PASSED, signed with the key/)
    expect(verify.stdout).toMatch(/^verified: conforming/m)
  })

  it('confirms the violations of a faulty server', async () => {
    const { run, verify } = await loop('missing-is-500')
    expect(run).toMatchObject({ code: 1, stderr: '' })
    expect(run.stdout).toContain('Attested  FAILED')
    expect(verify).toMatchObject({ code: 0, stderr: '' })
    expect(verify.stdout).toMatch(/^verified: non-conforming: 1 MUST is violated/m)
  })
})
