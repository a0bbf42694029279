import type { Exchange } from '../../model/exchange.ts'
import type { Budget, EvidenceIdentity, Shard } from '../../model/report.ts'
import type { Family } from '../../model/requirement.ts'
import { isAuthenticated } from '../http/target.ts'
import type { SessionOptions } from './session.ts'

/** Side effects of a run, and where their results are kept: live, planned, or replayed from evidence. */
export interface RunPorts
  extends Pick<SessionOptions, 'openLedger' | 'openEnvironment' | 'provided'> {
  /** Path of the ledger, for whoever has to clean up. */
  readonly ledgerPath: string
  /** Keeps an exchange. */
  readonly record?: (exchange: Exchange) => void
  /** Identifies the evidence that was kept, once nothing more is sent. */
  readonly evidence?: () => EvidenceIdentity
}

/** Choices that a run is made with. Its cases follow from them and from the target's answers. */
export interface RunSettings
  extends Omit<SessionOptions, keyof RunPorts | 'runId' | 'isChosen' | 'looksLater'> {
  readonly catalogue: readonly Family[]
  readonly only: readonly string[]
  readonly skip: readonly string[]
  /** Part of the chosen requirements that is run. */
  readonly shard?: Shard | undefined
  readonly strict: boolean
  readonly expectedStatuses: readonly number[]
  readonly ratePerSecond?: number | undefined
  /** Limits that the environment keeps. */
  readonly budget?: Budget | undefined
  /** Follows from seed, choices and instance where it is undefined. */
  readonly runId?: string | undefined
  /** Tells the run from others with the same seed and choices; drawn where it is undefined. */
  readonly instance?: string | undefined
}

/**
 * Lists every choice that decides which cases are sent and how answers are judged. The run id follows from
 * it and stands in made-up ids and in names of files, so nobody can claim another choice afterwards. A budget
 * is not part of it: it changes no case, and what it cuts off is inconclusive.
 */
export function bindingOf(settings: RunSettings): string {
  const { target, contract, provider } = settings
  return JSON.stringify([
    contract.document.sha256,
    contract.operationId ?? null,
    target.basePath,
    target.authorization?.split(' ')[0] ?? null,
    target.secondAuthorization !== undefined,
    target.headers.map(([name]) => name),
    isAuthenticated(target),
    provider.description,
    provider.upload ?? null,
    settings.runs,
    settings.concurrency,
    settings.maxLive,
    settings.settleMs,
    settings.lingerMs,
    settings.strict,
    settings.disposable,
    settings.expectedStatuses,
    settings.declaredCapabilities,
    settings.only,
    settings.skip,
    settings.shard ?? null,
    settings.challenge ?? null,
  ])
}
