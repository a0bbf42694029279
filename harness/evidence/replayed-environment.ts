import { EvidenceError } from '../../model/errors.ts'
import { isExchange, responseOf } from '../../model/evidence.ts'
import type { Environment, Step } from '../http/environment.ts'
import type { ReadLine } from './evidence-file.ts'

/** The run asks for something else than what was recorded, or for more. */
class EvidenceMismatch extends Error {
  override readonly name = 'EvidenceMismatch'
  /** Number of the line that nobody asked for; undefined where lines are missing. */
  readonly line: number | undefined

  constructor(message: string, line?: number) {
    super(message)
    this.line = line
  }
}

/** Evidence in the place of target and user. */
interface ReplayedEnvironment extends Environment {
  /** Where the run and the evidence part, once they have. */
  readonly mismatch: EvidenceMismatch | undefined
  /** The line that was delivered for a step, once. */
  delivered(step: Step): ReadLine | undefined
  /** What follows in the evidence when the run is over. */
  unused(): EvidenceMismatch | undefined
}

/** Who waits for a line. */
interface Waiting {
  readonly step: Step
  deliver(line: ReadLine): void
  fail(error: EvidenceMismatch): void
}

/** Turns of the event loop after which a run that asks for nothing more is at rest. */
const TURNS_TO_REST = 3

/**
 * Answers a run from recorded lines, each when its turn comes: what ends first in the evidence ends
 * first in the run. Whatever the run decides by what has ended when (which case is next, which file is
 * handed to whom, when to stop) it then decides as it did before.
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
    const asked = line === undefined ? undefined : waiting.get(keyOf(line.record))
    if (line !== undefined && asked !== undefined) {
      waiting.delete(keyOf(line.record))
      delivered.set(keyOf(line.record), line)
      asked.deliver(line)
      line = next()
      idleTurns = 0
    } else if (idleTurns < TURNS_TO_REST) {
      idleTurns += 1
    } else {
      mismatch ??= partingOf(line, [...waiting.values()])
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
      return (
        line &&
        new EvidenceMismatch(`${described(line.record)} follows the end of the run`, line.number)
      )
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
    alone: () => environment,
    uninterrupted: () => environment,
    close: () => Promise.resolve(),
  }
  return environment
}

function keyOf({ requirement, case: caseKey, step }: Step): string {
  return JSON.stringify([requirement, caseKey, step])
}

function partingOf(line: ReadLine | undefined, asking: readonly Waiting[]): EvidenceMismatch {
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
