import { Inconclusive, NotOurs, SetAside } from '../../model/errors.ts'
import type { FileToUpload, OwnedResource } from '../../model/resource.ts'
import type { ResourceProvider } from '../../resources/provider.ts'
import { mayPass } from './answers.ts'
import type { CaseTools } from './tools.ts'

/** Parts with which the preflight makes and deletes samples. */
export interface SampleParts {
  readonly provider: ResourceProvider
  readonly caseTools: CaseTools
  readonly runId: string
}

/**
 * Samples that are made one after the other, and as many at once: their ids show how others' ids are made. They
 * are bystanders, too, so that a deletion that takes the oldest or the newest resource with it is seen.
 */
const SAMPLES_EACH = 4
/** Number of resources that the preflight makes. */
export const PREFLIGHT_FILES = 2 * SAMPLES_EACH
/** Attempts before the first requirement: a target that fails now and then can be tested. */
export const MAX_ATTEMPTS = 3

interface FirstSample {
  readonly file?: OwnedResource
  /** Reason why there is none. */
  readonly problem?: string
  /** Id of another's resource, with which its upload was answered. */
  readonly foreign?: string
  /** Whether the upload was not answered in time. */
  readonly isLate?: boolean
}

/** Makes a resource, if the provider makes them on demand. */
export async function firstSample({ provider, caseTools }: SampleParts): Promise<FirstSample> {
  if (!provider.onDemand) return {}
  for (let attempt = 1; ; attempt += 1) {
    try {
      return { file: await caseTools.tools.files.create() }
    } catch (error) {
      if (!(error instanceof Inconclusive)) throw error
      const { message: problem, exchange } = error
      // No upload is sent again: the next one is of another file.
      if (attempt < MAX_ATTEMPTS && exchange !== undefined && mayPass(exchange)) continue
      const isForeign = error instanceof NotOurs && exchange !== undefined
      const foreign = isForeign ? provider.api.readings.created(exchange)?.id : undefined
      const isLate = exchange?.failure?.kind === 'timeout'
      return { problem, isLate, ...(foreign && { foreign }) }
    }
  }
}

/** Answer of a target to two uploads of equal content: an id for each, or one for both. */
export type EqualContent = 'kept apart' | 'one file' | 'not seen'

interface MoreSamples {
  readonly files: readonly OwnedResource[]
  readonly equalContent: EqualContent
}

/** Makes the samples after the first, if there are to be more. */
export async function moreSamples(
  { provider, caseTools, runId }: SampleParts,
  goesOn: boolean,
): Promise<MoreSamples> {
  const files: OwnedResource[] = []
  if (!goesOn) return { files, equalContent: 'not seen' }
  const { create } = caseTools.tools.files
  try {
    while (files.length < SAMPLES_EACH - 1) files.push(await create())
    const equal = provider.contentChoice ? equalFiles(runId) : []
    const ordinary = new Array<undefined>(SAMPLES_EACH - equal.length).fill(undefined)
    const atOnce = await settled([...ordinary, ...equal].map((file) => create(file)))
    files.push(...atOnce.flatMap((file) => file ?? []))
    const [one, other] = atOnce.slice(ordinary.length)
    if (one === undefined || other === undefined) return { files, equalContent: 'not seen' }
    return { files, equalContent: one.id === other.id ? 'one file' : 'kept apart' }
  } catch (error) {
    if (!(error instanceof Inconclusive)) throw error
    return { files, equalContent: 'not seen' }
  }
}

/** Two files of equal content: whether the second gets an id of its own is a fact about the target. */
function equalFiles(runId: string): readonly FileToUpload[] {
  const content = Buffer.from(`{"custom_id":"${runId}"}\n`)
  return ['a', 'b'].map((name) => ({ filename: `${runId}-set-up-equal-${name}.jsonl`, content }))
}

/** Waits for all; undefined for each that the target does not take. */
async function settled(
  files: readonly Promise<OwnedResource>[],
): Promise<readonly (OwnedResource | undefined)[]> {
  const all = await Promise.allSettled(files)
  return all.map((one) => {
    if (one.status === 'fulfilled') return one.value
    if (one.reason instanceof Inconclusive || one.reason instanceof SetAside) return undefined
    throw one.reason
  })
}
