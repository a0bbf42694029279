import { Interrupted, nameLeft, RunInterrupted } from '../../model/errors.ts'
import type { IdFacts } from '../../model/id-scheme.ts'
import { NEVER_ISSUED, readerOf } from '../../model/learnt.ts'
import { segmentOf } from '../../model/path-segment.ts'
import { isSuccess } from '../../model/reads.ts'
import type { DamageReport, NotSent, Observation, ReportedCapability } from '../../model/report.ts'
import type { CapabilityName, GenerationFacts, NeverIssuedId } from '../../model/requirement.ts'
import type { ResourceProvider } from '../../resources/provider.ts'
import { RUN_ID_PLACE } from '../../resources/upload-form.ts'
import { isAuthenticated } from '../http/target.ts'
import type { DeleteGuard } from '../safety/delete-guard.ts'
import type { Ledger } from '../safety/ledger.ts'
import { idFactsOf, sampleOf } from '../safety/measure-ids.ts'
import { isUnexpectedRefusal } from './answers.ts'
import type { Examination } from './examiner.ts'
import { createListing, removeListed } from './listing.ts'
import { type BenchOptions, openBench } from './open-bench.ts'
import { createPlaces, type Places } from './places.ts'
import { type Discovery, PREFLIGHT, preflight, TargetUnusable } from './preflight.ts'
import { createSecondTries } from './second-tries.ts'
import { isLoss } from './verdicts.ts'
import { octets } from './seed.ts'
import { createToolbox } from './tools.ts'

export interface SessionOptions extends BenchOptions {
  /** Cases of a property. */
  readonly runs: number
  /** Resources that may be there at once, bystanders among them. */
  readonly maxLive: number
  /** Tells whether a requirement is one of the run. */
  readonly isChosen: (requirementId: string) => boolean
  /** Key of the one case to send, of the one requirement that probes. */
  readonly onlyCase?: string | undefined
  /** Capabilities that the user declares. */
  readonly declaredCapabilities: readonly CapabilityName[]
  /** Makes up an id in the shape of a sample. */
  readonly makeUpId: (sample: DeleteGuard['sample'], octet: () => number) => NeverIssuedId
}

/** A target with a ledger open, and everything that requirements are examined with. */
export interface Session {
  readonly runId: string
  readonly ledger: Ledger
  readonly capabilities: readonly ReportedCapability[]
  /** Facts about the ids of the target. */
  readonly ids: IdFacts
  readonly examination: Examination
  /** Gives the reasons why little is judged: the target has no deletion, is too slow, or answers no more. */
  remarks(): readonly string[]
  /** Lists deletions that were not sent for the sake of other people's files. */
  notSent(): readonly NotSent[]
  /** Gives what the run noticed until now. */
  observations(): readonly Observation[]
  /** Looks for the files of others that were listed before; undefined if none were. */
  others(): Promise<DamageReport | undefined>
  /** Removes the resources of the run; returns what is left. */
  cleanUp(): Promise<readonly string[]>
  /** Ends connections and ledger. */
  close(): Promise<void>
}

/**
 * Opens a session: ledger first, then connections, then a look at what the target offers.
 *
 * @throws TargetUnusable if the target does not answer or lets nobody in; everything is closed then
 * @throws RunInterrupted if the signal was aborted meanwhile
 */
