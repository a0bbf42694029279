import type { KeyObject } from 'node:crypto'
import { relative, resolve, sep } from 'node:path'
import type { Subject } from '../harness/evidence/attestation.ts'
import type { Accepted } from '../harness/gate/gate.ts'
import { type Environment, openEnvironment } from '../harness/http/environment.ts'
import type { Redaction } from '../harness/http/redaction.ts'
import type { ConformanceOptions } from '../harness/run/run.ts'
import { freshSeed, seedFrom } from '../harness/run/seed.ts'
import { select, selectWithInvariants } from '../harness/run/selection.ts'
import { type LedgerState, openLedger } from '../harness/safety/ledger.ts'
import { budgetOf } from '../library/choices.ts'
import { startEmbeddedServer, WIRING } from '../library/run.ts'
import { documentTexts, refuseCredentialsIn, type ShownText } from '../library/secrets.ts'
import { UsageError } from '../model/errors.ts'
import { pickOperation } from '../spec/operation.ts'
import { catalogue } from '../suites/catalogue.ts'
import { acceptedBy } from './accepted.ts'
import {
  DEFAULT_SECOND_TOKEN_ENV,
  DEFAULT_TOKEN_ENV,
  embeddedTarget,
  targetFrom,
} from './connection-options.ts'
import { contractIn, documentFrom } from './contract.ts'
import { privateKeyFrom, subjectFrom } from './keys.ts'
import { providerFrom } from './provider.ts'
import { type Destination, destinations } from './report-destinations.ts'
import { NO_FOLDER, type RunFolder, runFolder } from './run-folder.ts'
import type { RunFlags } from './run-options.ts'

/** A run that is ready to begin. */
export interface PreparedRun {
  readonly options: Omit<ConformanceOptions, 'openEnvironment'>
  /** The way to the target, for a run that a signal can interrupt; its budget is spent on these files, too. */
  openEnvironment(signal: AbortSignal, files: LedgerState): Environment
  /** Whether the target is the embedded reference server. */
  readonly embedded: boolean
  readonly folder: RunFolder
  /** The document as it was read. */
  readonly document: Uint8Array
  readonly reports: readonly Destination[]
  /** What the verdicts are held against. */
  readonly accepted: Accepted | undefined
  /** Where the report is written as a baseline. */
  readonly newBaseline: string | undefined
  /** What the run is to be attested with. */
  readonly signing: Signing | undefined
  /** Stops the embedded server. */
  close(): Promise<void>
}

/** How a run is attested. */
export interface Signing {
  readonly key: KeyObject
  /** What was tested; without it, the evidence stands in its place. */
  readonly subject: Subject | undefined
}

/**
 * Turns flags into a run: loads the document, checks everything that can be checked without a
 * request, and starts the embedded reference server where no target is given.
 *
 * @param redaction - for the credentials in the flags
 * @throws UsageError, DocumentError or SelectionError if something is not usable
 */
export async function prepare(flags: RunFlags, redaction: Redaction): Promise<PreparedRun> {
  const document = await documentFrom(flags)
  const contract = contractIn(document, flags)
  const documentedResponses = pickOperation(document, flags.operation).responses
  const provider = await providerFrom(flags.files)
  select(catalogue, flags.only, flags.skip)
  refuseBesideReplay(flags)
  if (flags.idSample.length > 0 && flags.plan !== true) {
    throw new UsageError(
      '--id-sample: a run measures the ids of its target, accepted is --plan beside it',
    )
  }
  const accepted = await acceptedBy(flags, catalogue)
  const seed = seedOf(flags, accepted)
  const signing = await signingWith(flags)
  const reports = destinations(flags.report, flags.out)
  refuseBelow(flags.out, reports)
  const server = flags.target === undefined ? await startEmbeddedServer() : undefined
  try {
    const target =
      server === undefined
        ? await targetFrom(flags.target ?? '', flags, '--target')
        : embeddedTarget(server.url, flags)
    refuseCredentialsIn(
      [
        ['--target', target.url],
        ...flagTexts(flags),
        ...provider.samples.map((id) => ['--files', id] as const),
        ['--waivers', accepted?.waivers?.text ?? ''],
        ...documentTexts('--spec', {
          ...contract,
          documentOctets: document.octets,
          documentedResponses,
        }),
      ],
      redaction,
    )
    // A plan leaves nothing behind, a folder neither.
    const folder = flags.plan === true ? NO_FOLDER : runFolder(flags.out, `${seed}-${process.pid}`)
    const { maxRequests, maxFiles, deadline: deadlineMs } = flags
    const budget = budgetOf({ maxRequests, maxFiles, deadlineMs })
    return {
      openEnvironment: (signal, files) =>
        openEnvironment({
          target,
          concurrency: flags.concurrency,
          ratePerSecond: flags.rate,
          signal,
          budget: budget && { limits: budget, files },
        }),
      options: {
        target,
        tokenEnv: flags.tokenEnv ?? DEFAULT_TOKEN_ENV,
        secondTokenEnv: flags.secondTokenEnv ?? DEFAULT_SECOND_TOKEN_ENV,
        contract,
        provider,
        seed,
        challenge: flags.challenge,
        runId: flags.mark,
        runs: flags.runs,
        concurrency: flags.concurrency,
        maxLive: flags.maxLive,
        ratePerSecond: flags.rate,
        shard: flags.shard,
        budget,
        strict: flags.strict ?? false,
        settleMs: flags.settle,
        declaredCapabilities: flags.capabilities,
        disposable: flags.disposable ?? server !== undefined,
        expectedStatuses: flags.expectStatus,
        ledgerPath: folder.ledgerPath,
        openLedger: (header) => openLedger(folder.ledgerPath, header),
        ...WIRING,
        only: flags.only,
        skip: flags.skip,
      },
      embedded: server !== undefined,
      folder,
      document: document.octets,
      reports,
      accepted,
      newBaseline: flags.updateBaseline === true ? flags.baseline : undefined,
      signing,
      close: async () => server?.close(),
    }
  } catch (error) {
    await server?.close()
    throw error
  }
}

