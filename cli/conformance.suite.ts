import { Command } from 'commander'
import { afterAll, beforeAll, describe, type TestContext, test } from 'vitest'
import { gated } from '../harness/gate/gate.ts'
import { chosenFamilies } from '../harness/run/run.ts'
import { launchLive } from '../library/launch.ts'
import type { Report } from '../model/report.ts'
import { cleanupCommand } from '../reporters/commands.ts'
import { createStyle, resultBlock } from '../reporters/terminal.ts'
import { isToldElsewhere, standingOf } from '../reporters/wording.ts'
import { keepingSecrets } from './connection-options.ts'
import { prepare } from './prepare.ts'
import { addRunOptions, type RunFlags } from './run-options.ts'
import { completeFlags } from './settings.ts'

/*
 * Shows the requirements as vitest tests:
 *
 *     CONFORMANCE_TARGET=http://localhost:8080 npx vitest run --project conformance
 *
 * Settings come from CONFORMANCE_… variables and the config file. The run comes first, as on the command
 * line; each test then reports the verdict on one requirement.
 */
const command = addRunOptions(new Command()).parse([], { from: 'user' })
for (const note of await completeFlags(command)) console.warn(note)
const flags = command.opts<RunFlags>()
const interruption = new AbortController()
const prepared = await keepingSecrets(flags.target, flags, (redaction) => prepare(flags, redaction))
const { settings, folder, accepted } = prepared
let report: Report

beforeAll(async () => {
  const { signal } = interruption
  const found = await keepingSecrets(flags.target, flags, () =>
    launchLive(prepared, { signal, keepsEvidence: false }),
  )
  report = accepted === undefined ? found : gated(found, accepted)
})

afterAll(async () => {
  interruption.abort()
  await prepared.close()
})

for (const { name, requirements } of chosenFamilies(settings)) {
  describe(name, () => {
    for (const { id, level, title } of requirements) {
      test(`${title} (${id}, ${level})`, (context) => pronounce(id, context))
    }
  })
}

test('the run as a whole can be judged, and leaves no file', () => {
  const { gate, verdict, reasons, files, target } = report
  if (gate !== undefined && gate.verdict !== 'open') throw new Error(gate.reasons.join('\n'))
  if (gate === undefined && verdict === 'inconclusive') throw new Error(reasons.join('\n'))
  if (files.left.length === 0) return
  const cleanup = cleanupCommand(target.url, folder.ledgerPath)
  throw new Error(`files left behind: ${files.left.join(', ')}; remove with: ${cleanup}`)
})

async function pronounce(requirement: string, context: TestContext): Promise<void> {
  const result = [...report.requirements, ...report.broughtAlong].find(
    ({ id }) => id === requirement,
  )
  if (result === undefined) throw new Error(`${requirement}: the report has no result`)
  const { verdict, reason = '' } = result
  // vitest has no "not applicable": the closest is a skipped test with its reason.
  if (verdict === 'inapplicable') context.skip(reason)
  // The test of the finding that blocks it fails in its place.
  if (isToldElsewhere(report, result)) context.skip(reason)
  if (verdict === 'inconclusive') throw new Error(`inconclusive: ${reason}`)
  if (verdict === 'passed') return
  const text = resultBlock(report, result, createStyle(false))
  const isAccepted = standingOf(result) !== undefined
  if (!isAccepted && (verdict === 'failed' || flags.strict === true)) throw new Error(text)
  await context.annotate(text, 'warning')
}
