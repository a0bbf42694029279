import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { BUNDLE, checksums } from '../../harness/evidence/bundle.ts'
import { invoke } from '../cli/invoke.ts'
import { faultyBundle, folderFor } from './faulty-bundle.ts'
import { copyOf, putReport, reportIn } from './tampering.ts'

const original = await faultyBundle()
const root = folderFor('other-format')

/** Makes the folder of a run whose report has another format, and other keys. */
function ofFormat(format: string): string {
  const folder = copyOf(original)
  const { runId = '', ...report } = reportIn(folder)
  putReport(folder, { ...report, mark: runId, format })
  writeFileSync(join(folder, BUNDLE.checksums), checksums(folder))
  return folder
}

const older = ofFormat('delete-conformance/report/4')
const file = join(older, BUNDLE.report)
const said =
  'the format delete-conformance/report/4, and this version reads delete-conformance/report/5: test the target again with this version, or use the version that wrote the report'

test('verify refuses a report of an older format, and says what to do', async () => {
  const { code, stdout, stderr } = await invoke('verify', older)
  expect(stdout).toContain(`report /format\n`)
  expect(stdout).toContain(`  found     ${said}\nnot verified: 1 difference\n`)
  expect({ code, stderr }).toEqual({ code: 1, stderr: '' })
})

test.each<readonly [string, readonly string[], string]>([
  ['compare', ['compare', original, older], `compare ${older}: found ${said}\n`],
  ['--baseline', ['run', '--baseline', file], `--baseline ${file}: found ${said}\n`],
  [
    'merge',
    ['merge', older, '--out', join(root, 'merged')],
    `merge: ${older}: report /format: expected a report as its schema describes it, found ${said}\n`,
  ],
])('%s refuses a report of an older format, and says what to do', async (_, words, sentence) => {
  expect(await invoke(...words)).toEqual({ code: 2, stdout: '', stderr: sentence })
  expect(existsSync(join(root, 'merged'))).toBe(false)
})

test('a text that is no name of a format is not repeated', async () => {
  const folder = ofFormat('delete-conformance/report/4\u001b[31m')
  const { code, stderr } = await invoke('compare', folder, folder)
  expect(stderr).toMatch(/^compare \S+: found [\x20-\x7e]+\n$/)
  expect(code).toBe(2)
})