/** Flags of which nothing is shown, or another text; a name of a variable may well be like its value. */
const NOT_SHOWN = ['target', 'header', 'secretHeader', 'files', 'tokenEnv', 'secondTokenEnv']

/** What is shown as it was given. */
function flagTexts(flags: RunFlags): readonly ShownText[] {
  return Object.entries(flags).flatMap(([name, value]) => {
    if (NOT_SHOWN.includes(name)) return []
    const flag = `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
    return [value]
      .flat()
      .flatMap((text) => (typeof text === 'string' ? [[flag, text] as const] : []))
  })
}

/** The folder of `--out` is checked as a whole, and holds nothing but files. */
function refuseBelow(out: string | undefined, reports: readonly Destination[]): void {
  if (out === undefined) return
  for (const { format, file = '' } of reports) {
    const below = relative(resolve(out), resolve(file)).split(sep)
    if (file === '' || below.length === 1 || below[0] === '..') continue
    throw new UsageError(
      `--report ${format.name}=${file}: below the folder of --out, accepted is one in it or elsewhere`,
    )
  }
}

/** One case is no run: nothing is kept of it, and without its seed it would be another. */
function refuseBesideReplay(flags: RunFlags): void {
  const { replay, mark, seed, out, sign, report, waivers, baseline } = flags

  if (replay === undefined) {
    if (mark === undefined) return
    throw new UsageError('--mark: it names the run of a --replay, accepted is both of them')
  }
  selectWithInvariants(catalogue, replay.requirement)
  if (seed === undefined) {
    throw new UsageError('--replay: the case follows from a seed, accepted is --seed N beside it')
  }
  const [other] = [
    out && '--out',
    sign && '--sign',
    report.length > 0 && '--report',
    flags.shard && '--shard',
    waivers && '--waivers',
    baseline && '--baseline',
  ].filter(Boolean)
  if (other)
    throw new UsageError(`${other}: nothing is kept of a --replay, accepted is one of them`)
}

function seedOf({ seed, challenge, shard }: RunFlags, accepted: Accepted | undefined): string {
  if (shard !== undefined && (seed ?? challenge) === undefined) {
    throw new UsageError(
      '--shard: the parts of a run have one seed, accepted is --seed N beside it, as the number of the CI run',
    )
  }
  // The same cases as before: what is new then comes from the target.
  if (challenge === undefined) return seed ?? accepted?.baseline?.report.seed ?? freshSeed()
  if (seed === undefined) return seedFrom(challenge)
  throw new UsageError(
    '--seed and --challenge: the seed follows from the challenge, accepted is one',
  )
}

async function signingWith(flags: RunFlags): Promise<Signing | undefined> {
  const { sign, subject, out } = flags
  if (sign === undefined) {
    if (subject === undefined) return undefined
    throw new UsageError('--subject: names what --sign attests, and nothing is signed')
  }
  if (out === undefined) {
    throw new UsageError('--sign: an attestation stands beside its evidence, which needs --out DIR')
  }
  const [part] = [
    flags.only[0] && '--only',
    flags.skip[0] && '--skip',
    flags.shard && '--shard',
  ].filter(Boolean)
  if (part) {
    throw new UsageError(
      `--sign: a part of a run (${part}) cannot be attested, accepted is a whole one`,
    )
  }
  return {
    key: await privateKeyFrom(sign),
    subject: subject === undefined ? undefined : subjectFrom(subject),
  }
}
