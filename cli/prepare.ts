import { relative, resolve, sep } from 'node:path'
import { privateKeyFrom, subjectFrom } from '../harness/evidence/keys.ts'
import type { Accepted } from '../harness/gate/gate.ts'
import type { Redaction } from '../harness/http/redaction.ts'
import { freshSeed, seedFrom } from '../harness/run/seed.ts'
import { select, selectWithInvariants } from '../harness/run/selection.ts'
import { acceptedBy } from '../library/accepted.ts'
import { budgetOf } from '../library/choices.ts'
import { checkedIds } from '../library/files.ts'
import { type ReadyRun, readyRun } from '../library/launch.ts'
import { loadContract } from '../library/load-contract.ts'
import type { ShownText } from '../library/secrets.ts'
import { uploadChoices } from '../library/upload.ts'
import { UsageError } from '../model/errors.ts'
import type { UploadChoices } from '../model/resource.ts'
import { present } from '../reporters/wording.ts'
import { openAiFiles } from '../resources/openai-files.ts'
import { commandProvider, idsProvider, noProvider } from '../resources/provided.ts'
import type { ResourceProvider } from '../resources/provider.ts'
import { settings } from '../settings/table.ts'
import { textOf } from '../spec/bounded-file.ts'
import { catalogue } from '../suites/catalogue.ts'
import { targetChoices } from './connection-options.ts'
import { type Destination, destinations, type Products, type Signing } from './products.ts'
import type { RunFlags } from './run-options.ts'

/** Run that is ready to begin, and what to make from its report. */
export interface PreparedRun extends ReadyRun, Products {
  /** File that the report is written to as a baseline. */
  readonly newBaseline: string | undefined
}

/**
 * Prepares a run from flags: checks everything that can be checked without a request.
 *
 * @param redaction - for the credentials in the flags
 * @throws UsageError, DocumentError or SelectionError if a flag cannot be used
 */
export async function prepare(flags: RunFlags, redaction: Redaction): Promise<PreparedRun> {
  const contract = await loadContract(flags.spec, flags)
  const upload = await uploadChoices(flags, '--upload-content')
  const provider = await providerFrom(flags.files, upload)
  select(catalogue, flags.only, flags.skip)
  if (flags.replay !== undefined) selectWithInvariants(catalogue, flags.replay.requirement)
  refuseCombinations(flags)
  const accepted = await acceptedBy(flags)
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
      tokenEnv: names.token,
      secondTokenEnv: names.secondToken,
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
      lingerMs: flags.linger,
      declaredCapabilities: flags.capabilities,
      disposable: flags.disposable,
      readOnly: flags.readOnly ?? false,
      expectedStatuses: flags.expectStatus,
      only: flags.only,
      skip: flags.skip,
      out: flags.out,
    },
    { ...names, files: '--files', upload: '--upload-…', document: '--spec', out: '--out' },
    redaction,
    [...shownTexts(flags), ['--waivers', accepted?.waivers?.text ?? '']],
    // A plan writes nothing, not even a folder.
    flags.plan !== true,
  )
  const newBaseline = flags.updateBaseline === true ? flags.baseline : undefined
  return { ...ready, reports, accepted, newBaseline, signing }
}

/** Flags that reports do not show as given; the name of a variable may well resemble its value. */
const NOT_SHOWN = ['target', 'header', 'secretHeader', 'files', 'tokenEnv', 'secondTokenEnv']

function shownTexts(flags: RunFlags): readonly ShownText[] {
  const values: Readonly<Record<string, unknown>> = { ...flags }
  return settings
    .filter(({ key }) => !NOT_SHOWN.includes(key))
    .flatMap(({ key, name }) => {
      const texts = [values[key]].flat().filter((value) => typeof value === 'string')
      return texts.map((text) => [`--${name}`, text] as const)
    })
}

