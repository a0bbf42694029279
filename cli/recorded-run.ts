import { join } from 'node:path'
import { BUNDLE } from '../harness/evidence/bundle.ts'
import { type Difference, differencesBetween } from '../harness/evidence/difference.ts'
import type { VerificationParts } from '../harness/evidence/verification.ts'
import { parseBaseUrl, type Target, TargetUrlError } from '../harness/http/target.ts'
import type { RunSettings } from '../harness/run/run-settings.ts'
import { catalogueSha256 } from '../harness/run/selection.ts'
import { CATALOGUE } from '../library/launch.ts'
import type { Contract } from '../model/contract.ts'
import { DocumentError, UsageError } from '../model/errors.ts'
import type { Report, ReportedTarget, Shard } from '../model/report.ts'
import { recordedProvider } from '../resources/provided.ts'
import { compileContract } from '../spec/contract.ts'
import { loadDocument } from '../spec/document.ts'
import { pickOperation } from '../spec/operation.ts'
import { catalogue } from '../suites/catalogue.ts'

/** Flags that name the document, where it refers to other files and cannot be read on its own. */
export interface RecordedDocumentFlags {
  readonly spec?: string
  readonly allowRemoteRefs?: boolean
}

/** The run that a report tells of, or why it cannot be held again. */
interface RecordedRun {
  readonly optionsOf: VerificationParts['optionsOf'] | undefined
  readonly differences: readonly Difference[]
}

/** Makes the options of a run again from its report and the document beside it. */
export async function recordedRun(
  folder: string,
  report: Report,
  flags: RecordedDocumentFlags,
): Promise<RecordedRun> {
  const contract = await recordedContract(folder, report, flags)
  if ('where' in contract) return { optionsOf: undefined, differences: [contract] }
  const differences = [
    ...differencesBetween(
      contract.document.sha256,
      report.document.sha256,
      'report /document/sha256',
    ),
    ...differencesBetween(
      catalogueSha256(catalogue, contract),
      report.selection.catalogueSha256,
      'report /selection/catalogueSha256',
    ),
  ]
  const target = targetOf(report)
  if ('where' in target) return { optionsOf: undefined, differences: [...differences, target] }
  const optionsOf = (shard?: Shard) => recordedOptions(report, contract, target, shard)
  return { optionsOf, differences }
}

/** The contract that a run was held against, from the document beside it. */
export async function recordedContract(
  folder: string,
  report: Report,
  { spec, allowRemoteRefs = false }: RecordedDocumentFlags,
): Promise<Contract | Difference> {
  const { source, operationId } = report.document
  try {
    // A bundle comes from a stranger: what it refers to is read only where the user names the document.
    const document =
      spec === undefined
        ? await loadDocument(join(folder, BUNDLE.document), offline, 'within')
        : await loadDocument(spec, offline, allowRemoteRefs ? 'anywhere' : 'nearby')
    const contract = compileContract(document, pickOperation(document, operationId))
    return { ...contract, document: { ...contract.document, source } }
  } catch (error) {
    if (!(error instanceof DocumentError)) throw error
    const advice = spec === undefined ? '; where it refers to other files, use --spec' : ''
    return { where: BUNDLE.document, expected: 'the document', found: error.message + advice }
  }
}

function offline(url: string): Promise<never> {
  return Promise.reject(
    new UsageError(`--spec ${url}: verification uses no network, accepted is a file`),
  )
}

/** The target without its secrets: nothing is sent, and what was sent is recorded without them. */
function targetOf(report: Report): Target | Difference {
  const { target, options } = report
  try {
    const { url, origin, basePath } = parseBaseUrl(target.url)
    return {
      url,
      origin,
      basePath,
      authorization: authorizationOf(target),
      secondAuthorization: target.secondTokenEnv === undefined ? undefined : 'Bearer ',
      headers: target.headerNames.map((name) => [name, '']),
      secretHeaders: target.secretHeaders ?? [],
      timeoutMs: options.timeoutMs,
      concurrency: options.concurrency,
      tls: { insecure: false },
      useProxyFromEnvironment: false,
      secrets: [],
    }
  } catch (error) {
    if (!(error instanceof TargetUrlError)) throw error
    return { where: 'report /target/url', expected: 'a base URL', found: error.message }
  }
}

function authorizationOf({ tokenEnv, userInfo }: ReportedTarget): string | undefined {
  if (tokenEnv !== undefined) return 'Bearer '
  return userInfo ? 'Basic ' : undefined
}

function recordedOptions(
  report: Report,
  contract: Contract,
  target: Target,
  shard: Shard | undefined,
): RunSettings {
  const { options, selection, seed, challenge } = report
  const { ids, instance } =
    shard === undefined ? report : (report.shards?.[shard.index - 1] ?? report)
  return {
    target,
    tokenEnv: report.target.tokenVariable,
    secondTokenEnv: report.target.secondTokenEnv ?? '',
    contract,
    provider: recordedProvider(options.files, ids?.samples ?? []),
    seed,
    instance,
    challenge,
    runs: options.runs,
    concurrency: options.concurrency,
    maxLive: options.maxLive,
    ratePerSecond: options.ratePerSecond,
    strict: options.strict,
    settleMs: options.settleMs,
    declaredCapabilities: options.declaredCapabilities,
    disposable: options.disposable,
    expectedStatuses: options.expectedStatuses,
    budget: options.budget,
    ...CATALOGUE,
    shard: shard ?? selection.shard,
    only: selection.only,
    skip: selection.skip,
  }
}
