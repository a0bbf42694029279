/** Writes 16 octets as a UUID. */
export function uuidText(octets: Uint8Array): string {
  const hex = Buffer.from(octets).toString('hex')
  const ends = [8, 12, 16, 20, 32]
  return ends.map((end, at) => hex.slice(ends[at - 1] ?? 0, end)).join('-')
}

/** Sets the bits for version and variant (RFC 9562 §4) and writes the UUID. */
export function uuid(octets: Uint8Array, version: number): string {
  const set = Buffer.from(octets)
  set[6] = ((set[6] ?? 0) & 0x0f) | (version << 4)
  set[8] = ((set[8] ?? 0) & 0x3f) | 0x80
  return uuidText(set)
}

/** Writes a number into so many octets, high one first. */
export function bigEndian(value: bigint, count: number): Buffer {
  return Buffer.from(
    value
      .toString(16)
      .padStart(count * 2, '0')
      .slice(-2 * count),
    'hex',
  )
}
