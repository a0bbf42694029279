import { createHash, randomBytes } from 'node:crypto'
import { draw, RUN_ID_LENGTH, RUN_ID_LETTERS } from '../../model/run-id.ts'

/** Draws a fresh seed: 64 unguessable bits, in decimal. */
export function freshSeed(): string {
  return randomBytes(8).readBigUInt64BE().toString()
}

/** Derives a seed from a verifier's word: nobody can have made its cases before. */
export function seedFrom(challenge: string): string {
  return digest(challenge, 'challenge').readBigUInt64BE().toString()
}

/**
 * Derives the unguessable id of a run: only letters, so that no careless server takes it for a number.
 *
 * @param binding - options of the run
 */
export function runIdOf(seed: string, binding: string): string {
  return draw(RUN_ID_LETTERS, RUN_ID_LENGTH, octets(seed, `mark\n${binding}`))
}

/** Derives a fast-check seed (32 bits, signed) for one purpose of a run. */
export function fastCheckSeed(seed: string, purpose: string): number {
  return digest(seed, purpose).readInt32BE()
}

/** Makes an endless, repeatable source of octets for one purpose of a run. */
export function octets(seed: string, purpose: string): () => number {
  let block: Buffer = Buffer.alloc(0)
  let used = 0
  let blocks = 0
  return () => {
    if (used === block.length) {
      block = digest(seed, `${purpose}#${blocks}`)
      blocks += 1
      used = 0
    }
    used += 1
    return block[used - 1] as number
  }
}

function digest(seed: string, purpose: string): Buffer {
  return createHash('sha256').update(`delete-conformance\n${seed}\n${purpose}`).digest()
}
