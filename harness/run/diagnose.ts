import { randomBytes } from 'node:crypto'
import type { Diagnosis } from '../../model/diagnosis.ts'
import { Interrupted, nameLeft, RunInterrupted } from '../../model/errors.ts'
import { type Answered, type Exchange, isAnswered } from '../../model/exchange.ts'
import { isUsableId } from '../../model/path-segment.ts'
import { isSuccess } from '../../model/reads.ts'
import type { ListEntry, PlainRequest, ResourceReadings } from '../../model/resource.ts'
import { sampleOf } from '../safety/measure-ids.ts'
import { checksOf, readinessOf, type Seen, skippedBy } from './checks.ts'
import { firstSample } from './id-samples.ts'
import { attempted } from './no-deletion.ts'
import { openBench } from './open-bench.ts'
import type { RunPorts, RunSettings } from './run-settings.ts'
import { runIdOf } from './seed.ts'
import { createToolbox } from './tools.ts'

/** Requests that a diagnosis sends at most, retries and cleanup included. */
export const MOST_REQUESTS = 12

/** Id under which the exchanges of a diagnosis are recorded. */
const DOCTOR = 'set-up/doctor'
/** Steps from here on are those of the diagnosis itself; before, those of its tools. */
const FIRST_STEP = 100
const RUN_ID_BYTES = 8

/**
 * Looks at what a run needs from a target, with at most {@link MOST_REQUESTS} requests. It deletes nothing but the
 * files that it made, and removes them all.
 *
 * @throws RunInterrupted if the signal was aborted
 */
export async function diagnose(settings: RunSettings, ports: RunPorts): Promise<Diagnosis> {
  const { contract, target } = settings
  const exchanges: Exchange[] = []
  const runId = runIdOf(settings.seed, `${DOCTOR}\n${randomBytes(RUN_ID_BYTES).toString('hex')}`)
  const record = (exchange: Exchange) => void exchanges.push(exchange)
  const known: Known = { isListWhole: false }
  // Of a list of many pages only the first is read: an id that nothing shows to be new could be anybody's.
  const trustsNew = () => known.isListWhole
  const opened = openBench({ ...settings, ...ports, runId, record, looksLater: false, trustsNew })
  const { ledger, environment } = opened.bench
  try {
    const seen = await look(settings, opened, exchanges, known)
    const removed = await opened.cleanUpAll()
    const left = [...removed, ...(seen.stays ?? [])]
    const checks = checksOf(settings, seen)
    return {
      target: target.url,
      document: contract.document.title,
      operation: `${contract.method} ${contract.template}`,
      readiness: readinessOf(settings, seen, checks),
      checks,
      skipped: skippedBy(settings, checks),
      requests: exchanges.reduce((sum, { attempts }) => sum + attempts, 0),
      files: {
        created: ledger.state.files.size,
        left,
        ...(left.length === 0 ? {} : { ledger: ports.ledgerPath }),
      },
    }
  } catch (error) {
    const left = await opened.cleanUpAll()
    if (!(error instanceof Interrupted)) throw nameLeft(error, left, ports.ledgerPath)
    throw new RunInterrupted(left, left.length === 0 ? undefined : ports.ledgerPath)
  } finally {
    await environment.close()
    ledger.close()
  }
}

/** Sends the requests of a diagnosis: first those without which the others say nothing. */
async function look(
  { target }: RunSettings,
  { bench, fit, found, others }: ReturnType<typeof openBench>,
  exchanges: readonly Exchange[],
  known: Known,
): Promise<Seen> {
  const { provider, client, runId, ledger } = bench
  const { requests, readings } = provider.api
  const caseTools = createToolbox(bench)(DOCTOR, '0', 1)
  let steps = FIRST_STEP
  const ask = (request: PlainRequest, credentials: 'configured' | 'second' = 'configured') =>
    client.request({ requirement: DOCTOR, case: '0', step: steps++ }, { ...request, credentials })
  const readList = async (): Promise<readonly [Exchange, Listed]> => {
    const page = await ask(requests.list())
    if (!isAnswered(page) || !isSuccess(page)) return [page, { entries: [], complete: false }]
    const { entries, isAtEnd } = readings
    return [page, { entries: entries([page]), complete: isAtEnd([page]) }]
  }

  let [list, before] = await readList()
  if (!isAnswered(list)) return { exchanges, ids: [] }
  if ([400, 422].includes(list.response.status)) {
    fit.list = readings.otherParameters(list, fit.form)[0] ?? {}
  }
  if ([400, 422, 500, 502].includes(list.response.status)) [list, before] = await readList()
  const idsOf = ({ entries }: Listed) => entries.map(({ id }) => id)
  // An upload that is answered with one of these has made no file.
  others.remember({ ids: idsOf(before), ours: [], complete: before.complete })
  const hasNoList = list.response !== undefined && [404, 405, 501].includes(list.response.status)
  known.isListWhole = before.complete || hasNoList
  const { file, problem } = await firstSample({ provider, fit, caseTools, runId })
  const sample = file?.id ?? provider.samples[0]
  const retrieved = sample === undefined ? undefined : await ask(requests.retrieve(sample))
  const content = sample === undefined ? undefined : await ask(requests.content(sample))
  const isRead = retrieved !== undefined && isSuccess(retrieved)
  if (isRead) found.offers = new Set(['retrieve'])
  const isMade = file !== undefined && isSuccess(list)
  const [listNow, now] = isMade ? await readList() : ([list, before] as const)
  const hasSecond = target.secondAuthorization !== undefined
  const second = hasSecond ? await ask(requests.list(), 'second') : undefined
  const { send } = caseTools.tools
  const deletion = file && (await attempted(() => send.delete(file.id, { purpose: 'set-up' })))
  const after = deletion && isRead ? await ask(requests.retrieve(file?.id ?? '')) : undefined
  const hasUploaded = exchanges.some(({ action }) => action === 'create')
  const [, later] = hasUploaded && isSuccess(list) ? await readList() : [undefined, now]
  const named = later.entries.filter(({ name }) => name.includes(runId)).map(({ id }) => id)
  const earlier = [...ledger.state.files.keys(), ...idsOf(before)]
  // Refused and stored all the same, or stored under another id.
  for (const id of named.filter(isUsableId)) {
    if (!earlier.includes(id)) ledger.note({ event: 'owned', id })
  }
  return {
    exchanges,
    file,
    problem,
    retrieved,
    content,
    list: listNow,
    isListed: sample !== undefined && idsOf(now).includes(sample),
    deletion: deletion ?? exchanges.find(({ action }) => action === 'delete'),
    after,
    stays: named.filter((id) => ledger.state.files.get(id) === 'gone'),
    damage: await others.check(async () => ({
      ids: idsOf(later),
      ours: [],
      complete: later.complete,
    })),
    second,
    isShared: second !== undefined && isAnswered(second) && isShown(sample, second, readings),
    ids:
      file === undefined && provider.samples.length > 0 ? provider.samples : sampleOf(idsOf(now)),
  }
}

/** Facts that decide whose a file is. */
interface Known {
  /** Whether the list showed all files before the first upload, or there is none. */
  isListWhole: boolean
}

/** First page of a list. */
interface Listed {
  readonly entries: readonly ListEntry[]
  readonly complete: boolean
}

function isShown(id: string | undefined, page: Answered, { entries }: ResourceReadings): boolean {
  return entries([page]).some((one) => one.id === id)
}
