/**
 * A JSON Pointer from reference tokens.
 *
 * @param tokens - unescaped, outermost first
 * @returns `''` for no token, else `/` before each escaped token (RFC 6901 §3)
 */
export function pointerOf(...tokens: readonly (string | number)[]): string {
  return tokens
    .map((token) => `/${String(token).replaceAll('~', '~0').replaceAll('/', '~1')}`)
    .join('')
}

/** The reference tokens of a JSON Pointer, unescaped (RFC 6901 §4). */
export function tokensOf(pointer: string): readonly string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'))
}
