import { realpath } from 'node:fs/promises'
import { dirname, isAbsolute, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readRegular } from './bounded-file.ts'

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
export class OutOfReach extends Error {
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
export async function readReferred(to: URL, from: URL, reach: Reach): Promise<Uint8Array> {
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
