import { EvidenceError } from '../../model/errors.ts'
import { isExchange, responseOf } from '../../model/evidence.ts'
import type { Environment, Step } from '../http/environment.ts'
import type { ReadLine } from './evidence-file.ts'

/** Run and evidence differ: something was asked for that was not recorded, or the reverse. */
class EvidenceMismatch extends Error {
  override readonly name = 'EvidenceMismatch'
  /** Number of the line that the run does not ask for; undefined if lines are missing. */
  readonly line: number | undefined

  constructor(message: string, line?: number) {
    super(message)
    this.line = line
  }
}

/** Evidence that answers a run, in place of target and user. */
interface ReplayedEnvironment extends Environment {
  /** First step at which run and evidence differ. */
  readonly mismatch: EvidenceMismatch | undefined
  /** Gives the line that answered a step, once. */
  delivered(step: Step): ReadLine | undefined
  /** Names the line that follows when the run is over. */
  unused(): EvidenceMismatch | undefined
}

/** Step of the run that waits for its line. */
interface Waiting {
  readonly step: Step
  deliver(line: ReadLine): void
  fail(error: EvidenceMismatch): void
}

/** Turns of the event loop after which a run that asks for nothing more is at rest. */
const TURNS_TO_REST = 3

/**
 * Answers a run from recorded lines, in their order: the exchange that ended first in the recorded run
 * ends first in this one. So the run decides as before wherever it depends on the order: which case is
 * next, who gets which file, when to stop.
 *
 * @param read - gives the next line, or undefined after the last
 */
export function replayedEnvironment(read: () => ReadLine | undefined): ReplayedEnvironment {
  const waiting = new Map<string, Waiting>()
  const delivered = new Map<string, ReadLine>()
  let mismatch: EvidenceMismatch | undefined
  const next = () => {
    try {
      return read()
    } catch (error) {
      if (!(error instanceof EvidenceError)) throw error
      mismatch ??= new EvidenceMismatch(error.message)
      return undefined
    }
  }
  let line = next()
  let scheduled = false
  let idleTurns = 0

  const turn = () => {
    scheduled = false
    const key = line === undefined ? '' : keyOf(line.record)
    const asked = waiting.get(key)
    if (line !== undefined && asked !== undefined) {
      waiting.delete(key)
      delivered.set(key, line)
      asked.deliver(line)
      line = next()
      idleTurns = 0
    } else if (idleTurns < TURNS_TO_REST) {
      idleTurns += 1
    } else {
      mismatch ??= mismatchAt(line, [...waiting.values()])
      for (const one of waiting.values()) one.fail(mismatch)
      waiting.clear()
    }
    if (waiting.size > 0) schedule()
  }
  const schedule = () => {
    if (scheduled) return
    scheduled = true
    setImmediate(turn)
  }
  const lineFor = (step: Step) =>
    new Promise<ReadLine>((deliver, fail) => {
      waiting.set(keyOf(step), { step, deliver, fail })
      idleTurns = 0
      schedule()
    })

  const environment: ReplayedEnvironment = {
    get mismatch() {
      return mismatch
    },
    delivered(step) {
      const found = delivered.get(keyOf(step))
      delivered.delete(keyOf(step))
      return found
    },
    unused() {
      if (line === undefined) return undefined
      const message = `${described(line.record)} follows the end of the run`
      return new EvidenceMismatch(message, line.number)
    },
    async exchange(step) {
      const { record, number } = await lineFor(step)
      if (!isExchange(record)) throw new EvidenceMismatch('no exchange', number)
      const { attempts, startedAtMs, waitMs, durationMs, response, failure } = record
      const timing = { attempts, startedAtMs, waitMs, durationMs }
      if (response !== undefined) return { response: responseOf(response), ...timing }
      if (failure !== undefined) return { failure, ...timing }
      throw new EvidenceMismatch('neither a response nor a failure', number)
    },
    async provide(step) {
      const { record, number } = await lineFor(step)
      if (isExchange(record)) throw new EvidenceMismatch('no file that was provided', number)
      return record.provided
    },
    pause: () => Promise.resolve(),
    keepAside: () => undefined,
    timeLeftMs: () => Number.POSITIVE_INFINITY,
    alone: () => environment,
    uninterrupted: () => environment,
    close: () => Promise.resolve(),
  }
  return environment
}

function keyOf({ requirement, case: caseKey, step }: Step): string {
  return JSON.stringify([requirement, caseKey, step])
}

function mismatchAt(line: ReadLine | undefined, asking: readonly Waiting[]): EvidenceMismatch {
  const asked = asking.map(({ step }) => described(step)).sort()
  const wanted = asked.slice(0, 3).join('; ') || 'nothing'
  if (line === undefined) return new EvidenceMismatch(`the run goes on with ${wanted}`)
  return new EvidenceMismatch(
    `${described(line.record)} follows, and the run goes on with ${wanted}`,
    line.number,
  )
}

function described({ requirement, case: caseKey, step }: Step): string {
  return `${requirement} case ${caseKey} step ${step}`
}
