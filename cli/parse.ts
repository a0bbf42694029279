import { InvalidArgumentError } from 'commander'
import { CAPABILITIES, LIMITS } from '../library/run-options.ts'
import type { Shard } from '../model/report.ts'
import type { CapabilityName } from '../model/requirement.ts'
import { RUN_ID } from '../model/run-id.ts'

export { CAPABILITIES }

/** A parser of whole numbers from `least` to `most`, for a flag. */
export function wholeNumber(least: number, most: number) {
  return (text: string): number => {
    const value = Number(text)
    if (!/^\d+$/.test(text) || value < least || value > most) {
      throw new InvalidArgumentError(`Accepted is a whole number from ${least} to ${most}.`)
    }
    return value
  }
}

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000 }

/** A duration in milliseconds: `500ms`, `5s`, `2m`; a bare number is seconds. */
export function durationMs(text: string): number {
  const { number, unit = 's' } =
    /^(?<number>\d+(?:\.\d+)?)(?<unit>ms|s|m)?$/.exec(text)?.groups ?? {}
  const value = Number(number) * (UNIT_MS[unit] ?? Number.NaN)
  if (number === undefined || value < 1 || value > LIMITS.durationMs) {
    throw new InvalidArgumentError('Accepted is a duration from 1ms to 60m: 500ms, 5s, 2m.')
  }
  return value
}

/** Requests a second: `50` or `50/s`. */
export function ratePerSecond(text: string): number {
  const value = Number(/^(\d+(?:\.\d+)?)(?:\/s)?$/.exec(text)?.[1])
  if (!(value > 0 && value <= LIMITS.ratePerSecond)) {
    throw new InvalidArgumentError('Accepted is a number of requests a second: 50 or 50/s.')
  }
  return value
}

/** One of several runs that share the requirements: `2/4`. */
export function shard(text: string): Shard {
  const [index = 0, count = 0] = /^\d+\/\d+$/.test(text) ? text.split('/').map(Number) : []
  if (index < 1 || index > count || count > MAX_SHARDS) {
    throw new InvalidArgumentError(`Accepted is I/N, as 2/4, with N up to ${MAX_SHARDS}.`)
  }
  return { index, count }
}

const MAX_SHARDS = 100

/** A seed: a whole number of up to 64 bits, in decimal. */
export function seed(text: string): string {
  if (!/^\d{1,20}$/.test(text) || BigInt(text) >= 2n ** 64n) {
    throw new InvalidArgumentError('Accepted is a whole number from 0 to 18446744073709551615.')
  }
  return BigInt(text).toString()
}

/** Octets of a verifier's word: it goes into a header field and into names of files. */
const MAX_CHALLENGE_BYTES = 128

/** A verifier's word: any text of some length. */
export function challenge(text: string): string {
  const bytes = Buffer.byteLength(text)
  if (bytes === 0 || bytes > MAX_CHALLENGE_BYTES) {
    throw new InvalidArgumentError(`Accepted is text of 1 to ${MAX_CHALLENGE_BYTES} octets.`)
  }
  return text
}

/** The name of a run, as a failure prints it. */
export function runId(text: string): string {
  if (RUN_ID.exec(text)?.[0] === text) return text
  throw new InvalidArgumentError('Accepted are 16 letters from g to z.')
}

/** One case of one requirement. */
export interface CaseName {
  readonly requirement: string
  readonly case: string
}

/** A case as a failure names it: `not-found/any-string:12`, `not-found/any-string:12:0:3`. */
export function caseName(text: string): CaseName {
  const { requirement, key } =
    /^(?<requirement>[a-z0-9-]+\/[a-z0-9-]+):(?<key>\d+(?::\d+)*(?::again)?)$/.exec(text)?.groups ??
    {}
  if (requirement === undefined || key === undefined) {
    throw new InvalidArgumentError('Accepted is REQUIREMENT:CASE, as a failure prints it.')
  }
  return { requirement, case: key }
}

/** Adds to what a repeatable flag has gathered; one value may hold several, with commas between. */
export function gathered(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, ...text.split(',').filter((part) => part !== '')]
}

/** Adds to what a repeatable flag has gathered, commas and all. */
export function repeated(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text]
}

/** Statuses to have seen. */
export function statuses(text: string, before: readonly number[] = []): readonly number[] {
  return [...before, ...text.split(',').map(wholeNumber(200, 599))]
}

/** Capabilities that the target is declared to have. */
export function capabilities(
  text: string,
  before: readonly CapabilityName[] = [],
): readonly CapabilityName[] {
  const named = text.split(',').map((word) => {
    const name = CAPABILITIES.find((one) => one === word.trim())
    // Uploads are declared by --files.
    if (name === undefined && word.trim() !== 'upload') {
      throw new InvalidArgumentError(`Accepted are upload, ${CAPABILITIES.join(', ')}.`)
    }
    return name === undefined ? [] : [name]
  })
  return [...before, ...named.flat()]
}
