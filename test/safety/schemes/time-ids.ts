import { BASE62, DIGITS, type Draw, inDigits, UPPER } from '../draw.ts'
import { type IdScheme, type Issue, scheme } from '../id-source.ts'
import { bigEndian } from './uuid-text.ts'
import { countingWithin } from './uuid-time-ids.ts'

/** Crockford's base 32, without I, L, O and U. */
const CROCKFORD = DIGITS + UPPER.replace(/[ILOU]/g, '')
/** Where KSUID starts to count seconds. */
const KSUID_EPOCH_S = 1_400_000_000
/** Where Twitter's snowflakes start to count milliseconds. */
const SNOWFLAKE_EPOCH_MS = 1_288_834_974_657

/** Ids that begin with the time and are no UUIDs. */
export const timeIds: readonly IdScheme[] = [
  scheme('ulid', 'ULID: milliseconds and 80 random bits', (draw) => ({ now }) => {
    return ulid(now, numberOf(draw.octets(10)))
  }),
  scheme('ulid-monotonic', 'ULID that counts up within a millisecond', (draw) => {
    const count = countingWithin(() => numberOf(draw.octets(10)) >> 1n)
    return ({ now }) => ulid(now, count(now))
  }),
  scheme('ksuid', 'KSUID: seconds and 128 random bits', (draw) => ({ now }) => {
    const seconds = BigInt(Math.floor(now / 1000) - KSUID_EPOCH_S)
    return inDigits(numberOf(Buffer.concat([bigEndian(seconds, 4), draw.octets(16)])), BASE62, 27)
  }),
  scheme('objectid', 'MongoDB ObjectId of one process: seconds, process, counter', mongoProcess),
  scheme('objectid-processes', 'MongoDB ObjectId of four processes in turn', (draw) => {
    return inTurn(Array.from({ length: 4 }, () => mongoProcess(draw)))
  }),
  scheme('snowflake', 'snowflake: milliseconds, machine and sequence, in decimal', (draw) => {
    const machine = BigInt(draw.below(1_024))
    const count = countingWithin(() => 0n)
    return ({ now }) =>
      String((BigInt(now - SNOWFLAKE_EPOCH_MS) << 22n) | (machine << 12n) | count(now))
  }),
]

/** Takes one maker after the other, as a server behind a load balancer does. */
export function inTurn(issues: readonly Issue[]): Issue {
  let at = 0
  return (issued) => {
    const issue = issues[at % issues.length] as Issue
    at += 1
    return issue(issued)
  }
}

function mongoProcess(draw: Draw): Issue {
  const random = draw.octets(5)
  let counter = draw.below(0x1_000_000)
  return ({ now }) => {
    counter = (counter + 1) % 0x1_000_000
    const seconds = bigEndian(BigInt(Math.floor(now / 1000)), 4)
    return Buffer.concat([seconds, random, bigEndian(BigInt(counter), 3)]).toString('hex')
  }
}

function ulid(now: number, random: bigint): string {
  return inDigits(BigInt(now), CROCKFORD, 10) + inDigits(random, CROCKFORD, 16)
}

function numberOf(octets: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(octets).toString('hex')}`)
}
