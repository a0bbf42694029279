import { randomBytes } from 'node:crypto'
import type { Diagnosis } from '../../model/diagnosis.ts'
import { Interrupted, nameLeft, RunInterrupted } from '../../model/errors.ts'
import { type Exchange, isAnswered } from '../../model/exchange.ts'
import { isSuccess } from '../../model/reads.ts'
import type { PlainRequest } from '../../model/resource.ts'
import { sampleOf } from '../safety/measure-ids.ts'
import { isRefusal } from './answers.ts'
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
/** Files that it makes: as many as the requests allow to remove. */
const FILES = 3
/** Listed ids that show how ids are made, so that no more files are needed for that. */
const ENOUGH_LISTED = 8
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
  const opened = openBench({ ...settings, ...ports, runId, record, looksLater: false })
  const { ledger, environment } = opened.bench
  try {
    const seen = await look(settings, opened, exchanges)
    const left = await opened.cleanUpAll()
    const checks = checksOf(settings, seen)
    return {
      target: target.url,
      document: contract.document.title,
      operation: `${contract.method} ${contract.template}`,
      readiness: readinessOf(settings, checks),
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
  { bench, fit, found, others: remembered }: ReturnType<typeof openBench>,
  exchanges: readonly Exchange[],
): Promise<Seen> {
  const { provider, client, runId } = bench
  const { requests, readings } = provider.api
  const caseTools = createToolbox(bench)(DOCTOR, '0', FILES)
  const { files, send } = caseTools.tools
  let steps = 100
  const ask = (request: PlainRequest, credentials: 'configured' | 'second' = 'configured') =>
    client.request({ requirement: DOCTOR, case: '0', step: steps++ }, { ...request, credentials })
  let list = await ask(requests.list())
  const nothing = { exchanges, ids: [] }
  if (!isAnswered(list) || isRefusal(list)) return nothing
  if ([400, 422].includes(list.response.status)) {
    fit.list = readings.otherParameters(list, fit.form)[0] ?? {}
    list = await ask(requests.list())
  }
  const idsIn = (page: Exchange) =>
    isAnswered(page) ? readings.entries([page]).map(({ id }) => id) : []
  // An upload that is answered with one of these has made no file.
  remembered.remember({ ids: idsIn(list), ours: [], complete: false })
  const { file, problem } = await firstSample({ provider, fit, caseTools, runId })
  const sample = file?.id ?? provider.samples[0]
  const retrieved = sample === undefined ? undefined : await ask(requests.retrieve(sample))
  const content = sample === undefined ? undefined : await ask(requests.content(sample))
  const isRead = retrieved !== undefined && isSuccess(retrieved)
  if (isRead) found.offers = new Set(['retrieve'])
  if (file !== undefined && isSuccess(list)) list = await ask(requests.list())
  const listed = idsIn(list)
  const deletion = file && (await attempted(() => send.delete(file.id, { purpose: 'set-up' })))
  const after = deletion && isRead ? await ask(requests.retrieve(file.id)) : undefined
  const hasSecond = target.secondAuthorization !== undefined
  const second = hasSecond ? await ask(requests.list(), 'second') : undefined
  const others = listed.filter((id) => id !== sample)
  const own = file === undefined ? [] : [file.id]
  while (deletion && isSuccess(deletion) && others.length < ENOUGH_LISTED && own.length < FILES) {
    const one = await attempted(() => files.create())
    if (one === undefined) break
    own.push(one.id)
  }
  return {
    exchanges,
    file,
    problem,
    retrieved,
    content,
    list,
    isListed: sample !== undefined && listed.includes(sample),
    deletion: deletion ?? exchanges.find(({ action }) => action === 'delete'),
    after,
    second,
    ids: own.length + others.length > 0 ? [...sampleOf(others), ...own] : provider.samples,
  }
}
