import type { JsonObject } from './document.ts'
import { pointerOf, tokensOf } from './pointer.ts'

/**
 * Where a value of the dereferenced document stands in the document as shipped: follows each local
 * `$ref` on the way, so that a reader finds the sentence itself.
 *
 * @param pointer - JSON Pointer into the dereferenced document
 * @returns JSON Pointer into the shipped one; a reference to another file ends it as `file#/pointer`
 */
export function shippedPointer(shipped: JsonObject, pointer: string): string {
  let node: unknown = shipped
  let at = ''
  const tokens = [...tokensOf(pointer)]
  // A chain of references longer than this goes round in a circle.
  for (let hops = 0; hops < 100; ) {
    const [following] = tokens
    const reference = referenceOf(node)
    // OpenAPI 3.1 lets keywords stand beside a reference.
    const beside = following !== undefined && Object.hasOwn((node as object) ?? {}, following)
    if (reference !== undefined && !beside) {
      if (!reference.startsWith('#')) return reference + pointerOf(...tokens)
      at = ''
      node = shipped
      tokens.unshift(...tokensOf(decodeURIComponent(reference.slice(1))))
      hops += 1
      continue
    }
    const token = tokens.shift()
    if (token === undefined) return at
    at += pointerOf(token)
    node = (node as JsonObject | undefined)?.[token]
  }
  return pointer
}

function referenceOf(node: unknown): string | undefined {
  const reference = (node as JsonObject | undefined)?.$ref
  return typeof reference === 'string' ? reference : undefined
}
