import { Command } from 'commander'
import { afterAll, describe, type TestContext, test } from 'vitest'
import { gated } from '../harness/gate/gate.ts'
import { openRun } from '../harness/run/run.ts'
import { scheduleOf } from '../harness/run/schedule.ts'
import type { LedgerState } from '../harness/safety/ledger.ts'
import type { Report, RequirementResult } from '../model/report.ts'
import { cleanupCommand } from '../reporters/commands.ts'
import { createStyle, resultBlock } from '../reporters/terminal.ts'
import { standingOf } from '../reporters/wording.ts'
import { keepingSecrets } from './connection-options.ts'
import { prepare } from './prepare.ts'
import { addRunOptions, type RunFlags } from './run-options.ts'
import { completeFlags } from './settings.ts'

/*
 * The specification as vitest tests, one a requirement, for people who live in vitest:
 *
 *     CONFORMANCE_TARGET=http://localhost:8080 npx vitest run --project conformance
 *
 * Flags of `delete-conformance run` are CONFORMANCE_… variables here, or settings of its config file.
 */
const command = addRunOptions(new Command()).parse([], { from: 'user' })
for (const note of await completeFlags(command)) console.warn(note)
const flags = command.opts<RunFlags>()
const interrupted = new AbortController()
const { prepared, run } = await keepingSecrets(flags.target, flags, async (redaction) => {
  const ready = await prepare(flags, redaction)
  try {
    const openEnvironment = (files: LedgerState) => ready.openEnvironment(interrupted.signal, files)
    return { prepared: ready, run: await openRun({ ...ready.options, openEnvironment }) }
  } catch (error) {
    await ready.close()
    throw error
  }
})
const results: RequirementResult[] = []

afterAll(async () => {
  interrupted.abort()
  const left = await run.session.cleanUp()
  await run.session.close()
  await prepared.close()
  const { target, ledgerPath } = prepared.options
  if (left.length > 0)
    throw new Error(
      `files left behind: ${left.join(', ')}; remove with: ${cleanupCommand(target.url, ledgerPath)}`,
    )
})

const schedule = scheduleOf(run.families)
for (const { name } of run.families) {
  describe(name, () => {
    for (const { requirement } of schedule.filter(({ family }) => family.name === name)) {
      test(`${requirement.title} (${requirement.id}, ${requirement.level})`, async (context) => {
        const result = await run.examiner.examine(requirement)
        results.push(result)
        await pronounce(result, context)
      })
    }
  })
}

test('the run as a whole can be judged', () => {
  const { gate, verdict, reasons } = report()
  if (gate !== undefined && gate.verdict !== 'open') throw new Error(gate.reasons.join('\n'))
  if (gate === undefined && verdict === 'inconclusive') throw new Error(reasons.join('\n'))
})

/** The report of what was examined until now, held against what was accepted before. */
function report(): Report {
  const found = run.report(results, [])
  return prepared.accepted === undefined ? found : gated(found, prepared.accepted)
}

async function pronounce(result: RequirementResult, context: TestContext): Promise<void> {
  const { verdict, reason = '' } = result
  // To vitest, what cannot apply to this target is a skipped test with its reason.
  if (verdict === 'inapplicable') context.skip(reason)
  if (verdict === 'inconclusive') throw new Error(`inconclusive: ${reason}`)
  if (verdict === 'passed') return
  const held = report()
  const marked = held.requirements.find(({ id }) => id === result.id) ?? result
  const text = resultBlock(held, marked, createStyle(false))
  const accepted = standingOf(marked) !== undefined
  if (!accepted && (verdict === 'failed' || flags.strict === true)) throw new Error(text)
  await context.annotate(text, 'warning')
}
