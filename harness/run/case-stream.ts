import fc, { type Arbitrary } from 'fast-check'

/** Value of a case, and its position among all cases, from 0. */
interface StreamedCase {
  readonly position: number
  readonly value: unknown
}

/** Values of a requirement's cases, each given out once. */
export interface CaseStream {
  /** Gives the next value; undefined after the last. */
  next(): Promise<StreamedCase | undefined>
  /** Stops the stream. */
  end(): Promise<void>
}

/** Streams values that exist already. */
export function listed(values: readonly unknown[]): CaseStream {
  const left = values.entries()
  return {
    async next() {
      const { value, done } = left.next()
      return done === true ? undefined : { position: value[0], value: value[1] }
    },
    end: async () => undefined,
  }
}

/**
 * Streams the values that `fc.check` would use for a seed. It draws them on demand, so that a long run
 * keeps none, and a few ahead while requests are under way, so that no case waits.
 *
 * fast-check hands values only to a property. So this property holds each value until someone takes it.
 *
 * @param ahead - number of values that are ready before anybody asks
 */
export function draw<T>(
  arbitrary: Arbitrary<T>,
  seed: number,
  numRuns: number,
  ahead: number,
): CaseStream {
  const ready: StreamedCase[] = []
  const waiting: ((drawn: StreamedCase | Promise<undefined>) => void)[] = []
  let position = 0
  let goOn: (() => void) | undefined
  let ended = false
  const property = fc.asyncProperty(arbitrary, async (value) => {
    if (ended) return false
    const one = { position, value }
    position += 1
    const take = waiting.shift()
    if (take === undefined) ready.push(one)
    else take(one)
    if (waiting.length === 0 && ready.length >= ahead) {
      await new Promise<void>((resolve) => {
        goOn = resolve
      })
    }
    return true
  })
  const last = fc.check(property, { seed, numRuns, endOnFailure: true }).then(() => undefined)
  const atTheEnd = () => {
    ended = true
    for (const take of waiting.splice(0)) take(last)
  }
  last.then(atTheEnd, atTheEnd)
  const drawMore = () => {
    goOn?.()
    goOn = undefined
  }
  return {
    async next() {
      if (ready.length > 0) {
        // After the request of this value has gone out.
        setImmediate(drawMore)
        return ready.shift()
      }
      if (ended) return last
      drawMore()
      return new Promise((resolve) => {
        waiting.push(resolve)
      })
    },
    async end() {
      ended = true
      ready.length = 0
      drawMore()
      await last
    },
  }
}
