/**
 * Whether a received media type is in a documented media range (RFC 9110 §12.5.1, without quality):
 * `application/json`, `application/*`, any. Parameters of the received type do not count.
 */
export function matchesMediaRange(received: string, range: string): boolean {
  const type = essence(received)
  const expected = essence(range)
  if (expected === '*/*') return type.includes('/')
  return expected.endsWith('/*') ? type.startsWith(expected.slice(0, -1)) : type === expected
}

/** Whether bodies of this media type are JSON (RFC 6839 §3.1). */
export function isJson(mediaType: string): boolean {
  const type = essence(mediaType)
  return ['application/json', 'application/*', '*/*'].includes(type) || type.endsWith('+json')
}

function essence(mediaType: string): string {
  return (mediaType.split(';')[0] ?? '').trim().toLowerCase()
}
