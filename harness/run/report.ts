import type { Contract, Role } from '../../model/contract.ts'
import {
  type DamageReport,
  REPORT_FORMAT,
  type Report,
  type ReportedOptions,
  type ReportedTarget,
  type RequirementResult,
} from '../../model/report.ts'
import type { Family } from '../../model/requirement.ts'
import { isAuthenticated } from '../http/target.ts'
import { reportedTool } from '../http/tool.ts'
import { idFactsOf } from '../safety/measure-ids.ts'
import type { TargetUnusable } from './preflight.ts'
import type { RunPorts, RunSettings } from './run-settings.ts'
import { catalogueSha256, reportedResults } from './selection.ts'
import type { Session } from './session.ts'
import { conclude, doubtOfReadOnly, notProbed, remarksOn } from './verdicts.ts'

/** Facts of a run that its report states. */
export interface RunFacts {
  readonly settings: RunSettings
  readonly ports: RunPorts
  readonly instance: string
  readonly families: readonly Family[]
  /** Status of each answer to the operation, and how often it was seen. */
  readonly observed: Readonly<Record<string, number>>
  /** Status of each answer in the set-up. */
  readonly observedInSetUp: Readonly<Record<string, number>>
  readonly started: Date
  /** By the clock of this process, which no change of the system's time touches. */
  readonly startedMs: number
}

/** Reports a target that cannot be tested: every requirement is inconclusive. */
export function untestable(
  facts: RunFacts,
  { message, left, created, damage }: TargetUnusable,
): Report {
  const { contract } = facts.settings
  const reason = `the target cannot be tested: ${message}`
  const results = facts.families.flatMap(({ requirements }) =>
    requirements.map((one) => notProbed(one, contract, 'inconclusive', reason)),
  )
  return reportOf(facts, undefined, results, left, damage, created)
}

/** Gives what a report says of how a run was started. */
export function startedWith(
  settings: RunSettings,
): Pick<Report, 'target' | 'document' | 'options'> {
  const { contract } = settings
  return {
    document: {
      ...contract.document,
      operation: `${contract.method} ${contract.template}`,
      ...(contract.operationId === undefined ? {} : { operationId: contract.operationId }),
      ...documentedStatuses(contract),
    },
    target: reportedTarget(settings),
    options: reportedOptions(settings),
  }
}

/**
 * Makes the report of a run.
 *
 * @param left - files of the run that may still be there
 */
export function reportOf(
  { settings, ports, instance, families, observed, observedInSetUp, started, startedMs }: RunFacts,
  session: Session | undefined,
  results: readonly RequirementResult[],
  left: readonly string[],
  damage: DamageReport | undefined,
  created = session?.ledger.state.files.size ?? 0,
): Report {
  const { contract, catalogue, only, skip, shard } = settings
  const observations = session?.observations() ?? []
  const reported = reportedResults(families, results, only)
  const selection = {
    only,
    skip,
    selected: reported.requirements.length,
    catalogue: catalogue.flatMap(({ requirements }) => requirements).length,
    catalogueSha256: catalogueSha256(catalogue, contract),
    ...(shard === undefined ? {} : { shard }),
  }
  const choices = startedWith(settings)
  return {
    format: REPORT_FORMAT,
    tool: reportedTool(),
    ...choices,
    seed: settings.seed,
    ...(settings.challenge === undefined ? {} : { challenge: settings.challenge }),
    ...(session === undefined ? {} : { runId: session.runId }),
    instance,
    ids: session?.ids ?? idFactsOf(settings.provider.samples),
    capabilities: session?.capabilities ?? [],
    observed,
    ...observedBefore(observed, observedInSetUp),
    selection,
    ...reported,
    ...conclude({
      ...settings,
      document: choices.document,
      results: reported.requirements,
      observed,
      selection,
      remarks: [...remarksOn(damage), ...(session?.remarks() ?? [])],
      doubt:
        settings.provider.readOnly === true
          ? doubtOfReadOnly(session?.capabilities ?? [], damage)
          : undefined,
      left,
    }),
    notSent: session?.notSent() ?? [],
    ...(damage === undefined ? {} : { damage }),
    ...(observations.length === 0 ? {} : { observations }),
    files: { created, left, ...(left.length === 0 ? {} : { ledger: ports.ledgerPath }) },
    ...(ports.evidence === undefined ? {} : { evidence: ports.evidence() }),
    started: started.toISOString(),
    durationMs: Math.round(performance.now() - startedMs),
  }
}

const ROLES: readonly Role[] = ['deleted', 'not-found', 'invalid']

/** Gives the first status of each role, and the others of roles that have several. */
function documentedStatuses({
  statusesOf,
}: Contract): Pick<Report['document'], 'statuses' | 'otherStatuses'> {
  const all = ROLES.map((role) => ({ role, statuses: statusesOf(role) }))
  const others = all.filter(({ statuses }) => statuses.length > 1)
  return {
    statuses: Object.fromEntries(
      all.flatMap(({ role, statuses: [first] }) => (first === undefined ? [] : [[role, first]])),
    ),
    ...(others.length > 0 && {
      otherStatuses: Object.fromEntries(
        others.map(({ role, statuses: [, ...rest] }) => [role, rest]),
      ),
    }),
  }
}

/** Gives the statuses of the set-up where there are no others to show. */
export function observedBefore(
  observed: Report['observed'],
  observedInSetUp: Report['observed'],
): Pick<Report, 'observedInSetUp'> {
  const isNeeded = Object.keys(observed).length === 0 && Object.keys(observedInSetUp).length > 0
  return isNeeded ? { observedInSetUp } : {}
}

function reportedTarget({ target, tokenEnv, secondTokenEnv }: RunSettings): ReportedTarget {
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

function reportedOptions(settings: RunSettings): ReportedOptions {
  const { target, provider, ratePerSecond, budget } = settings
  return {
    files: provider.description,
    ...(provider.upload && { upload: provider.upload }),
    runs: settings.runs,
    concurrency: settings.concurrency,
    maxLive: settings.maxLive,
    ...(ratePerSecond === undefined ? {} : { ratePerSecond }),
    timeoutMs: target.timeoutMs,
    settleMs: settings.settleMs,
    lingerMs: settings.lingerMs,
    strict: settings.strict,
    disposable: settings.disposable,
    expectedStatuses: settings.expectedStatuses,
    declaredCapabilities: settings.declaredCapabilities,
    ...(budget === undefined ? {} : { budget }),
  }
}
