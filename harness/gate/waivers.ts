import { isMap, isScalar, isSeq, LineCounter, type Node, parseDocument, type YAMLMap } from 'yaml'
import { UsageError } from '../../model/errors.ts'
import type { Waiver } from '../../model/gate.ts'
import type { Family } from '../../model/requirement.ts'
import { textOf } from '../../spec/bounded-file.ts'
import type { Accepted } from './gate.ts'

const KEYS = ['requirement', 'fingerprint', 'reason', 'owner', 'expires'] as const
type Texts = Readonly<Record<(typeof KEYS)[number], string>>

/** Room for thousands of waivers. */
export const MAX_WAIVERS_BYTES = 1024 * 1024

type Waivers = NonNullable<Accepted['waivers']>

/**
 * Reads a file of waivers; see {@link waiversIn}.
 *
 * @param today - `YYYY-MM-DD`, UTC
 */
export async function waiversFrom(
  file: string,
  catalogue: readonly Family[],
  today: string,
): Promise<Waivers> {
  const text = await textOf({
    named: `--waivers ${file}`,
    path: file,
    accepted: 'a YAML list',
    maxBytes: MAX_WAIVERS_BYTES,
  })
  return waiversIn(text, file, catalogue, today)
}

/**
 * Reads waivers: a YAML list, each entry with `requirement`, `reason`, `owner`, `expires`
 * (`YYYY-MM-DD`, the last day of validity), and perhaps the `fingerprint` of the one violation it covers.
 *
 * @param file - for messages
 * @param today - `YYYY-MM-DD`, UTC
 * @throws UsageError with a line for each unusable entry, which names file, line and entry
 */
export function waiversIn(
  text: string,
  file: string,
  catalogue: readonly Family[],
  today: string,
): Waivers {
  const lines = new LineCounter()
  // As text: the digits of a fingerprint can look like a number.
  const document = parseDocument(text, { lineCounter: lines, schema: 'failsafe', merge: false })
  const [broken] = document.errors
  if (broken !== undefined) {
    const line = broken.linePos?.[0].line ?? 1
    throw new UsageError(`${file}:${line}: found no YAML (${broken.code}), accepted is a list`)
  }
  const list = document.contents as Node | null
  if (!isSeq(list)) throw new UsageError(`${file}:1: found no list, accepted is one of waivers`)
  const ids = new Set(catalogue.flatMap(({ requirements }) => requirements.map(({ id }) => id)))
  const problems: string[] = []
  const entries: Waiver[] = []
  for (const [at, item] of list.items.entries()) {
    const node = item as Node
    const { line } = lines.linePos(node.range?.[0] ?? 0)
    const read = isMap(node) ? waiverIn(node, line, ids, today) : 'found no entry'
    if (typeof read !== 'string') entries.push(read)
    else problems.push(`${file}:${line}: entry ${at + 1}${nameIn(node)}: ${read}`)
  }
  problems.push(...repeatedIn(entries, file))
  if (problems.length > 0) throw new UsageError(problems.join('\n'))
  return { file, text, entries }
}

/** Reads an entry; gives a sentence instead if it is not usable. */
function waiverIn(
  map: YAMLMap,
  line: number,
  ids: ReadonlySet<string>,
  today: string,
): Waiver | string {
  const accepted = `accepted are ${KEYS.join(', ')}`
  const keys = map.items.map(({ key }) => String(key))
  const unknown = keys.find((key) => !KEYS.some((one) => one === key))
  if (unknown !== undefined) return `found a key ${JSON.stringify(unknown)}, ${accepted}`
  const textAt = (key: string) => {
    const node = map.get(key, true) as unknown
    return isScalar(node) ? String(node.value).trim() : ''
  }
  const texts = Object.fromEntries(KEYS.map((key) => [key, textAt(key)])) as Texts
  const missing = KEYS.find((key) => key !== 'fingerprint' && texts[key] === '')
  if (missing !== undefined) return `found no ${missing}, ${accepted}`
  const { requirement, fingerprint, reason, owner, expires } = texts
  if (!ids.has(requirement)) {
    return `found no requirement ${JSON.stringify(requirement)}; "delete-conformance requirements" lists all`
  }
  if (map.has('fingerprint') && !/^[0-9a-f]{12}$/.test(fingerprint)) {
    return `found the fingerprint ${JSON.stringify(fingerprint)}, accepted are 12 hexadecimal digits`
  }
  if (!isDay(expires)) {
    return `found the date ${JSON.stringify(expires)}, accepted is YYYY-MM-DD`
  }
  if (expires < today) return `expired on ${expires}: fix it, or ask ${owner} for more time`
  return { requirement, ...(fingerprint && { fingerprint }), reason, owner, expires, line }
}

function isDay(text: string): boolean {
  const time = Date.parse(`${text}T00:00:00Z`)
  const isDate = /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(time)
  return isDate && new Date(time).toISOString().startsWith(text)
}

function nameIn(node: Node): string {
  const name = isMap(node) ? node.get('requirement') : undefined
  return typeof name === 'string' ? ` (${name})` : ''
}

function repeatedIn(entries: readonly Waiver[], file: string): readonly string[] {
  return entries.flatMap(({ requirement, fingerprint, line }, at) => {
    const first = entries.findIndex(
      (one) => one.requirement === requirement && one.fingerprint === fingerprint,
    )
    return first === at
      ? []
      : [`${file}:${line}: entry of ${requirement}: repeats line ${entries[first]?.line}`]
  })
}
