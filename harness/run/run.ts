import { randomBytes } from 'node:crypto'
import { Interrupted, nameLeft, RunInterrupted } from '../../model/errors.ts'
import type { Exchange } from '../../model/exchange.ts'
import {
  type Budget,
  type DamageReport,
  type EvidenceIdentity,
  REPORT_FORMAT,
  type Report,
  type ReportedOptions,
  type ReportedTarget,
  type RequirementResult,
  type Shard,
} from '../../model/report.ts'
import type { Family } from '../../model/requirement.ts'
import { isAuthenticated } from '../http/target.ts'
import { reportedTool } from '../http/tool.ts'
import { idFactsOf } from '../safety/measure-ids.ts'
import { isThrottled } from './answers.ts'
import { type CaseListener, createExaminer, type Examiner } from './examiner.ts'
import { TargetUnusable } from './preflight.ts'
import { dealt, examineAll, type RunListener } from './schedule.ts'
import { runIdOf } from './seed.ts'
import { catalogueSha256, isBroughtAlong, reportedResults, select } from './selection.ts'
import { openSession, type Session, type SessionOptions } from './session.ts'
import { type Conclusion, conclude, notProbed, remarksOn } from './verdicts.ts'

export interface ConformanceOptions extends Omit<SessionOptions, 'record' | 'runId'> {
  readonly catalogue: readonly Family[]
  readonly only: readonly string[]
  readonly skip: readonly string[]
  /** The part of the chosen requirements that is run. */
  readonly shard?: Shard | undefined
  readonly strict: boolean
  readonly expectedStatuses: readonly number[]
  readonly ratePerSecond?: number | undefined
  /** What the outside was told to hold the run to. */
  readonly budget?: Budget | undefined
  /** The name of the run; from seed, choices and instance where it is undefined. */
  readonly runId?: string | undefined
  /** What tells the run from others with the same seed and choices; drawn where it is undefined. */
  readonly instance?: string | undefined
  /** Where the ledger is, for whoever has to clean up. */
  readonly ledgerPath: string
  /** The environment variable of the second account's token. */
  readonly secondTokenEnv: string
  /** Told of every exchange. */
  readonly record?: (exchange: Exchange) => void
  /** What was kept as evidence, once nothing more is sent. */
  readonly evidence?: () => EvidenceIdentity
}

/** A run from the first look at the target to the report. */
export interface ConformanceListener extends RunListener {
  /** Everything is judged; the files of the run are being removed. */
  cleaningUp(): void
}

/** For a run that nobody watches. */
export const SILENT: ConformanceListener = {
  requirementStarted: () => undefined,
  caseDone: () => undefined,
  familyDone: () => undefined,
  cleaningUp: () => undefined,
}

/** A run that is under way. */
interface OpenRun {
  readonly families: readonly Family[]
  readonly session: Session
  readonly examiner: Examiner
  /** What the run adds up to. */
  report(
    results: readonly RequirementResult[],
    left: readonly string[],
    others?: DamageReport,
  ): Report
}

/**
 * Begins a run: chooses requirements, opens the session, lets the watching requirements look on.
 *
 * @throws SelectionError if the selection is not usable
 * @throws TargetUnusable if the target cannot be tested at all
 */
export async function openRun(
  options: ConformanceOptions,
  onCase: CaseListener = () => undefined,
): Promise<OpenRun> {
  return begin(factsOf(options), onCase)
}

async function begin(facts: RunFacts, onCase: CaseListener): Promise<OpenRun> {
  const { options } = facts
  let examiner: Examiner | undefined
  const record = (exchange: Exchange) => {
    options.record?.(exchange)
    observe(facts.observed, exchange)
    examiner?.see(exchange)
  }
  const binding = `${bindingOf(options)}\n${facts.instance}`
  const runId = options.runId ?? runIdOf(options.seed, binding)
  const session = await openSession({ ...options, runId, record })
  examiner = createExaminer(facts.families, session.examination, onCase)
  const { families } = facts
  return {
    families,
    session,
    examiner,
    report: (results, left, others) => reportOf(facts, session, results, left, others),
  }
}

