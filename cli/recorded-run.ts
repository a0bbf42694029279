import { join } from 'node:path'
import { BUNDLE } from '../harness/evidence/bundle.ts'
import { type Difference, differencesBetween } from '../harness/evidence/difference.ts'
import type { VerificationParts } from '../harness/evidence/verification.ts'
import { parseBaseUrl, type Target, TargetUrlError } from '../harness/http/target.ts'
import type { RunSettings } from '../harness/run/run-settings.ts'
import { catalogueSha256 } from '../harness/run/selection.ts'
import { sharedSettings } from '../library/launch.ts'
import type { Contract } from '../model/contract.ts'
import { DocumentError, UsageError } from '../model/errors.ts'
import type { Report, Shard } from '../model/report.ts'
import { recordedProvider } from '../resources/provided.ts'
import { compileContract } from '../spec/contract.ts'
import { loadDocument } from '../spec/document.ts'
import { pickOperation } from '../spec/operation.ts'
import { catalogueFor } from '../suites/catalogue.ts'

/** Flags that name the document, if it refers to other files and cannot be read on its own. */
export interface RecordedDocumentFlags {
  readonly spec?: string
  readonly allowRemoteRefs?: boolean
}

/** Settings of a recorded run, or why it cannot be repeated. */
interface RecordedRun {
  readonly optionsOf?: VerificationParts['optionsOf']
  readonly differences: readonly Difference[]
}

/** Derives the settings of a run from its report and the document beside it. */
export async function recordedRun(
  folder: string,
  report: Report,
  flags: RecordedDocumentFlags,
): Promise<RecordedRun> {
  const contract = await recordedContract(folder, report, flags)
  return 'where' in contract ? { differences: [contract] } : recordedRunWith(contract, report)
}

/** Derives the settings of a run from its report and its contract. */
export function recordedRunWith(contract: Contract, report: Report): RecordedRun {
  const { document, selection } = report
  const differences = [
    ...differencesBetween(contract.document.sha256, document.sha256, 'report /document/sha256'),
    ...differencesBetween(
      catalogueSha256(catalogueFor(contract), contract),
      selection.catalogueSha256,
      'report /selection/catalogueSha256',
    ),
  ]
  const target = targetOf(report)
  if ('where' in target) return { differences: [...differences, target] }
  return { optionsOf: (shard) => recordedSettings(report, contract, target, shard), differences }
}

/** Compiles the contract of a recorded run from the document beside it. */
export async function recordedContract(
  folder: string,
  report: Report,
  { spec, allowRemoteRefs = false }: RecordedDocumentFlags,
): Promise<Contract | Difference> {
  const { source, operationId } = report.document
  try {
    // A stranger's document may name any file: references are read only if the user names the document.
    const document =
      spec === undefined
        ? await loadDocument(join(folder, BUNDLE.document), offline, 'within')
        : await loadDocument(spec, offline, allowRemoteRefs ? 'anywhere' : 'nearby')
    const contract = compileContract(document, pickOperation(document, operationId))
    return { ...contract, document: { ...contract.document, source } }
  } catch (error) {
    if (!(error instanceof DocumentError)) throw error
    const advice = spec === undefined ? '; if it refers to other files, use --spec' : ''
    return { where: BUNDLE.document, expected: 'the document', found: error.message + advice }
  }
}

async function offline(url: string): Promise<never> {
  throw new UsageError(`--spec ${url}: verification uses no network, accepted is a file`)
}

/** Makes the target without its secrets: nothing is sent, and evidence does not hold them. */
function targetOf({ target, options }: Report): Target | Difference {
  const { tokenEnv, secondTokenEnv, userInfo, headerNames, secretHeaders = [] } = target
  try {
    const { basicAuthorization: _, ...base } = parseBaseUrl(target.url)
    return {
      ...base,
      authorization: tokenEnv !== undefined ? 'Bearer ' : userInfo ? 'Basic ' : undefined,
      secondAuthorization: secondTokenEnv === undefined ? undefined : 'Bearer ',
      headers: headerNames.map((name) => [name, '']),
      secretHeaders,
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

function recordedSettings(
  report: Report,
  contract: Contract,
  target: Target,
  shard: Shard | undefined,
): RunSettings {
  const { selection, seed, challenge } = report
  const { files, upload, timeoutMs: _, ...options } = report.options
  const { ids, instance } = (shard && report.shards?.[shard.index - 1]) ?? report
  return {
    ...options,
    ...sharedSettings(contract),
    target,
    tokenEnv: report.target.tokenVariable,
    secondTokenEnv: report.target.secondTokenEnv ?? '',
    contract,
    provider: recordedProvider(files, ids?.samples ?? [], upload),
    seed,
    instance,
    challenge,
    shard: shard ?? selection.shard,
    only: selection.only,
    skip: selection.skip,
  }
}
