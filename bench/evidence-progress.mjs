import { closeSync, existsSync, openSync, readSync } from 'node:fs'

const CHUNK_BYTES = 1024 * 1024
/** Text at the beginning of each case. Inside a string, its quotes would be escaped. */
const FIRST_STEP = Buffer.from('"step":0,')

/**
 * Reads the progress of a run from its evidence.
 *
 * @param {string} path
 */
export function followEvidence(path) {
  const chunk = Buffer.alloc(CHUNK_BYTES)
  let position = 0
  let cases = 0
  let rest = Buffer.alloc(0)
  return {
    /** Counts the cases begun so far. */
    cases() {
      if (!existsSync(path)) return cases
      const file = openSync(path, 'r')
      try {
        for (;;) {
          const bytes = readSync(file, chunk, 0, CHUNK_BYTES, position)
          if (bytes === 0) return cases
          position += bytes
          const text = Buffer.concat([rest, chunk.subarray(0, bytes)])
          cases += occurrences(text)
          // The text may lie across two chunks.
          rest = Buffer.from(text.subarray(-(FIRST_STEP.length - 1)))
        }
      } finally {
        closeSync(file)
      }
    },
    /** Counts the octets so far. */
    bytes: () => position,
  }
}

/** @param {Buffer} text */
function occurrences(text) {
  let count = 0
  for (let at = text.indexOf(FIRST_STEP); at >= 0; at = text.indexOf(FIRST_STEP, at + 1)) count += 1
  return count
}
