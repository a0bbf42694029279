import { randomBytes } from 'node:crypto'
import { Interrupted, nameLeft, RunInterrupted } from '../../model/errors.ts'
import type { Exchange } from '../../model/exchange.ts'
import type { Progress } from '../../model/progress.ts'
import type { Report, RequirementResult } from '../../model/report.ts'
import { type Family, isInvariant, type Requirement } from '../../model/requirement.ts'
import { isThrottled } from './answers.ts'
import { createExaminer, type Examiner } from './examiner.ts'
import { TargetUnusable } from './preflight.ts'
import { type RunFacts, reportOf, untestable } from './report.ts'
import { createRequirementTimes } from './requirement-times.ts'
import { bindingOf, type RunPorts, type RunSettings } from './run-settings.ts'
import { dealt, scheduleOf } from './schedule.ts'
import { runIdOf } from './seed.ts'
import { isBroughtAlong, select, withoutFiles } from './selection.ts'
import { openSession } from './session.ts'
import { blockedByFindings, blockedByUnanswered } from './verdicts.ts'

/**
 * Runs: examines every chosen requirement, then removes the files of the run. Every run goes this way, whoever
 * starts it and whatever stands in the place of the target.
 *
 * A target that cannot be tested at all gives a report in which everything is inconclusive.
 *
 * @param tell - hears of the progress; must not throw
 * @throws SelectionError if the selection is not usable
 * @throws RunInterrupted if the signal was aborted
 * @throws LedgerError or EvidenceError if what happens cannot be kept, InternalError on a fault of this
 *   program; files are removed before, and the message names those that are left
 */
export async function launch(
  settings: RunSettings,
  ports: RunPorts,
  tell: (progress: Progress) => void = () => undefined,
): Promise<Report> {
  const choice: Choice = { ...settings, readOnly: settings.provider.readOnly === true }
  const families = chosenFamilies(choice)
  const instance = settings.instance ?? randomBytes(INSTANCE_BYTES).toString('hex')
  const observed: Record<string, number> = {}
  const observedInSetUp: Record<string, number> = {}
  const facts: RunFacts = {
    settings,
    ports,
    instance,
    families,
    observed,
    observedInSetUp,
    started: new Date(),
    startedMs: performance.now(),
  }
  const times = createRequirementTimes()
  let examiner: Examiner | undefined
  const record = (exchange: Exchange) => {
    ports.record?.(exchange)
    count(exchange, observed, observedInSetUp)
    times.see(exchange)
    examiner?.see(exchange)
    tell({ kind: 'exchange', exchange })
  }
  const runId = settings.runId ?? runIdOf(settings.seed, `${bindingOf(settings)}\n${instance}`)
  tell({
    kind: 'started',
    target: settings.target.url,
    seed: settings.seed,
    ledgerPath: ports.ledgerPath,
  })
  // What another shard tells is not told here.
  const chosen = chosenFamilies({ ...choice, shard: undefined }).flatMap((one) => one.requirements)
  const isChosen = (requirementId: string) => chosen.some(({ id }) => id === requirementId)
  const looksLater = families.some(({ requirements }) =>
    requirements.some((one) => !isInvariant(one) && one.turn === 'later'),
  )
  const options = { ...settings, ...ports, runId, record, isChosen, looksLater }
  const session = await openSession(options).catch(unlessUnusable)
  if (session instanceof TargetUnusable) return untestable(facts, session)
  examiner = createExaminer(families, session.examination, ({ id }, done, planned) =>
    tell({ kind: 'case', requirement: id, done, planned }),
  )
  try {
    const { examine } = examiner
    const timed = async (one: Requirement) => times.timed(await examine(one))
    const results = blockedByFindings(
      blockedByUnanswered(
        await examineAll(families, timed, settings.only, tell),
        examiner.unanswered,
      ),
    )
    tell({ kind: 'cleanup' })
    const left = await session.cleanUp()
    return reportOf(facts, session, results, left, await session.others())
  } catch (error) {
    const left = await session.cleanUp()
    throw error instanceof Interrupted
      ? new RunInterrupted(left, left.length === 0 ? undefined : ports.ledgerPath)
      : nameLeft(error, left, session.ledger.path)
  } finally {
    await session.close()
  }
}

const INSTANCE_BYTES = 8

function unlessUnusable(error: unknown): TargetUnusable {
  if (error instanceof TargetUnusable) return error
  throw error
}

/** Settings that choose the requirements of a run. */
interface Choice extends Pick<RunSettings, 'catalogue' | 'only' | 'skip' | 'shard'> {
  readonly readOnly: boolean
}

/**
 * Chooses the requirements of a run.
 *
 * @throws SelectionError if there are none
 */
export function chosenFamilies({
  catalogue,
  only,
  skip,
  shard,
  readOnly,
}: Choice): readonly Family[] {
  const selected = select(catalogue, only, skip)
  const families = readOnly ? withoutFiles(selected) : selected
  return shard === undefined ? families : dealt(families, shard)
}

async function examineAll(
  families: readonly Family[],
  examine: Examiner['examine'],
  only: readonly string[],
  tell: (progress: Progress) => void,
): Promise<readonly RequirementResult[]> {
  const schedule = scheduleOf(families)
  const probing = schedule.filter(({ requirement }) => !isInvariant(requirement))
  const results = new Map<Requirement, RequirementResult>()
  const resultsOf = (family: Family) =>
    family.requirements.flatMap((requirement) => results.get(requirement) ?? [])
  let number = 0
  for (const { family, requirement, last } of schedule) {
    if (!isInvariant(requirement)) {
      number += 1
      tell({ kind: 'requirement', requirement: requirement.id, number, of: probing.length })
    }
    const result = await examine(requirement)
    results.set(requirement, result)
    tell({ kind: 'result', result })
    const chosen = last ? resultsOf(family).filter((one) => !isBroughtAlong(one, only)) : []
    if (chosen.length > 0) tell({ kind: 'family', family: family.name, results: chosen })
  }
  return families.flatMap(resultsOf)
}

/** Counts the answers to the operation by status, and those in the set-up. */
function count(
  exchange: Exchange,
  tested: Record<string, number>,
  inSetUp: Record<string, number>,
): void {
  const { purpose, response } = exchange
  if (response === undefined || (purpose !== 'set-up' && isThrottled(exchange))) return
  const observed = purpose === 'set-up' ? inSetUp : tested
  observed[response.status] = (observed[response.status] ?? 0) + 1
}