/**
 * Tests a target: every chosen requirement, then the removal of all files of the run.
 *
 * A target that cannot be tested at all gives a report in which everything is inconclusive.
 *
 * @throws SelectionError if the selection is not usable
 * @throws RunInterrupted if the signal was aborted
 * @throws LedgerError or EvidenceError if what happens cannot be kept, InternalError on a fault of this
 *   program; files are removed before, and the message names those that are left
 */
export async function testConformance(
  options: ConformanceOptions,
  listener: ConformanceListener,
): Promise<Report> {
  const facts = factsOf(options)
  let run: OpenRun
  try {
    run = await begin(facts, listener.caseDone)
  } catch (error) {
    if (error instanceof TargetUnusable) return untestable(facts, error)
    throw error
  }
  const { families, session, examiner } = run
  try {
    const results = await examineAll(families, examiner, {
      ...listener,
      familyDone(family, all) {
        const chosen = all.filter((one) => !isBroughtAlong(one, facts.options.only))
        if (chosen.length > 0) listener.familyDone(family, chosen)
      },
    })
    listener.cleaningUp()
    const left = await session.cleanUp()
    return run.report(results, left, await session.others())
  } catch (error) {
    const left = await session.cleanUp()
    throw error instanceof Interrupted
      ? new RunInterrupted(left)
      : nameLeft(error, left, session.ledger.path)
  } finally {
    await session.close()
  }
}

interface RunFacts {
  readonly options: ConformanceOptions
  readonly instance: string
  readonly families: readonly Family[]
  /** Status of each answer to the operation, and how often it was seen. */
  readonly observed: Record<string, number>
  readonly started: Date
  /** Of the clock of this process, which no change of the system's time touches. */
  readonly startedMs: number
}

/**
 * The requirements that a run is about.
 *
 * @throws SelectionError if there are none
 */
export function chosenFamilies({
  catalogue,
  only,
  skip,
  shard,
}: Pick<ConformanceOptions, 'catalogue' | 'only' | 'skip' | 'shard'>): readonly Family[] {
  const families = select(catalogue, only, skip)
  return shard === undefined ? families : dealt(families, shard)
}

const INSTANCE_BYTES = 8

function factsOf(options: ConformanceOptions): RunFacts {
  const families = chosenFamilies(options)
  const instance = options.instance ?? randomBytes(INSTANCE_BYTES).toString('hex')
  return {
    options,
    instance,
    families,
    observed: {},
    started: new Date(),
    startedMs: performance.now(),
  }
}

function observe(observed: Record<string, number>, exchange: Exchange): void {
  const { purpose, response } = exchange
  if (purpose === 'set-up' || response === undefined || isThrottled(exchange)) return
  observed[response.status] = (observed[response.status] ?? 0) + 1
}

function untestable(facts: RunFacts, { message, left, created }: TargetUnusable): Report {
  const { contract } = facts.options
  const reason = `the target cannot be tested: ${message}`
  const results = facts.families.flatMap(({ requirements }) =>
    requirements.map((one) => notProbed(one, contract, 'inconclusive', reason)),
  )
  return reportOf(facts, undefined, results, left, undefined, created)
}

