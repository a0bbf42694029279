/**
 * Makes a JSON Pointer from reference tokens.
 *
 * @param tokens - unescaped, outermost first
 * @returns `''` for no token, else `/` before each escaped token (RFC 6901 §3)
 */
export function pointerOf(...tokens: readonly (string | number)[]): string {
  return tokens
    .map((token) => `/${String(token).replaceAll('~', '~0').replaceAll('/', '~1')}`)
    .join('')
}

/** Splits a JSON Pointer into its reference tokens, unescaped (RFC 6901 §4). */
export function tokensOf(pointer: string): readonly string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'))
}

/**
 * Finds where a value of the dereferenced document stands in the document as shipped: follows each
 * local `$ref` on the way, so that a reader finds the sentence itself.
 *
 * @param pointer - JSON Pointer into the dereferenced document
 * @returns JSON Pointer into the shipped one; a reference to another file ends it as `file#/pointer`
 */
export function shippedPointer(shipped: unknown, pointer: string): string {
  let node = shipped
  let at = ''
  const tokens = [...tokensOf(pointer)]
  // A chain of references longer than this goes round in a circle.
  for (let hops = 0; hops < 100; ) {
    const { $ref } = (node ?? {}) as { readonly $ref?: unknown }
    const [next] = tokens
    // OpenAPI 3.1 lets keywords stand beside a reference.
    const beside = next !== undefined && Object.hasOwn((node as object) ?? {}, next)
    if (typeof $ref === 'string' && !beside) {
      if (!$ref.startsWith('#')) return $ref + pointerOf(...tokens)
      tokens.unshift(...tokensOf(decodeURIComponent($ref.slice(1))))
      node = shipped
      at = ''
      hops += 1
      continue
    }
    if (next === undefined) return at
    at += pointerOf(next)
    node = (node as Record<string, unknown> | undefined)?.[next]
    tokens.shift()
  }
  return pointer
}
