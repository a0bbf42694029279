import type { KeyObject } from 'node:crypto'
import { relative, resolve, sep } from 'node:path'
import type { Subject } from '../harness/evidence/attestation.ts'
import { privateKeyFrom, subjectFrom } from '../harness/evidence/keys.ts'
import type { Accepted } from '../harness/gate/gate.ts'
import type { Redaction } from '../harness/http/redaction.ts'
import { freshSeed, seedFrom } from '../harness/run/seed.ts'
import { select, selectWithInvariants } from '../harness/run/selection.ts'
import { budgetOf } from '../library/choices.ts'
import { checkedIds } from '../library/files.ts'
import { type ReadyRun, readyRun } from '../library/launch.ts'
import { loadContract } from '../library/load-contract.ts'
import type { ShownText } from '../library/secrets.ts'
import { UsageError } from '../model/errors.ts'
import { openAiFiles } from '../resources/openai-files.ts'
import { commandProvider, idsProvider, noProvider } from '../resources/provided.ts'
import type { ResourceProvider } from '../resources/provider.ts'
import { textOf } from '../spec/bounded-file.ts'
import { catalogue } from '../suites/catalogue.ts'
import { acceptedBy } from './accepted.ts'
import { DEFAULT_SECOND_TOKEN_ENV, DEFAULT_TOKEN_ENV, targetChoices } from './connection-options.ts'
import { type Destination, destinations } from './report-destinations.ts'
import type { RunFlags } from './run-options.ts'

/** A run that is ready to begin, and what is to become of its report. */
export interface PreparedRun extends ReadyRun {
  readonly reports: readonly Destination[]
  /** Violations that are accepted. */
  readonly accepted: Accepted | undefined
  /** File that the report is written to as a baseline. */
  readonly newBaseline: string | undefined
  readonly signing: Signing | undefined
}

/** Key that attests a run, and what was tested. */
export interface Signing {
  readonly key: KeyObject
  /** Without it, the evidence stands in its place. */
  readonly subject: Subject | undefined
}

/**
 * Turns flags into a run: checks everything that can be checked without a request, and makes it ready.
 *
 * @param redaction - for the credentials in the flags
 * @throws UsageError, DocumentError or SelectionError if something is not usable
 */
export async function prepare(flags: RunFlags, redaction: Redaction): Promise<PreparedRun> {
  const contract = await loadContract(flags.spec, flags)
  const provider = await providerFrom(flags.files)
  select(catalogue, flags.only, flags.skip)
  refuseBesideReplay(flags)
  const isPlan = flags.plan === true
  if (flags.idSample.length > 0 && !isPlan) {
    throw new UsageError(
      '--id-sample: a run measures the ids of its target, accepted is --plan beside it',
    )
  }
  const accepted = await acceptedBy(flags, catalogue)
  const seed = seedOf(flags, accepted)
  const signing = await signingWith(flags)
  const reports = destinations(flags.report, flags.out)
  refuseBelow(flags.out, reports)
  const { choices, names } = await targetChoices(flags)
  const { maxRequests, maxFiles, deadline: deadlineMs } = flags
  const ready = await readyRun(
    {
      ...choices,
      url: flags.target,
      tokenEnv: flags.tokenEnv ?? DEFAULT_TOKEN_ENV,
      secondTokenEnv: flags.secondTokenEnv ?? DEFAULT_SECOND_TOKEN_ENV,
      contract,
      provider,
      seed,
      challenge: flags.challenge,
      runId: flags.mark,
      runs: flags.runs,
      maxLive: flags.maxLive,
      ratePerSecond: flags.rate,
      shard: flags.shard,
      budget: budgetOf({ maxRequests, maxFiles, deadlineMs }),
      strict: flags.strict ?? false,
      settleMs: flags.settle,
      declaredCapabilities: flags.capabilities,
      disposable: flags.disposable,
      expectedStatuses: flags.expectStatus,
      only: flags.only,
      skip: flags.skip,
      out: flags.out,
    },
    { ...names, files: '--files', document: '--spec', out: '--out' },
    redaction,
    [...flagTexts(flags), ['--waivers', accepted?.waivers?.text ?? '']],
    // A plan leaves nothing behind, a folder neither.
    !isPlan,
  )
  const newBaseline = flags.updateBaseline === true ? flags.baseline : undefined
  return { ...ready, reports, accepted, newBaseline, signing }
}

/** Flags of which nothing is shown, or another text; a name of a variable may well be like its value. */
const NOT_SHOWN = ['target', 'header', 'secretHeader', 'files', 'tokenEnv', 'secondTokenEnv']

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

/** Far more ids than a run uses up, of any length that they may have. */
const MAX_IDS_BYTES = 16 * 1024 * 1024

/**
 * The resource provider that `--files` names.
 *
 * @throws UsageError if it names none, or a file without ids
 */
async function providerFrom(text: string): Promise<ResourceProvider> {
  if (text === 'upload') return openAiFiles()
  if (text === 'none') return noProvider()
  const [, kind, argument = ''] = /^(ids|command):(.*)$/s.exec(text) ?? []
  if (kind === 'ids' && argument !== '') return idsProvider(argument, await idsFrom(argument))
  if (kind === 'command' && argument !== '') return commandProvider(argument)
  throw new UsageError(`--files ${text}: accepted are upload, ids:FILE, command:CMD and none`)
}

async function idsFrom(path: string): Promise<readonly string[]> {
  const named = `--files ids:${path}`
  const accepted = 'a file with one id a line'
  const text = await textOf({ named, path, accepted, maxBytes: MAX_IDS_BYTES })
  const ids = text
    .split('\n')
    .map((line) => line.replace(/\r$/, ''))
    .filter((line) => line !== '')
  return checkedIds(named, ids, accepted)
}
