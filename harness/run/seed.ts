import { createHash, randomBytes } from 'node:crypto'
import { draw, RUN_ID_LENGTH, RUN_ID_LETTERS } from '../../model/run-id.ts'

/** A fresh seed: 64 unguessable bits, in decimal. */
export function freshSeed(): string {
  return randomBytes(8).readBigUInt64BE().toString()
}

/** The seed that follows from a verifier's word: nobody can have made the cases before it was said. */
export function seedFrom(challenge: string): string {
  return digest(challenge, 'challenge').readBigUInt64BE().toString()
}

/**
 * The unguessable name of a run: letters alone, so that no careless server takes it, or what begins with
 * it, for a number.
 *
 * @param binding - the choices that the run is made with
 */
export function runIdOf(seed: string, binding: string): string {
  return draw(RUN_ID_LETTERS, RUN_ID_LENGTH, octets(seed, `mark\n${binding}`))
}

/** A fast-check seed (32 bits, signed) for one purpose of a run. */
export function fastCheckSeed(seed: string, purpose: string): number {
  return digest(seed, purpose).readInt32BE()
}

/** An endless, repeatable source of octets for one purpose of a run. */
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
    const octet = block[used] as number
    used += 1
    return octet
  }
}

function digest(seed: string, purpose: string): Buffer {
  return createHash('sha256').update(`delete-conformance\n${seed}\n${purpose}`).digest()
}
