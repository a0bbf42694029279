/**
 * An id as one path segment: everything but the unreserved characters of RFC 3986 §2.3 is
 * percent-encoded from its UTF-8 form. A lone surrogate becomes U+FFFD.
 */
export function segmentOf(id: string): string {
  return [...new TextEncoder().encode(id)]
    .map((octet) => {
      const character = String.fromCharCode(octet)
      if (/[A-Za-z0-9._~-]/.test(character)) return character
      return `%${octet.toString(16).toUpperCase().padStart(2, '0')}`
    })
    .join('')
}

/** The octets that a segment stands for; a percent sign without two hexadecimal digits stands for itself. */
export function octetsOf(segment: string): Buffer {
  return Buffer.from(
    segment.replaceAll(/%([0-9A-Fa-f]{2})/g, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    ),
    'latin1',
  )
}

/** The id that a segment stands for, or undefined where its octets are no UTF-8. */
export function idOf(segment: string): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(octetsOf(segment))
  } catch {
    return undefined
  }
}
