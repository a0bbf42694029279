/** Characters of a path that is worth being held in base 64. */
const MIN_LENGTH = 4

/** The printable text that a text holds in base 64, with either alphabet; undefined where it holds none. */
export function octetsOfBase64(text: string): string | undefined {
  if (!/^[\w+/-]{4,}={0,2}$/.test(text)) return undefined
  const held = Buffer.from(text, 'base64').toString('latin1')
  return held.length >= MIN_LENGTH && /^[ -~]+$/.test(held) ? held : undefined
}

/** What an encoder of base 64 makes of the octets that a text holds in it, in either alphabet. */
export function inBase64(text: string): readonly string[] {
  const octets = Buffer.from(text, 'base64')
  return [octets.toString('base64'), octets.toString('base64url')]
}
