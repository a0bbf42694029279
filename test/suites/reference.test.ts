import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { expect, test } from 'vitest'
import { faults } from '../../fixtures/faults/faults.ts'
import { startReferenceServer } from '../../fixtures/server/reference-server.ts'
import { variants } from '../../fixtures/variants/variants.ts'
import { examined, withVerdicts } from './examined.ts'

const ajv = new Ajv2020({ allErrors: true, strict: true, strictTypes: false })
const formats = addFormats as unknown as (ajv: Ajv2020) => void
formats(ajv)
const schema = readFileSync(new URL('../../reporters/report.schema.json', import.meta.url), 'utf8')
const isReport = ajv.compile(JSON.parse(schema))

function expectReport(report: unknown): void {
  isReport(JSON.parse(JSON.stringify(report)))
  expect(isReport.errors).toBeNull()
}

test('the embedded reference server passes every requirement and is left empty', async () => {
  const report = await examined({ strict: true, runs: 20 })
  expect(withVerdicts(report, 'failed', 'warned', 'inconclusive', 'inapplicable')).toEqual([])
  expect(report.verdict).toBe('conforming')
  expect(report.files.left).toEqual([])
  expectReport(report)
})

test('no file of the run is left on the target, and foreign files stay', async () => {
  const server = await startReferenceServer()
  const foreign = server.store.add({
    account: 'everybody',
    filename: 'foreign',
    purpose: 'batch',
    content: new Uint8Array(),
  })
  await examined({ target: server.url, runs: 20 })
  expect(server.store.list('everybody')).toEqual([foreign])
  await server.close()
})

test('a server that never answers 422 conforms, and the report says what was never observed', async () => {
  const server = await startReferenceServer()
  const report = await examined({ target: server.url, runs: 20, strict: true })
  expect(report.verdict).toBe('conforming')
  expect(withVerdicts(report, 'inapplicable')).toEqual([
    'invalid/body',
    'invalid/location',
    'identity/no-id',
    'security/token-needed',
    'security/whole-token',
    'security/each-request',
    'security/nothing-for-strangers',
    'security/own-files-only',
    'security/existence-hidden',
    'security/accounts-apart',
  ])
  const [body] = report.requirements.filter(({ id }) => id === 'invalid/body')
  expect(body?.reason).toMatch(/^never observed: \d+ invalid cases probed, none answered 422$/)
  await server.close()
})

test('with 422 as an expected status, a server that never answers it is inconclusive', async () => {
  const server = await startReferenceServer()
  const report = await examined({ target: server.url, runs: 5, expectStatus: [422] })
  expect(report.verdict).toBe('inconclusive')
  expect(report.reasons).toEqual(['status 422 was never observed'])
  await server.close()
})

test('every report of a faulty server fits the schema', async () => {
  for (const name of ['fails-on-quotes', 'cut-body', 'false-content-encoding', 'latin-1']) {
    const fault = faults.find((one) => one.name === name)
    const server = await startReferenceServer({ alterations: fault ? [fault.alter] : [] })
    expectReport(await examined({ target: server.url, runs: 20 }))
    await server.close()
  }
})

test('without files the deletions are inconclusive, and so is the run', async () => {
  const report = await examined({ files: 'none' })
  expect(report.verdict).toBe('inconclusive')
  expect(withVerdicts(report, 'inconclusive')).toEqual(
    expect.arrayContaining(['deleted/status', 'deleted/body', 'effect/bystanders']),
  )
})

test('what the target lacks is inapplicable, and inconclusive where it was declared', async () => {
  const noReads = variants.find(({ name }) => name === 'no-reads')
  const server = await startReferenceServer({ alterations: noReads?.alter ? [noReads.alter] : [] })
  const effects = { target: server.url, only: ['effect/'], runs: 5 }
  const found = await examined(effects)
  expect(withVerdicts(found, 'inapplicable')).toContain('effect/not-retrievable')
  expect(found.verdict).toBe('conforming')
  const declared = await examined({ ...effects, capabilities: ['retrieve'] })
  expect(withVerdicts(declared, 'inconclusive')).toEqual([
    'effect/not-retrievable',
    'effect/bystander-metadata',
    'effect/one-of-many',
  ])
  expect(declared.verdict).toBe('inconclusive')
  await server.close()
})

test('the same seed sends the same cases', async () => {
  const targets: string[][] = []
  for (let time = 0; time < 2; time += 1) {
    const seen: string[] = []
    const server = await startReferenceServer({
      alterations: [
        (handle) => (request) => {
          seen.push(request.target)
          return handle(request)
        },
      ],
    })
    const only = ['not-found/any-string']
    const { runId = '' } = await examined({ target: server.url, seed: 11, only, runs: 30 })
    const named = seen.map((target) => target.replaceAll(runId, 'RUN'))
    targets.push(named.filter((target) => !target.includes('file-')).sort())
    await server.close()
  }
  expect(targets[0]?.length).toBeGreaterThanOrEqual(30)
  expect(targets[0]).toEqual(targets[1])
})
