import { Inconclusive, NotOurs, SetAside } from '../../model/errors.ts'
import type { Exchange } from '../../model/exchange.ts'
import { bodyText, isSuccess, refusalOf } from '../../model/reads.ts'
import type { Observation } from '../../model/report.ts'
import type { FileToUpload, OwnedResource, UploadForm } from '../../model/resource.ts'
import type { ResourceProvider } from '../../resources/provider.ts'
import { formInWords, purposeOf, USUAL_FORM, usualContentOf } from '../../resources/upload-form.ts'
import { mayPass } from './answers.ts'
import type { Fit } from './fit.ts'
import type { CaseTools } from './tools.ts'

/** Parts with which the preflight makes and deletes samples. */
export interface SampleParts {
  readonly provider: ResourceProvider
  /** Form of uploads, to be found out. */
  readonly fit: Fit
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
  /** Refusal of the usual form, if the target takes another or none. */
  readonly refusal?: Exchange
}

/**
 * Makes a resource, if the provider makes them on demand. A target that refuses the usual form of uploads is
 * asked with the other forms in turn, those first that its refusal names.
 */
export async function firstSample(parts: SampleParts): Promise<FirstSample> {
  const { provider, fit } = parts
  if (!provider.onDemand) return {}
  const usual = await oneSample(parts)
  const { refusal } = usual
  if (refusal === undefined || !('create' in provider.source)) return usual
  const [form, ...others] = provider.source.forms
  const words = bodyText(refusal)
  const isNamed = (one: UploadForm) => words.includes(purposeOf(one) ?? refusal.request.target)
  const inOrder = [...others.filter(isNamed), ...others.filter((one) => !isNamed(one))]
  for (const other of inOrder) {
    fit.form = other
    const sample = await oneSample(parts)
    if (sample.refusal === undefined) return { ...sample, refusal }
  }
  fit.form = form
  const alike = others.length === 0 ? '' : `; so were ${others.length} other usual forms`
  const problem = `${usual.problem}${alike}; what it takes can be set with ${SETTINGS}`
  return { problem, refusal }
}

const SETTINGS = '--upload-field, --upload-name, --upload-type and --upload-content'

/** Statuses that say nothing about the form of an upload. */
const OF_NO_FORM = [401, 403, 404, 405, 408, 413, 429]

async function oneSample({ provider, caseTools }: SampleParts): Promise<FirstSample> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return { file: await caseTools.tools.files.create() }
    } catch (error) {
      if (!(error instanceof Inconclusive)) throw error
      const { message: problem, exchange } = error
      // No upload is sent again: the next one is of another file.
      const isAnswered = exchange?.response !== undefined
      if (attempt < MAX_ATTEMPTS && isAnswered && mayPass(exchange)) continue
      const isForeign = error instanceof NotOurs && exchange !== undefined
      const foreign = isForeign ? provider.api.readings.created(exchange)?.id : undefined
      const status = exchange?.response?.status ?? 0
      const isRefused = status >= 400 && status < 500 && !OF_NO_FORM.includes(status)
      return {
        problem,
        isLate: exchange?.failure?.kind === 'timeout',
        ...(foreign && { foreign }),
        ...(isRefused && exchange && { refusal: exchange }),
      }
    }
  }
}

/** Says which form of uploads the target takes, if it refuses the usual one. */
export function formNoticed(
  { fit }: SampleParts,
  { file, refusal }: FirstSample,
): readonly Observation[] {
  if (file === undefined || refusal === undefined || fit.form === undefined) return []
  const text = `sent as ${formInWords(fit.form)}, because ${refusalOf(refusal)}`
  return [{ about: 'Uploads', text, count: 1 }]
}

/** Notes that content is not read back as it was uploaded; effects are judged against what is read. */
export function contentNoticed(
  { provider, caseTools }: SampleParts,
  id: string | undefined,
  read: Exchange | undefined,
): readonly Observation[] {
  if (read?.response === undefined || !isSuccess(read)) return []
  const created = caseTools.sent.find((one) => provider.api.readings.created(one)?.id === id)
  const { body } = created?.request ?? {}
  if (body === undefined || !('fileBytes' in body)) return []
  const sent = usualContentOf(body.form ?? USUAL_FORM, body.filename)
  const { body: received } = read.response
  const isSame =
    sent?.byteLength === body.fileBytes
      ? Buffer.compare(sent, received) === 0
      : body.fileBytes === received.byteLength
  if (isSame) return []
  const text = `changes between upload and reading: ${body.fileBytes} octets were uploaded, and ${received.byteLength} different ones read`
  return [{ about: 'Content', text, count: 1 }]
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
  const content = { word: runId }
  return ['a', 'b'].map((one) => ({ filename: { word: `${runId}-set-up-equal-${one}` }, content }))
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
