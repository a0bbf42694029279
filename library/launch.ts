import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { BUNDLE } from '../harness/evidence/bundle.ts'
import { writeEvidence } from '../harness/evidence/evidence-file.ts'
import { reportText } from '../harness/gate/report-file.ts'
import { openEnvironment } from '../harness/http/environment.ts'
import type { Redaction } from '../harness/http/redaction.ts'
import type { Target } from '../harness/http/target.ts'
import { diagnose, MOST_REQUESTS } from '../harness/run/diagnose.ts'
import { launch } from '../harness/run/run.ts'
import type { RunPorts, RunSettings } from '../harness/run/run-settings.ts'
import { freshSeed } from '../harness/run/seed.ts'
import { openLedger } from '../harness/safety/ledger.ts'
import type { Contract } from '../model/contract.ts'
import type { Diagnosis } from '../model/diagnosis.ts'
import { EvidenceError, UsageError } from '../model/errors.ts'
import { recorded } from '../model/evidence.ts'
import type { Progress } from '../model/progress.ts'
import type { Report } from '../model/report.ts'
import { readOnlyProvider } from '../resources/provided.ts'
import { neverIssuedId } from '../suites/arbitraries/never-issued-id.ts'
import { REVIEWED_NAMES } from '../suites/arbitraries/odd-names.ts'
import { catalogueFor } from '../suites/catalogue.ts'
import type { LoadedContract } from './load-contract.ts'
import { NO_FOLDER, openRunFolder, type RunFolder } from './run-folder.ts'
import { documentTexts, refuseCredentialsIn, type ShownText, type SourceNames } from './secrets.ts'
import { startEmbedded, type TargetChoices, targetAt } from './target.ts'
import { textsOf } from './upload.ts'

type SharedSettings = Pick<RunSettings, 'catalogue' | 'reviewedNames' | 'makeUpId'>

/** Gives the settings that all runs with a contract share. */
export function sharedSettings(contract: Contract): SharedSettings {
  return {
    catalogue: catalogueFor(contract),
    reviewedNames: new Set(REVIEWED_NAMES.map(({ id }) => id)),
    makeUpId: neverIssuedId,
  }
}

/** Choices of a run, from a command line or a program. An undefined one has a default that depends on the run. */
export interface RunChoices
  extends TargetChoices,
    Omit<
      RunSettings,
      keyof SharedSettings | 'target' | 'contract' | 'seed' | 'disposable' | 'concurrency'
    > {
  /** Whether nothing is uploaded, and nothing deleted that exists, whatever the provider. */
  readonly readOnly: boolean
  /** Base URL; undefined for the embedded reference server. */
  readonly url: string | undefined
  readonly contract: LoadedContract
  readonly seed: string | undefined
  /** True for the embedded reference server, unless said otherwise. */
  readonly disposable: boolean | undefined
  /** Folder that keeps the run. */
  readonly out: string | undefined
}

/** Names of options, for messages. */
export interface OptionNames extends SourceNames {
  readonly files: string
  readonly upload: string
  readonly document: string
  readonly out: string
}

/** Run that is ready to begin. */
export interface ReadyRun {
  readonly settings: RunSettings
  readonly folder: RunFolder
  /** Document as it was read. */
  readonly document: Uint8Array
  /** Whether the target is the embedded reference server. */
  readonly embedded: boolean
  /** Stops that server. */
  close(): Promise<void>
}

/**
 * Makes a run ready: starts the embedded reference server if no target is given, and opens the folder.
 *
 * @param shown - further texts that reports show
 * @param writes - whether the run writes anything to disk
 * @throws UsageError if the target or the folder cannot be used, or a text that reports show holds a credential
 */
