import { pathToFileURL } from 'node:url'
import { quote } from '../model/violation.ts'
import { FileError } from './bounded-file.ts'
import { DocumentError } from './document-error.ts'
import { parsedText } from './document-text.ts'
import { OutOfReach, type Reach, readReferred } from './referred.ts'

/** Files and URLs that a document consists of: by URL, the value of each. */
export type Parts = ReadonlyMap<string, unknown>

/** Other files and URLs that a document may consist of, and their octets in all. */
const MAX_PARTS = 100
const MAX_PARTS_BYTES = 32 * 1024 * 1024

/** The `$ref` of a value that is a reference; a local one by anchor is left to the schema it stands in. */
export function referenceIn(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, '$ref')) return undefined
  const { $ref } = value as { $ref: unknown }
  if (typeof $ref !== 'string' || $ref === '' || /^#[^/]/.test($ref)) return undefined
  return $ref
}

/**
 * Where a reference leads.
 *
 * @param from - URL of the part that it stands in
 * @returns URL of a part, and the fragment without its `#`
 */
export function destinationOf(
  reference: string,
  from: string,
): { readonly part: string; readonly fragment: string } {
  // Local ones are by far the most.
  if (reference.startsWith('#')) return { part: from, fragment: reference.slice(1) }
  const onDrive = /^[a-z]:[\\/]/i.test(reference) && from.startsWith('file:')
  const to = onDrive ? pathToFileURL(reference) : new URL(reference, from)
  const fragment = to.hash.slice(1)
  to.hash = ''
  return { part: to.href, fragment }
}

/**
 * Reads everything that a document refers to, directly or through others.
 *
 * @param source - the document as the user named it, for messages
 * @throws DocumentError if a reference is out of reach, cannot be read, or there are too many
 */
export async function gatherParts(source: string, root: unknown, reach: Reach): Promise<Parts> {
  const parts = new Map<string, unknown>([[reach.root.href, root]])
  let bytes = 0
  for (const [from, value] of parts) {
    for (const reference of outgoing(value)) {
      const fail = (why: string) =>
        new DocumentError(`document ${source}: $ref ${quote(reference)}: ${why}`)
      let part: string
      try {
        part = destinationOf(reference, from).part
      } catch {
        throw fail('leads nowhere: no URL and no path of a file')
      }
      if (parts.has(part)) continue
      if (parts.size > MAX_PARTS) {
        throw fail(`found more than ${MAX_PARTS} other files, accepted are as many`)
      }
      const octets = await readReferred(new URL(part), new URL(from), reach).catch((error) => {
        if (error instanceof FileError) {
          throw fail(`${error.message}; accepted is a file of at most ${reach.maxBytes} octets`)
        }
        throw error instanceof OutOfReach ? fail(error.message) : error
      })
      bytes += octets.byteLength
      if (bytes > MAX_PARTS_BYTES) {
        throw fail(`found more than ${MAX_PARTS_BYTES} octets in other files, accepted are as many`)
      }
      parts.set(part, parsedText(part, octets))
    }
  }
  return parts
}

/** The references in a value to other files and URLs, each once. */
function outgoing(value: unknown): ReadonlySet<string> {
  const found = new Set<string>()
  const seen = new Set<object>()
  const left: unknown[] = [value]
  while (left.length > 0) {
    const one = left.pop()
    if (typeof one !== 'object' || one === null || seen.has(one)) continue
    seen.add(one)
    const reference = referenceIn(one)
    if (reference !== undefined && !reference.startsWith('#')) found.add(reference)
    for (const child of Object.values(one)) left.push(child)
  }
  return found
}
