import { realpath } from 'node:fs/promises'
import { basename, dirname, isAbsolute, join, relative, sep } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { DocumentError } from '../model/errors.ts'
import { quote } from '../model/violation.ts'
import { FileError, readRegular } from './bounded-file.ts'
import { parsedText } from './document-text.ts'

/**
 * Reads the octets behind an `http:` or `https:` URL, at most so many; throws with a message of one line
 * if it cannot.
 */
export type FetchDocument = (url: string, maxBytes: number) => Promise<Uint8Array>

/**
 * Limits of what a document may refer to.
 *
 * - `within`: nothing but itself; for one of a stranger, who could have any file here read
 * - `nearby`: from a file to files in its folder and below, from a URL to URLs of its origin
 * - `anywhere`: from a file to any file and URL, from a URL to any URL
 *
 * A document from a URL never refers to a file: whoever serves it may not read the files here.
 */
export type References = 'within' | 'nearby' | 'anywhere'

/** Rules and means for reading what a document refers to. */
interface Reach {
  readonly references: References
  /** URL of the document itself. */
  readonly root: URL
  readonly fetchDocument: FetchDocument
  /** Octets of one file. */
  readonly maxBytes: number
}

/** Files and URLs that a document consists of: the value of each, by its URL. */
export type Parts = ReadonlyMap<string, unknown>

/** Other files and URLs that a document may consist of, and the octets of them all. */
const MAX_PARTS = 100
const MAX_PARTS_BYTES = 32 * 1024 * 1024

const FLAG = '; --allow-remote-refs allows others'

/** Makes the error of a reference that is refused. */
export type Refuse = (why: string) => DocumentError

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
      const refuse: Refuse = (why) =>
        new DocumentError(`document ${source}: $ref ${quote(reference)}: ${why}`)
      if (!URL.canParse(reference, from))
        throw refuse('leads nowhere: no URL and no path of a file')
      const { part } = destinationOf(reference, from)
      if (parts.has(part)) continue
      if (parts.size > MAX_PARTS) {
        throw refuse(`found more than ${MAX_PARTS} other files, the limit`)
      }
      const octets = await readReferred(new URL(part), new URL(from), reach, refuse)
      bytes += octets.byteLength
      if (bytes > MAX_PARTS_BYTES) {
        throw refuse(`found more than ${MAX_PARTS_BYTES} octets in other files, the limit`)
      }
      parts.set(part, parsedText(part, octets))
    }
  }
  return parts
}

/** Finds the references in a value to other files and URLs, each once. */
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

/** Reads the `$ref` of a reference. One to a local anchor stays with the schema that it stands in. */
export function referenceIn(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, '$ref')) return undefined
  const { $ref } = value as { readonly $ref: unknown }
  return typeof $ref === 'string' && $ref !== '' && !/^#[^/]/.test($ref) ? $ref : undefined
}

/**
 * Resolves a reference.
 *
 * @param from - URL of the part that it stands in
 * @returns URL of a part, and the fragment without its `#`
 */
export function destinationOf(
  reference: string,
  from: string,
): { readonly part: string; readonly fragment: string } {
  // Most are local.
  if (reference.startsWith('#')) return { part: from, fragment: reference.slice(1) }
  const onDrive = /^[a-z]:[\\/]/i.test(reference) && from.startsWith('file:')
  const to = onDrive ? pathToFileURL(reference) : new URL(reference, from)
  const fragment = to.hash.slice(1)
  to.hash = ''
  return { part: to.href, fragment }
}

/**
 * Reads a file or URL that a document may refer to.
 *
 * @param to - without a fragment
 * @param from - the file or URL that the reference stands in
 */
async function readReferred(to: URL, from: URL, reach: Reach, refuse: Refuse): Promise<Uint8Array> {
  const { references, root, fetchDocument, maxBytes } = reach
  if (references === 'within') {
    throw refuse('leads out of the document, which has to stand alone')
  }
  if (isWeb(to)) {
    if (references === 'nearby' && !(isWeb(root) && to.origin === root.origin)) {
      const accepted = isWeb(root) ? `URLs of ${root.origin}` : 'files in its folder and below'
      throw refuse(`leads to another origin, accepted are ${accepted}${FLAG}`)
    }
    return fetchDocument(to.href, maxBytes)
  }
  if (to.protocol !== 'file:') throw refuse('leads to neither file nor URL, accepted is either')
  if (isWeb(from)) throw refuse('leads from a URL to a file, accepted are URLs')
  // Looking at a file of another host would tell that host who asks.
  if (to.host !== '') throw refuse('leads to a file of another host, accepted is none')
  const target = await pathBehind(to, refuse)
  if (references === 'nearby' && !(await isBelow(target, dirname(fileURLToPath(root))))) {
    const accepted = 'accepted are files in it and below'
    throw refuse(`leads out of the folder of the document, ${accepted}${FLAG}`)
  }
  try {
    return readRegular(target, maxBytes)
  } catch (error) {
    if (!(error instanceof FileError)) throw error
    throw refuse(`${error.message}; accepted is a file of at most ${maxBytes} octets`)
  }
}

function isWeb({ protocol }: URL): boolean {
  return protocol === 'http:' || protocol === 'https:'
}

/** Finds the path of a file, links resolved; those of its folder only if it is not there. */
async function pathBehind(file: URL, refuse: Refuse): Promise<string> {
  let path: string
  try {
    path = fileURLToPath(file)
  } catch {
    throw refuse('leads nowhere: no path of a file')
  }
  const behindFolder = async () => join(await realpath(dirname(path)), basename(path))
  return realpath(path)
    .catch(behindFolder)
    .catch(() => path)
}

async function isBelow(path: string, folder: string): Promise<boolean> {
  const way = relative(await realpath(folder), path)
  return way !== '' && way.split(sep)[0] !== '..' && !isAbsolute(way)
}