export async function readyRun(
  given: RunChoices,
  names: OptionNames,
  redaction: Redaction,
  shown: readonly ShownText[] = [],
  writes = true,
): Promise<ReadyRun> {
  const choices = given.readOnly ? { ...given, ...LEAVING_ALL } : given
  const { url, contract, out, provider, readOnly: _, ...rest } = choices
  const server = url === undefined ? await startEmbedded(choices) : undefined
  const close = async () => server?.close()
  try {
    const target = server?.target ?? targetAt(url ?? '', choices, names)
    refuseDoubledPath(target, contract, names.url)
    refuseCredentialsIn(
      [
        [names.url, target.url],
        [names.out, out ?? ''],
        ...shown,
        ...provider.samples.map((id) => [names.files, id] as const),
        ...textsOf(provider.upload).map((text) => [names.upload, text] as const),
        ...documentTexts(names.document, contract),
      ],
      redaction,
    )
    const seed = choices.seed ?? freshSeed()
    const disposable = choices.disposable ?? server !== undefined
    return {
      settings: {
        ...rest,
        ...sharedSettings(contract),
        target,
        contract,
        provider,
        seed,
        disposable,
      },
      folder: writes ? openRunFolder(out, `${seed}-${randomUUID()}`, names.out) : NO_FOLDER,
      document: contract.documentOctets,
      embedded: server !== undefined,
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

/** Refuses a base URL that holds the beginning of the documented path: every request would go nowhere. */
function refuseDoubledPath({ origin, basePath }: Target, contract: Contract, option: string): void {
  const doubled = [contract.collection, `/${contract.template.split('/')[1]}`].find((path) =>
    basePath.endsWith(path),
  )
  if (doubled === undefined) return
  const meant = origin + basePath.slice(0, -doubled.length)
  throw new UsageError(
    `${option} ${origin}${basePath}: ends with ${doubled}, with which the path of the document begins, so requests would go to ${basePath}${contract.template}; accepted is ${meant}`,
  )
}

/**
 * Choices of a run that leaves everything on its target as it is. The first deletion that is answered with success
 * is the last: nothing else is under way then.
 */
const LEAVING_ALL = { provider: readOnlyProvider(), disposable: false, concurrency: 1 } as const

/** Surroundings of a run against a live target. */
export interface LiveRun {
  readonly signal?: AbortSignal | undefined
  /** Whether exchanges are kept on disk, for reports or in the folder of the run. */
  readonly keepsEvidence: boolean
  /** Receives the progress. If it throws, the run is interrupted, and throws that error at its end. */
  readonly onProgress?: ((progress: Progress) => void) | undefined
}

/**
 * Launches a run against a live target. The caller closes it and its folder.
 *
 * @throws the error of `onProgress`, else those of {@link launch}
 */
export async function launchLive(
  { settings, folder }: ReadyRun,
  { signal, keepsEvidence, onProgress = () => undefined }: LiveRun,
): Promise<Report> {
  const evidence = keepsEvidence ? writeEvidence(folder.evidencePath) : undefined
  const controller = new AbortController()
  const abort = () => controller.abort()
  if (signal?.aborted) abort()
  signal?.addEventListener('abort', abort)
  let thrown: { readonly error: unknown } | undefined
  const ports: RunPorts = {
    ...livePorts(settings, folder, controller.signal),
    ...(evidence && {
      record: (exchange) => evidence.append(recorded(exchange)),
      provided: evidence.append,
      // Without a folder, the evidence is discarded, and the report does not name it.
      ...(folder.out === undefined ? {} : { evidence: evidence.identity }),
    }),
  }
  try {
    const report = await launch(settings, ports, (progress) => {
      if (thrown !== undefined) return
      try {
        onProgress(progress)
      } catch (error) {
        // Thrown here, within a case, it would pass for a fault of the requirement.
        thrown = { error }
        abort()
      }
    })
    evidence?.identity()
    return report
  } finally {
    signal?.removeEventListener('abort', abort)
    evidence?.close()
    // biome-ignore lint/correctness/noUnsafeFinally: the caller's own error comes before all others
    if (thrown !== undefined) throw thrown.error
  }
}

/** Opens ledger and connections of a run on a live target. */
function livePorts(
  { target, concurrency, ratePerSecond, budget }: RunSettings,
  { ledgerPath }: RunFolder,
  signal: AbortSignal,
): Pick<RunPorts, 'ledgerPath' | 'openLedger' | 'openEnvironment'> {
  return {
    ledgerPath,
    openLedger: (header) => openLedger(ledgerPath, header),
    openEnvironment: (files) =>
      openEnvironment({
        target,
        concurrency,
        ratePerSecond,
        signal,
        budget: budget && { limits: budget, files },
      }),
  }
}

/**
 * Looks at what a run needs from a live target. The caller closes it and its folder.
 *
 * @throws those of {@link diagnose}
 */
export function launchDiagnosis(
  { settings, folder }: ReadyRun,
  signal: AbortSignal,
): Promise<Diagnosis> {
  const budget = { maxRequests: MOST_REQUESTS }
  return diagnose({ ...settings, budget }, livePorts({ ...settings, budget }, folder, signal))
}

/**
 * Launches a run, and keeps report and evidence in its folder, if it has one.
 *
 * @throws the errors of {@link launchLive}, EvidenceError and UsageError if they cannot be kept
 */
export async function launchKept(
  ready: ReadyRun,
  surroundings: Omit<LiveRun, 'keepsEvidence'>,
): Promise<Report> {
  const keepsEvidence = ready.folder.out !== undefined
  const report = await launchLive(ready, { ...surroundings, keepsEvidence })
  keepReport(ready, report)
  ready.folder.seal()
  return report
}

/**
 * Writes the report and its document into the folder; `verify` needs both beside the evidence.
 *
 * @throws UsageError if they cannot be written
 * @throws EvidenceError if the evidence was removed during the run
 */
export function keepReport(
  { folder, document }: Pick<ReadyRun, 'folder' | 'document'>,
  report: Report,
): void {
  const { out, evidencePath } = folder
  if (out !== undefined && !existsSync(evidencePath)) {
    throw new EvidenceError(
      `${evidencePath}: was removed while the run went on; what was sent is lost, and no report is kept without it`,
    )
  }
  folder.write(BUNDLE.report, reportText(report))
  folder.write(BUNDLE.document, document)
}
