import type { Exchange } from '../model/exchange.ts'
import {
  REPORT_FORMAT,
  type Report,
  type ReportedOptions,
  type ReportedTarget,
  type RequirementResult,
} from '../model/report.ts'
import type { Family } from '../model/requirement.ts'
import { type Conclusion, conclude } from './conclusion.ts'
import { TargetUnusable } from './preflight.ts'
import { notProbed } from './result.ts'
import { createExaminer, type Examiner, examineAll, type RunListener } from './run.ts'
import { select } from './selection.ts'
import { openSession, type Session, type SessionOptions } from './session.ts'
import { isAuthenticated } from './target.ts'
import { isThrottled } from './tools.ts'
import { TOOL } from './tool.ts'
import { Interrupted } from './inconclusive.ts'

export interface ConformanceOptions extends Omit<SessionOptions, 'record'> {
  readonly catalogue: readonly Family[]
  readonly only: readonly string[]
  readonly skip: readonly string[]
  readonly strict: boolean
  readonly expectedStatuses: readonly number[]
  /** Told of every exchange. */
  readonly record?: (exchange: Exchange) => void
}

/** A run from the first look at the target to the report. */
export interface ConformanceListener extends RunListener {
  sessionOpened(session: Session): void
  sweeping(files: number): void
}

/** The run was interrupted; its files were removed, but for those named. */
export class RunInterrupted extends Error {
  override readonly name = 'RunInterrupted'
  readonly left: readonly string[]

  constructor(left: readonly string[]) {
    super('interrupted')
    this.left = left
  }
}

/**
 * Tests a target: every chosen requirement, then the removal of all files of the run.
 *
 * A target that cannot be tested at all gives a report in which everything is inconclusive.
 *
 * @throws SelectionError if the selection is not usable
 * @throws RunInterrupted if the signal was aborted
 * @throws InternalError on a fault of this program; files are removed before it goes on
 */
export async function testConformance(
  options: ConformanceOptions,
  listener: ConformanceListener,
): Promise<Report> {
  const started = new Date()
  const families = select(options.catalogue, options.only, options.skip)
  const observed: Record<string, number> = {}
  let examiner: Examiner | undefined
  const record = (exchange: Exchange) => {
    options.record?.(exchange)
    if (
      exchange.purpose !== 'set-up' &&
      exchange.response !== undefined &&
      !isThrottled(exchange)
    ) {
      const { status } = exchange.response
      observed[status] = (observed[status] ?? 0) + 1
    }
    examiner?.see(exchange)
  }
  const facts = { options, families, observed, started }

  let session: Session
  try {
    session = await openSession({ ...options, record })
  } catch (error) {
    if (error instanceof TargetUnusable)
      return untestable(facts, `the target cannot be tested: ${error.message}`)
    if (error instanceof Interrupted) throw new RunInterrupted([])
    throw error
  }
  try {
    listener.sessionOpened(session)
    examiner = createExaminer(families, session.examination, (...progress) =>
      listener.caseDone(...progress),
    )
    const results = await examineAll(families, examiner, listener)
    listener.sweeping(session.ledger.state.files.size)
    const left = await session.sweep()
    return reportOf(facts, session, results, left)
  } catch (error) {
    const left = await session.sweep()
    throw error instanceof Interrupted ? new RunInterrupted(left) : error
  } finally {
    await session.close()
  }
}

interface RunFacts {
  readonly options: ConformanceOptions
  readonly families: readonly Family[]
  readonly observed: Readonly<Record<string, number>>
  readonly started: Date
}

function untestable(facts: RunFacts, reason: string): Report {
  const { contract } = facts.options
  const results = facts.families.flatMap(({ requirements }) =>
    requirements.map((one) => notProbed(one, contract, 'inconclusive', reason)),
  )
  return reportOf(facts, undefined, results, [])
}

function reportOf(
  { options, families, observed, started }: RunFacts,
  session: Session | undefined,
  results: readonly RequirementResult[],
  left: readonly string[],
): Report {
  const { contract } = options
  const selection = {
    only: options.only,
    skip: options.skip,
    selected: families.flatMap(({ requirements }) => requirements).length,
    catalogue: options.catalogue.flatMap(({ requirements }) => requirements).length,
  }
  const conclusion: Conclusion = conclude({ ...options, results, observed, selection })
  const statusOf = (role: 'deleted' | 'not-found' | 'invalid') => {
    const status = contract.statusOf(role)
    return status === undefined ? {} : { [role]: status }
  }
  return {
    format: REPORT_FORMAT,
    tool: TOOL,
    document: {
      ...contract.document,
      operation: `${contract.method} ${contract.template}`,
      ...(contract.operationId === undefined ? {} : { operationId: contract.operationId }),
      statuses: { ...statusOf('deleted'), ...statusOf('not-found'), ...statusOf('invalid') },
    },
    target: reportedTarget(options),
    options: reportedOptions(options),
    seed: options.seed,
    ...(session === undefined ? {} : { mark: session.mark }),
    capabilities: session?.capabilities ?? [],
    observed,
    selection,
    requirements: results,
    ...conclusion,
    files: {
      created: session?.ledger.state.files.size ?? 0,
      left,
      ...(left.length === 0 || session === undefined ? {} : { ledger: session.ledger.path }),
    },
    started: started.toISOString(),
    durationMs: Date.now() - started.getTime(),
  }
}

function reportedTarget({ target, tokenEnv }: ConformanceOptions): ReportedTarget {
  return {
    url: target.url,
    ...(target.authorization?.startsWith('Bearer ') ? { tokenEnv } : {}),
    headerNames: target.headers.map(([name]) => name),
    authenticated: isAuthenticated(target),
  }
}

function reportedOptions(options: ConformanceOptions): ReportedOptions {
  return {
    files: options.supply.description,
    runs: options.runs,
    concurrency: options.concurrency,
    ...(options.ratePerSecond === undefined ? {} : { ratePerSecond: options.ratePerSecond }),
    timeoutMs: options.target.timeoutMs,
    strict: options.strict,
    disposable: options.disposable,
    expectedStatuses: options.expectedStatuses,
  }
}