export async function openSession(options: SessionOptions): Promise<Session> {
  const { target, runId, settleMs } = options
  const opened = openBench(options)
  const { bench, fit, guard, others, found, losses, silence, cleanUpAll } = opened
  const { provider, ledger, environment, withheld } = bench
  const listing = createListing(
    runId,
    provider.api.readings,
    fit,
    target.secondAuthorization === undefined ? ['configured'] : ['configured', 'second'],
  )
  const close = async () => {
    await environment.close()
    ledger.close()
  }
  const toolbox = createToolbox(bench)
  const lastToolbox = () => createToolbox({ ...bench, client: opened.lastClient() })
  const damageNow = () => others.check(() => listing.read(lastToolbox()))
  /** @throws TargetUnusable if the first deletion, of an id that nobody has, took a file of others */
  const refuseAfterLoss = async () => {
    const damage = await damageNow()
    if (!isLoss(damage)) return
    throw new TargetUnusable('files of others are gone after the deletion of an id that nobody has')
  }
  try {
    let before = await listing.read(toolbox)
    others.remember(before)
    const listed = 'unread' in before ? [] : before.ids
    const samples = provider.readOnly === true ? sampleOf(listed) : provider.samples
    if (provider.readOnly === true) {
      // Of ids that no list shows, the shortest numbers are the likeliest.
      for (const id of listed.length === 0 ? ['1'] : listed) guard.learn(id)
    }
    const discovery = await preflight({
      ...options,
      client: bench.client,
      provider,
      fit,
      toolbox,
      onForm: async () => {
        const again = await listing.readOfForm(toolbox)
        if (again === undefined) return
        before = again
        others.remember(again)
      },
      underWay: opened.clock.underWay,
      unanswered: listing.unanswered,
      samples,
      neverIssued: (ordinal) => minted(options, guard, PREFLIGHT, ordinal),
    })
    if (provider.readOnly === true) {
      await refuseAfterLoss()
      const { unknown } = discovery.learnt
      // It has deleted something, or says so: one more shows which, and is the last.
      if (unknown !== undefined && isSuccess(unknown)) withheld.endAllBut(NEVER_ISSUED)
    }
    const { capabilities, noFiles } = discovery
    found.bystanders = discovery.bystanders
    const answers = readerOf(options.contract, discovery.learnt, options.isChosen)
    found.answers = answers
    found.openToAll = !isAuthenticated(target)
    found.offers = new Set(capabilities.flatMap(({ name, available }) => (available ? [name] : [])))
    const noDeletion = discovery.noDeletion && {
      reason: `the target has no deletion: ${discovery.noDeletion.shown}`,
      provedWith: discovery.noDeletion.need,
    }
    const ids = idsOf(discovery, provider)
    found.accountsApart = !ids.guessable
    let slow: string | undefined
    // Once it is so, it stays so.
    const tooSlow = () => (slow ??= opened.clock.tooSlow(target.timeoutMs))
    const places = await placesBeside(ledger.state.left.size, options.maxLive)
    const examination: Examination = {
      ...options,
      readings: provider.api.readings,
      bystanders: discovery.bystanders,
      answers,
      provider: noFiles === undefined ? provider : { ...provider, none: noFiles },
      capabilities,
      noDeletion,
      toolbox,
      places,
      factsFor: (requirementId): GenerationFacts => ({
        runId,
        disposable: options.disposable,
        neverIssuedId: (ordinal) => minted(options, guard, requirementId, ordinal),
        idsGuessable: ids.guessable,
        smallIsOwn: discovery.smallIsOwn,
        takes: discovery.takes,
        runs: options.runs,
        concurrency: options.concurrency,
        places: options.maxLive - places.kept,
        offers: found.offers,
        filters: provider.api.requests.filters(fit.form, fit.list),
        kinds: 'kinds' in provider.source ? provider.source.kinds : [],
      }),
      tooSlow,
      nearMissesEnded: withheld.ended,
      secondTries: createSecondTries({ losses, answers: () => silence.ends(bench) }),
      refused: (exchange) => isUnexpectedRefusal(exchange, found.openToAll),
      unanswered: losses.unanswered,
      silence: () => silence.lasts(bench),
    }
    return {
      runId,
      ledger,
      capabilities,
      ids,
      examination,
      remarks: () =>
        [noDeletion?.reason, tooSlow(), silence.since()].filter((one) => one !== undefined),
      notSent: withheld.notSent,
      observations: () =>
        [
          ...(provider.readOnly === true ? [READ_ONLY] : []),
          ...listing.observations(),
          ...discovery.observations,
          ...opened.observations(),
        ].map(({ text, ...one }) => ({
          ...one,
          // The shards of a run notice the same in files of other run ids.
          text: text.replaceAll(runId, RUN_ID_PLACE),
        })),
      others: damageNow,
      async cleanUp() {
        const left = await cleanUpAll()
        if (!found.offers.has('list') || 'unread' in before || !before.complete) return left
        const canRead = found.offers.has('retrieve')
        const settle = () => environment.uninterrupted().pause(settleMs)
        const parts = { ledger, listing, toolbox: lastToolbox(), canRead, settle }
        return removeListed({ ...parts, cleanUp: cleanUpAll }, left)
      },
      close,
    }
  } catch (error) {
    const left = await cleanUpAll()
    await close()
    if (error instanceof Interrupted) throw new RunInterrupted(left)
    if (error instanceof TargetUnusable) {
      const damage = await damageNow()
      throw new TargetUnusable(error.message, left, ledger.state.files.size, damage)
    }
    throw nameLeft(error, left, ledger.path)
  }
}

/** Makes places for the resources of a run, some of which are there to its end. */
async function placesBeside(kept: number, maxLive: number): Promise<Places> {
  const places = createPlaces(maxLive)
  await places.take(kept)
  places.give(kept, kept)
  return places
}

const READ_ONLY: Observation = {
  about: 'Read-only',
  text: 'nothing was uploaded, and no deletion was asked for of a file that is listed; this shows how deletions of missing files are answered, not whether a deletion works',
  count: 1,
}

function idsOf({ samples, equalContent }: Discovery, { readOnly }: ResourceProvider): IdFacts {
  const facts = idFactsOf(samples, readOnly)
  if (equalContent !== 'one file') return facts
  return { ...facts, finding: [...facts.finding, 'files of equal content are one file'] }
}

/** Ids of one shape that are made up until one is safe to send. */
const MAX_MADE_UP = 100

/** Makes up an id that no server has issued, and tells the guard. */
function minted(
  { makeUpId, seed }: SessionOptions,
  guard: DeleteGuard,
  requirementId: string,
  ordinal: number,
): NeverIssuedId {
  const source = octets(seed, `${requirementId}:never-issued:${ordinal}`)
  let made = makeUpId(guard.sample, source)
  for (let tried = 0; tried < MAX_MADE_UP; tried += 1) {
    guard.mint(made.id)
    if (guard.decide(segmentOf(made.id)).allowed) return made
    made = makeUpId(tried < MAX_MADE_UP / 2 ? guard.sample : undefined, source)
  }
  return made
}
