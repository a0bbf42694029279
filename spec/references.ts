import { realpath } from 'node:fs/promises'
import { dirname, isAbsolute, relative, sep } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { quote } from '../model/violation.ts'
import { FileError, readRegular } from './bounded-file.ts'
import { DocumentError, parsedText } from './document-text.ts'

/**
 * Reads the octets behind an `http:` or `https:` URL, and no more of them than are accepted; throws
 * with one line where it cannot.
 */
export type FetchDocument = (url: string, maxBytes: number) => Promise<Uint8Array>

/**
 * How far a document may refer to others.
 *
 * - `within`: to nothing but itself; for one of a stranger, who could have any file here read
 * - `nearby`: from a file to files in its folder and below, from a URL to URLs of its origin
 * - `anywhere`: from a file to any file and URL, from a URL to any URL
 *
 * What comes from a URL never refers to a file: whoever serves it may not read the files here.
 */
export type References = 'within' | 'nearby' | 'anywhere'

/** Refused: the message says where the reference leads and what is accepted. */
class OutOfReach extends Error {
  override readonly name = 'OutOfReach'
}

/** What references are held against. */
export interface Reach {
  readonly references: References
  /** The document itself. */
  readonly root: URL
  readonly fetchDocument: FetchDocument
  /** Octets of one file. */
  readonly maxBytes: number
}

const FLAG = '; --allow-remote-refs allows others'

/**
 * Reads what a document refers to.
 *
 * @param to - without a fragment
 * @param from - the file or URL that the reference stands in
 * @throws OutOfReach if the document may not refer to it
 * @throws FileError if it is a file that cannot be read
 */
async function readReferred(to: URL, from: URL, reach: Reach): Promise<Uint8Array> {
  const { references, root, fetchDocument, maxBytes } = reach
  if (references === 'within') {
    throw new OutOfReach('leads out of the document, which has to stand alone')
  }
  if (isWeb(to)) {
    if (references === 'nearby' && !(isWeb(root) && to.origin === root.origin)) {
      const accepted = isWeb(root) ? `URLs of ${root.origin}` : 'files in its folder and below'
      throw new OutOfReach(`leads to another origin, accepted are ${accepted}${FLAG}`)
    }
    return fetchDocument(to.href, maxBytes)
  }
  if (to.protocol !== 'file:') {
    throw new OutOfReach('leads to neither file nor URL, accepted is either')
  }
  if (isWeb(from)) throw new OutOfReach('leads from a URL to a file, accepted are URLs')
  // The name of a host: to look at such a file is to tell another machine who asks.
  if (to.host !== '') throw new OutOfReach('leads to a file of another host, accepted is none')
  const path = pathOf(to)
  const target = await realpath(path).catch(() => path)
  if (references === 'nearby' && !(await isBelow(target, dirname(fileURLToPath(root))))) {
    const accepted = 'accepted are files in it and below'
    throw new OutOfReach(`leads out of the folder of the document, ${accepted}${FLAG}`)
  }
  return readRegular(target, maxBytes)
}

function pathOf(file: URL): string {
  try {
    return fileURLToPath(file)
  } catch {
    throw new OutOfReach('leads nowhere: no path of a file')
  }
}

function isWeb({ protocol }: URL): boolean {
  return protocol === 'http:' || protocol === 'https:'
}

async function isBelow(path: string, folder: string): Promise<boolean> {
  const way = relative(await realpath(folder), path)
  return way !== '' && way.split(sep)[0] !== '..' && !isAbsolute(way)
}

/** Values of a document in which each reference and alias is replaced by what it stands for. */
const MAX_VALUES = 3_000_000
/** Of the same, objects and lists in one another. */
const MAX_LEVELS = 500
/** References that one pointer may lead through one within another, and that all pointers may. */
const MAX_DETOURS = 100
const MAX_ALL_DETOURS = 100_000

/** What a value comes to when it is written out. */
interface Size {
  readonly values: number
  readonly levels: number
}

const SCALAR: Size = { values: 1, levels: 1 }

/** A value, and the part that it stands in. */
interface Found {
  readonly node: unknown
  readonly part: string
}

/**
 * The document with each reference replaced by what it stands for. What stands in several places is one
 * object; so the result is small in memory, and everything that walks through it sees it as if it were
 * written out: hence the bounds.
 *
 * Keywords beside a `$ref` are added to what it stands for, and win.
 *
 * @param source - the document as the user named it, for messages
 * @param root - URL of the part that is expanded
 * @throws DocumentError if a reference leads nowhere or in a circle, or the result is out of bounds
 */
