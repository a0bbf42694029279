import { type IdScheme, scheme } from '../id-source.ts'
import { bigEndian, uuid } from './uuid-text.ts'

/** Ticks of 100 ns from 15 October 1582 to 1970 (RFC 9562 §5.1). */
const GREGORIAN_OFFSET = 0x01b21dd213814000n
const TICKS_PER_MS = 10_000n

/** UUIDs with the time in them. */
export const uuidTimeIds: readonly IdScheme[] = [
  scheme('uuid1', 'UUID version 1: time, low part first, and a constant node', (draw) => {
    const [ticks, node] = [ticking(), draw.octets(8)]
    return ({ now }) => {
      const time = bigEndian(ticks(now), 8)
      const swapped = [time.subarray(4, 8), time.subarray(2, 4), time.subarray(0, 2)]
      return uuid(Buffer.concat([...swapped, node]), 1)
    }
  }),
  scheme('uuid6', 'UUID version 6: time, high part first, and a constant node', (draw) => {
    const [ticks, node] = [ticking(), draw.octets(8)]
    return ({ now }) => {
      const time = ticks(now)
      const halves = [bigEndian(time >> 12n, 6), bigEndian(time & 0xfffn, 2)]
      return uuid(Buffer.concat([...halves, node]), 6)
    }
  }),
  scheme('uuid7', 'UUID version 7: milliseconds and 74 random bits', (draw) => ({ now }) => {
    return uuid(Buffer.concat([bigEndian(BigInt(now), 6), draw.octets(10)]), 7)
  }),
  scheme('uuid7-counter', 'UUID version 7 with a counter of the millisecond in rand_a', (draw) => {
    const count = countingWithin(() => 0n)
    return ({ now }) => {
      const head = [bigEndian(BigInt(now), 6), bigEndian(count(now), 2)]
      return uuid(Buffer.concat([...head, draw.octets(8)]), 7)
    }
  }),
  scheme('uuid7-monotonic', 'UUID version 7 that counts up within a millisecond', (draw) => {
    const count = countingWithin(() => BigInt(`0x${draw.octets(7).toString('hex')}`))
    let randA = draw.octets(2)
    let last = 0
    return ({ now }) => {
      if (now !== last) randA = draw.octets(2)
      last = now
      const octets = [bigEndian(BigInt(now), 6), randA, bigEndian(count(now), 8)]
      return uuid(Buffer.concat(octets), 7)
    }
  }),
]

/** Gives the time in ticks, one more for each id of the same millisecond. */
function ticking(): (now: number) => bigint {
  const count = countingWithin(() => 0n)
  return (now) => BigInt(now) * TICKS_PER_MS + GREGORIAN_OFFSET + count(now)
}

/** Counts up within one millisecond, and begins anew with the next. */
export function countingWithin(first: () => bigint): (now: number) => bigint {
  let [last, value] = [-1, 0n]
  return (now) => {
    value = now === last ? value + 1n : first()
    last = now
    return value
  }
}