function reportOf(
  { options, instance, families, observed, started, startedMs }: RunFacts,
  session: Session | undefined,
  all: readonly RequirementResult[],
  left: readonly string[],
  others: DamageReport | undefined,
  created = session?.ledger.state.files.size ?? 0,
): Report {
  const { contract } = options
  const reported = reportedResults(families, all, options.only)
  const selection = {
    only: options.only,
    skip: options.skip,
    selected: reported.requirements.length,
    catalogue: options.catalogue.flatMap(({ requirements }) => requirements).length,
    catalogueSha256: catalogueSha256(options.catalogue, contract),
    ...(options.shard === undefined ? {} : { shard: options.shard }),
  }
  const statusOf = (role: 'deleted' | 'not-found' | 'invalid') => {
    const status = contract.statusOf(role)
    return status === undefined ? {} : { [role]: status }
  }
  const statuses = { ...statusOf('deleted'), ...statusOf('not-found'), ...statusOf('invalid') }
  const conclusion: Conclusion = conclude({
    ...options,
    statuses,
    results: reported.requirements,
    observed,
    selection,
    remarks: [...remarksOn(others), ...(session?.noDeletion ?? [])],
    left,
  })
  return {
    format: REPORT_FORMAT,
    tool: reportedTool(),
    document: {
      ...contract.document,
      operation: `${contract.method} ${contract.template}`,
      ...(contract.operationId === undefined ? {} : { operationId: contract.operationId }),
      statuses,
    },
    target: reportedTarget(options),
    options: reportedOptions(options),
    seed: options.seed,
    ...(options.challenge === undefined ? {} : { challenge: options.challenge }),
    ...(session === undefined ? {} : { runId: session.runId }),
    instance,
    ids: session?.ids ?? idFactsOf(options.provider.samples),
    capabilities: session?.capabilities ?? [],
    observed,
    selection,
    ...reported,
    ...conclusion,
    notSent: session?.notSent() ?? [],
    ...(others === undefined ? {} : { others }),
    files: {
      created,
      left,
      ...(left.length === 0 ? {} : { ledger: options.ledgerPath }),
    },
    ...(options.evidence === undefined ? {} : { evidence: options.evidence() }),
    started: started.toISOString(),
    durationMs: Math.round(performance.now() - startedMs),
  }
}

function reportedTarget({ target, tokenEnv, secondTokenEnv }: ConformanceOptions): ReportedTarget {
  const { authorization } = target
  return {
    url: target.url,
    tokenVariable: tokenEnv,
    ...(authorization?.startsWith('Bearer ') ? { tokenEnv } : {}),
    ...(target.secondAuthorization === undefined ? {} : { secondTokenEnv }),
    userInfo: authorization?.startsWith('Basic ') ?? false,
    headerNames: target.headers.map(([name]) => name),
    ...(target.secretHeaders?.length ? { secretHeaders: target.secretHeaders } : {}),
    authenticated: isAuthenticated(target),
  }
}

function reportedOptions(options: ConformanceOptions): ReportedOptions {
  return {
    files: options.provider.description,
    runs: options.runs,
    concurrency: options.concurrency,
    maxLive: options.maxLive,
    ...(options.ratePerSecond === undefined ? {} : { ratePerSecond: options.ratePerSecond }),
    timeoutMs: options.target.timeoutMs,
    settleMs: options.settleMs,
    strict: options.strict,
    disposable: options.disposable,
    expectedStatuses: options.expectedStatuses,
    declaredCapabilities: options.declaredCapabilities,
    ...(options.budget === undefined ? {} : { budget: options.budget }),
  }
}

/**
 * Everything that decides which cases are sent and what is made of the answers, in one text. The run id of
 * the run follows from it, and stands in made-up ids and in the names of files: with another choice, all
 * of them would have been others, so nobody can say afterwards that it was made. A budget is not in it:
 * it makes no case another, and what it has cut off is inconclusive.
 */
function bindingOf(options: ConformanceOptions): string {
  const { target, contract, provider } = options
  return JSON.stringify([
    contract.document.sha256,
    contract.operationId ?? null,
    target.basePath,
    target.authorization?.split(' ')[0] ?? null,
    target.secondAuthorization !== undefined,
    target.headers.map(([name]) => name),
    isAuthenticated(target),
    provider.description,
    options.runs,
    options.concurrency,
    options.maxLive,
    options.settleMs,
    options.strict,
    options.disposable,
    options.expectedStatuses,
    options.declaredCapabilities,
    options.only,
    options.skip,
    options.shard ?? null,
    options.challenge ?? null,
  ])
}