export function expand(source: string, parts: Parts, root: string): unknown {
  const expanded = new Map<object, unknown>()
  const open = new Set<object>()
  const sizes = new Map<unknown, Size>()

  const fail = (why: string) =>
    new DocumentError(`document ${source}: not valid OpenAPI 3.1: ${why}`)
  const failAt = (reference: string, why: string) => fail(`$ref ${quote(reference)} ${why}`)

  const measured = <Value extends object>(value: Value): Value => {
    let [values, levels] = [1, 0]
    for (const child of Object.values(value)) {
      const size = sizes.get(child) ?? SCALAR
      values += size.values
      levels = Math.max(levels, size.levels)
    }
    sizes.set(value, { values, levels: levels + 1 })
    if (values > MAX_VALUES) throw fail(`written out, it has more than ${MAX_VALUES} values`)
    if (levels + 1 > MAX_LEVELS) throw tooDeep()
    return value
  }
  const tooDeep = () => fail(`written out, it has more than ${MAX_LEVELS} levels`)

  let allDetours = 0
  const follow = (reference: string, from: string, detours = 0): Found => {
    if (detours > MAX_DETOURS || allDetours > MAX_ALL_DETOURS) {
      throw failAt(reference, 'leads in a circle, or too far round')
    }
    const { part, fragment } = destinationOf(reference, from)
    let at: Found = { node: parts.get(part), part }
    for (const token of tokensOf(fragment).map(percentDecoded)) {
      for (let onward = referenceIn(at.node); onward !== undefined; onward = referenceIn(at.node)) {
        if (Object.hasOwn(at.node as object, token)) break
        allDetours += 1
        at = follow(onward, at.part, detours + 1)
      }
      if (!has(at.node, token)) throw failAt(reference, `leads nowhere: found no ${quote(token)}`)
      at = { node: (at.node as Record<string, unknown>)[token], part: at.part }
    }
    return at
  }

  const expandNode = ({ node, part }: Found, level: number): unknown => {
    if (typeof node !== 'object' || node === null) return node
    if (expanded.has(node)) return expanded.get(node)
    if (level > MAX_LEVELS) throw tooDeep()
    if (referenceIn(node) !== undefined) return expandChain({ node, part }, level)
    open.add(node)
    const within = (child: unknown) => expandNode({ node: child, part }, level + 1)
    const value = measured(
      Array.isArray(node) ? node.map(within) : objectOf(Object.entries(node), within),
    )
    open.delete(node)
    expanded.set(node, value)
    return value
  }

  /** References that lead to one another are gone through in a loop, however many they are. */
  const expandChain = (start: Found, level: number): unknown => {
    const chain: { readonly node: object; readonly part: string }[] = []
    let at = start
    for (;;) {
      const reference = referenceIn(at.node)
      const node = at.node as object
      if (reference === undefined || expanded.has(node)) break
      if (open.has(node)) throw failAt(reference, 'leads in a circle, which cannot be tested')
      open.add(node)
      chain.push({ node, part: at.part })
      at = follow(reference, at.part)
      if (open.has(at.node as object)) {
        throw failAt(reference, 'leads in a circle, which cannot be tested')
      }
    }
    let value = expandNode(at, level)
    for (const { node, part } of chain.reverse()) {
      value = extended(node, value, (child) => expandNode({ node: child, part }, level + 1))
      expanded.set(node, value)
      open.delete(node)
    }
    return value
  }

  const extended = (node: object, value: unknown, within: (child: unknown) => unknown): unknown => {
    const beside = Object.entries(node).filter(([name]) => name !== '$ref')
    if (beside.length === 0 || typeof value !== 'object' || value === null) return value
    return measured({ ...value, ...objectOf(beside, within) })
  }

  const objectOf = (
    entries: readonly (readonly [string, unknown])[],
    within: (child: unknown) => unknown,
  ): object => {
    for (const [name] of entries) {
      // Objects of this name are taken for something else by half of what reads them.
      if (name === '__proto__') throw fail('found the name "__proto__", accepted is any other')
    }
    return Object.fromEntries(entries.map(([name, child]) => [name, within(child)]))
  }

  return expandNode({ node: parts.get(root), part: root }, 1)
}

function has(node: unknown, token: string): boolean {
  if (typeof node !== 'object' || node === null) return false
  return Array.isArray(node) ? /^\d+$/.test(token) && token in node : Object.hasOwn(node, token)
}

function percentDecoded(token: string): string {
  try {
    return decodeURIComponent(token)
  } catch {
    return token
  }
}

/** Files and URLs that a document consists of: by URL, the value of each. */
type Parts = ReadonlyMap<string, unknown>

/** Other files and URLs that a document may consist of, and their octets in all. */
const MAX_PARTS = 100
const MAX_PARTS_BYTES = 32 * 1024 * 1024

/** The `$ref` of a value that is a reference; a local one by anchor is left to the schema it stands in. */
function referenceIn(value: unknown): string | undefined {
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
function destinationOf(
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
