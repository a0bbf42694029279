import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { shippedDocument } from '../../spec/document.ts'
import { examined, withVerdicts } from '../suites/examined.ts'
import { type RunningProgram, startProgram } from './program.ts'

/*
 * What is true of these servers in the versions that package-lock.json names. A finding that goes away
 * is good news, and a change to docs/field-report.md.
 */
let running: RunningProgram | undefined
afterEach(() => running?.stop())

test('aimock conforms in every MUST, and does not decode percent-encoded ids', async () => {
  const fixture = join(mkdtempSync(join(tmpdir(), 'delete-conformance-test-')), 'fixture.json')
  const answers = [{ match: { userMessage: 'x' }, response: { content: 'y' } }]
  writeFileSync(fixture, JSON.stringify({ fixtures: answers }))
  running = await startProgram(
    'llmock',
    (port) => ['-p', String(port), '-h', '127.0.0.1', '-f', fixture],
    /listening|http:\/\/127/i,
  )
  const report = await examined({ target: running.url, seed: 7 })
  expect(report.verdict).toBe('conforming')
  expect(withVerdicts(report, 'failed', 'inconclusive')).toEqual([])
  expect(withVerdicts(report, 'warned')).toEqual([
    'identity/percent-encoded',
    'http/method-not-allowed',
  ])
  expect(report.files.left).toEqual([])
})

test('prism in mock mode is no server with a state: it deletes whatever it is asked to', async () => {
  running = await startProgram(
    'prism',
    (port) => ['mock', '-h', '127.0.0.1', '-p', String(port), shippedDocument()],
    /Prism is listening/,
  )
  const report = await examined({ target: running.url, seed: 7 })
  expect(report.verdict).toBe('non-conforming')
  expect(withVerdicts(report, 'failed')).toEqual(['not-found/never-issued'])
  const bodies = report.requirements
    .flatMap(({ exchanges }) => exchanges)
    .flatMap(({ response }) => response?.body.value ?? [])
  // Its example id, whatever was asked for.
  expect(new Set(bodies)).toEqual(new Set(['{"id":"string","object":"file","deleted":true}']))
})