/** Refuses reports in subfolders of `--out`: the folder holds only files, which are checked as a whole. */
function refuseBelow(out: string | undefined, reports: readonly Destination[]): void {
  if (out === undefined) return
  for (const { format, file = '' } of reports) {
    const below = relative(resolve(out), resolve(file)).split(sep)
    if (file === '' || below.length === 1 || below[0] === '..') continue
    throw new UsageError(
      `--report ${format.name}=${file}: is in a subfolder of --out, accepted is a file in it or elsewhere`,
    )
  }
}

/** Refuses flags that do not go together. */
function refuseCombinations(flags: RunFlags): void {
  const { replay, seed, challenge, shard, sign, out, baseline, only, skip } = flags
  const { readOnly, disposable, files } = flags
  const isReplay = replay !== undefined
  const [kept] = present([
    out && '--out',
    sign && '--sign',
    flags.report[0] && '--report',
    shard && '--shard',
    flags.waivers && '--waivers',
    baseline && '--baseline',
  ])
  const [part] = present([
    only[0] && '--only',
    skip[0] && '--skip',
    shard && '--shard',
    readOnly && '--read-only',
  ])
  const [touching] = present([disposable && '--disposable', files !== 'upload' && '--files'])
  const [refusal] = present([
    flags.mark !== undefined &&
      !isReplay &&
      '--mark: it names the run of a --replay, accepted is both of them',
    isReplay &&
      seed === undefined &&
      '--replay: the case follows from a seed, accepted is --seed N beside it',
    isReplay && kept !== undefined && `${kept}: a --replay keeps nothing, accepted is one of them`,
    flags.idSample.length > 0 &&
      flags.plan !== true &&
      '--id-sample: a run measures the ids of its target, accepted is --plan beside it',
    flags.updateBaseline === true &&
      baseline === undefined &&
      '--update-baseline: found no file to write, accepted is --baseline FILE',
    flags.updateBaseline === true &&
      shard !== undefined &&
      '--update-baseline: a shard is only a part of a run, accepted is the report.json of "merge"',
    shard !== undefined &&
      (seed ?? challenge) === undefined &&
      '--shard: the parts of a run have one seed, accepted is --seed N beside it, as the number of the CI run',
    seed !== undefined &&
      challenge !== undefined &&
      '--seed and --challenge: the seed follows from the challenge, accepted is one',
    flags.verbose === true && flags.quiet === true && '--verbose and --quiet: accepted is one',
    readOnly && touching && `--read-only: touches no file; ${touching} cannot stand beside it`,
    flags.subject !== undefined &&
      sign === undefined &&
      '--subject: names what --sign attests, and nothing is signed',
    sign !== undefined &&
      out === undefined &&
      '--sign: an attestation stands beside its evidence, which needs --out DIR',
    sign !== undefined &&
      part !== undefined &&
      `--sign: a part of a run (${part}) cannot be attested, accepted is a whole one`,
  ])
  if (refusal !== undefined) throw new UsageError(refusal)
}

/** Chooses the seed. With the cases of the baseline, only the target can have changed. */
function seedOf({ seed, challenge }: RunFlags, accepted: Accepted | undefined): string {
  if (challenge !== undefined) return seedFrom(challenge)
  return seed ?? accepted?.baseline?.report.seed ?? freshSeed()
}

async function signingWith({ sign, subject }: RunFlags): Promise<Signing | undefined> {
  if (sign === undefined) return undefined
  return {
    key: await privateKeyFrom(sign),
    subject: subject === undefined ? undefined : subjectFrom(subject),
  }
}

/** Limit of a file of ids: far more than a run uses up. */
const MAX_IDS_BYTES = 16 * 1024 * 1024

/**
 * Makes the resource provider that `--files` names.
 *
 * @throws UsageError if it names none, or a file without ids
 */
async function providerFrom(
  text: string,
  upload: UploadChoices | undefined,
): Promise<ResourceProvider> {
  if (text === 'upload') return openAiFiles(upload)
  if (text === 'none') return noProvider()
  const [, kind, argument = ''] = /^(ids|command):(.+)$/s.exec(text) ?? []
  if (kind === 'command') return commandProvider(argument)
  if (kind === 'ids') return idsProvider(argument, await idsFrom(argument))
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
