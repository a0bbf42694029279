import fc, { type Arbitrary } from 'fast-check'

/** A value of a requirement's cases, and its place in their order, from 0. */
export interface StreamedCase {
  readonly position: number
  readonly value: unknown
}

/** The values of a requirement's cases, each given out once. */
export interface CaseStream {
  /** The next one; undefined after the last. */
  next(): Promise<StreamedCase | undefined>
  /** Gives out no more. */
  end(): Promise<void>
}

/** Values that are all there. */
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
 * The values that `fc.check` would use for a seed, drawn as they are asked for: of a long run none is
 * kept, and none is waited for, since a few are drawn while requests are under way.
 *
 * fast-check gives values out to nothing but a property. So the property here holds each back until
 * somebody takes it.
 *
 * @param ahead - values that are ready before they are asked for
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
        // Once the request is out that the value is for.
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
