import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { afterAll, describe, expect, test } from 'vitest'
import { recordedContract, recordedRun, recordedRunWith } from '../../cli/recorded-run.ts'
import { BUNDLE, readBundle } from '../../harness/evidence/bundle.ts'
import type { Difference } from '../../harness/evidence/difference.ts'
import { verifyRun } from '../../harness/evidence/verification.ts'
import { validators } from '../../harness/gate/report-file.ts'
import type { Contract } from '../../model/contract.ts'
import { EvidenceError } from '../../model/errors.ts'
import { invoke } from '../cli/invoke.ts'
import { faultyBundle } from './faulty-bundle.ts'
import {
  copyOf,
  fieldsOf,
  flipped,
  type Json,
  linesIn,
  type Place,
  putLines,
  putReport,
  reportIn,
  reseal,
} from './tampering.ts'

const original = await faultyBundle()
const { isLine } = validators()
const untampered = readBundle(original).report ?? expect.unreachable()
const contract = (await recordedContract(original, untampered, {})) as Contract

/** Lists the differences that a verification finds, whatever SHA256SUMS says. */
async function differencesIn(folder: string): Promise<readonly Difference[]> {
  const { report, differences } = readBundle(folder)
  if (report === undefined) return differences
  // Compiling the document each time would take longer than all else.
  const isSame = isDeepStrictEqual(report.document, untampered.document)
  const run = isSame ? recordedRunWith(contract, report) : await recordedRun(folder, report, {})
  if (run.optionsOf === undefined || run.differences.length > 0) return run.differences
  const evidencePath = join(folder, BUNDLE.evidence)
  try {
    const { optionsOf } = run
    return (await verifyRun({ report, evidencePath, isLine, optionsOf })).differences
  } catch (error) {
    if (!(error instanceof EvidenceError)) throw error
    return [{ where: BUNDLE.evidence, expected: '', found: error.message }]
  }
}

const scratch = copyOf(original)
afterAll(() => rmSync(scratch, { recursive: true }))

/** Lists the differences in the folder with another report or other lines, sealed as well as can be. */
function differencesWith({ report = reportIn(original), lines = linesIn(original) }) {
  putReport(scratch, report)
  putLines(scratch, lines)
  reseal(scratch)
  return differencesIn(scratch)
}

describe('what does not follow from the evidence is noticed, however well it is sealed', () => {
  /** Claims that only a signature protects: of the target, of the clock, and names without effect. */
  const CLAIMS = [
    'durationMs',
    'target/url',
    'document/source',
    'options/timeoutMs',
    'target/tokenVariable',
  ]

  test('every field of the report', async () => {
    const report = reportIn(original)
    const fields = fieldsOf(report).filter(([first]) => first !== 'evidence')
    expect(fields.length).toBeGreaterThan(80)
    const unnoticed: string[] = []
    for (const field of fields) {
      const differences = await differencesWith({ report: flipped(report, field) })
      if (differences.length === 0) unnoticed.push(field.join('/'))
    }
    expect(unnoticed.sort()).toEqual([...CLAIMS].sort())
  })

  test('the time of every requirement that sent requests', async () => {
    const results = reportIn(original).requirements as { [key: string]: Json }[]
    const units = results.map(({ cases, durationMs }) => [
      (cases as { unit: string }).unit,
      durationMs !== undefined,
    ])
    expect(units).toContainEqual(['case', true])
    expect(units).not.toContainEqual(['answer', true])
    const at = results.findIndex(({ durationMs }) => durationMs !== undefined)
    const place = ['requirements', at, 'durationMs']
    const differences = await differencesWith({ report: flipped(reportIn(original), place) })
    expect(differences.map(({ where }) => where)).toEqual([`report ${results[at]?.id} /durationMs`])
  })

  test('every verdict', async () => {
    const report = reportIn(original)
    const results = report.requirements as Json[]
    for (let at = 0; at < results.length; at += 1) {
      const { id, verdict } = results[at] as { id: string; verdict: string }
      const changed = structuredClone(report)
      ;((changed.requirements as Json[])[at] as { verdict: string }).verdict =
        verdict === 'passed' ? 'failed' : 'passed'
      const differences = await differencesWith({ report: changed })
      expect(differences.map(({ where }) => where)).toContain(`report ${id} /verdict`)
    }
  })

  /** Facts from target and clock, which only the evidence has. */
  const RECORDED: readonly Place[] = [
    ['attempts'],
    ['startedAtMs'],
    ['waitMs'],
    ['durationMs'],
    ['response'],
  ]
  const isRecorded = (field: Place) =>
    RECORDED.some((place) => place.every((key, at) => field[at] === key))

  test('every field of what was sent, and of where it belongs', async () => {
    const lines = linesIn(original)
    const kinds = new Map<string, readonly [number, Place]>()
    for (const [at, line] of lines.entries()) {
      const record = JSON.parse(line) as Json
      for (const field of fieldsOf(record)) {
        const kind = `${(record as { purpose: string }).purpose} ${field.join('/')}`
        if (!isRecorded(field) && field[0] !== 'previous' && !kinds.has(kind))
          kinds.set(kind, [at, field])
      }
    }
    const unnoticed: string[] = []
    for (const [kind, [at, field]] of kinds) {
      const changed = [...lines]
      changed[at] = JSON.stringify(flipped(JSON.parse(lines[at] as string) as Json, field))
      if ((await differencesWith({ lines: changed })).length === 0) unnoticed.push(kind)
    }
    expect(unnoticed).toEqual([])
  })

  test('every status of an answer to a deletion', async () => {
    const lines = linesIn(original)
    for (const [at, line] of lines.entries()) {
      const record = JSON.parse(line) as { purpose: string; response: { status: number } }
      if (record.purpose === 'set-up') continue
      const changed = [...lines]
      const status = record.response.status === 404 ? 410 : 404
      changed[at] = JSON.stringify({ ...record, response: { ...record.response, status } })
      expect([at, (await differencesWith({ lines: changed })).length > 0]).toEqual([at, true])
    }
  })

  test.each<readonly [string, (lines: string[], at: number) => void]>([
    ['left out', (lines, at) => lines.splice(at, 1)],
    ['added', (lines, at) => lines.splice(at, 0, lines[at] ?? '')],
    [
      'of another case',
      (lines, at) => lines.splice(at, 1, (lines[at] ?? '').replace('"case":"', '"case":"9')),
    ],
  ])('every line that is %s', async (_, tamper) => {
    const lines = linesIn(original)
    for (let at = 0; at < lines.length; at += 1) {
      const changed = [...lines]
      tamper(changed, at)
      expect([at, (await differencesWith({ lines: changed })).length > 0]).toEqual([at, true])
    }
  })

  test('another seed, document, program or catalogue, by its name', async () => {
    for (const [field, where] of [
      [['seed'], 'evidence.ndjson line 2'],
      [['document', 'sha256'], 'report /document/sha256'],
      [['tool', 'sha256'], 'report /tool/sha256'],
      [['tool', 'version'], 'report /tool/version'],
      [['selection', 'catalogueSha256'], 'report /selection/catalogueSha256'],
    ] as const) {
      const folder = copyOf(original)
      putReport(folder, flipped(reportIn(original), field))
      reseal(folder)
      const { code, stdout } = await invoke('verify', folder)
      expect(stdout).toContain(where)
      expect(code).toBe(1)
    }
  })
})
