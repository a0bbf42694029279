import { isMap, isScalar, isSeq, LineCounter, type Node, parseDocument, type YAMLMap } from 'yaml'
import { UsageError } from '../../model/errors.ts'
import type { Waiver } from '../../model/gate.ts'
import type { Family } from '../../model/requirement.ts'
import { textOf } from '../../spec/bounded-file.ts'
import type { Accepted } from './gate.ts'

const KEYS = ['requirement', 'fingerprint', 'reason', 'owner', 'expires'] as const
const NEEDED = ['requirement', 'reason', 'owner', 'expires'] as const

/** Thousands of waivers. */
export const MAX_WAIVERS_BYTES = 1024 * 1024

/**
 * Reads waivers: a YAML list, each entry with `requirement`, `reason`, `owner`, `expires`
 * (`YYYY-MM-DD`, the last day on which it holds) and, to excuse one violation alone, its `fingerprint`.
 *
 * @param today - `YYYY-MM-DD`, UTC
 * @throws UsageError with a line for each entry that is not usable: it names file, line and entry
 */
export async function waiversFrom(
  file: string,
  catalogue: readonly Family[],
  today: string,
): Promise<NonNullable<Accepted['waivers']>> {
  const text = await textOf({
    named: `--waivers ${file}`,
    path: file,
    accepted: 'a YAML list',
    maxBytes: MAX_WAIVERS_BYTES,
  })
  return waiversIn(text, file, catalogue, today)
}

/** The same from text. */
export function waiversIn(
  text: string,
  file: string,
  catalogue: readonly Family[],
  today: string,
): NonNullable<Accepted['waivers']> {
  const lines = new LineCounter()
  // As text: the digits of a fingerprint can look like a number.
  const document = parseDocument(text, { lineCounter: lines, schema: 'failsafe', merge: false })
  const lineOf = (node: Node | null | undefined) => lines.linePos(node?.range?.[0] ?? 0).line
  const [broken] = document.errors
  if (broken !== undefined) {
    const [{ line } = { line: 1 }] = broken.linePos ?? []
    throw new UsageError(`${file}:${line}: found no YAML (${broken.code}), accepted is a list`)
  }
  const list = document.contents as Node | null
  if (!isSeq(list)) {
    throw new UsageError(`${file}:1: found no list, accepted is one of waivers`)
  }
  const ids = new Set(catalogue.flatMap(({ requirements }) => requirements.map(({ id }) => id)))
  const problems: string[] = []
  const entries = list.items.flatMap((item, at) => {
    const node = item as Node
    const line = lineOf(node)
    const read = isMap(node) ? waiverIn(node, line, ids, today) : { found: 'found no entry' }
    if ('found' in read) {
      problems.push(`${file}:${line}: entry ${at + 1}${nameIn(node)}: ${read.found}`)
      return []
    }
    return [read]
  })
  problems.push(...doubled(entries, file))
  if (problems.length > 0) throw new UsageError(problems.join('\n'))
  return { file, text, entries }
}

function waiverIn(
  map: YAMLMap,
  line: number,
  ids: ReadonlySet<string>,
  today: string,
): Waiver | { readonly found: string } {
  const accepted = `accepted are ${KEYS.join(', ')}`
  const unknown = map.items.map(({ key }) => String(key)).find((key) => !isKey(key))
  if (unknown !== undefined) return { found: `found a key ${JSON.stringify(unknown)}, ${accepted}` }
  const textAt = (key: (typeof KEYS)[number]) => {
    const node = map.get(key, true) as unknown
    return isScalar(node) ? String(node.value).trim() : ''
  }
  const missing = NEEDED.find((key) => textAt(key) === '')
  if (missing !== undefined) return { found: `found no ${missing}, ${accepted}` }
  const requirement = textAt('requirement')
  if (!ids.has(requirement)) {
    const where = '"delete-conformance requirements" lists all'
    return { found: `found no requirement ${JSON.stringify(requirement)}; ${where}` }
  }
  const fingerprint = textAt('fingerprint')
  if (map.has('fingerprint') && !/^[0-9a-f]{12}$/.test(fingerprint)) {
    const found = JSON.stringify(fingerprint)
    return { found: `found the fingerprint ${found}, accepted are 12 hexadecimal digits` }
  }
  const expires = textAt('expires')
  if (!isDay(expires)) {
    return { found: `found the date ${JSON.stringify(expires)}, accepted is YYYY-MM-DD` }
  }
  const owner = textAt('owner')
  if (expires < today)
    return { found: `expired on ${expires}: mend it, or ask ${owner} for more time` }
  const reason = textAt('reason')
  const named = fingerprint === '' ? {} : { fingerprint }
  return { requirement, ...named, reason, owner, expires, line }
}

function isKey(key: string): boolean {
  return KEYS.some((one) => one === key)
}

function isDay(text: string): boolean {
  const time = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text)
}

function nameIn(node: Node): string {
  const name = isMap(node) ? node.get('requirement') : undefined
  return typeof name === 'string' ? ` (${name})` : ''
}

function doubled(entries: readonly Waiver[], file: string): readonly string[] {
  return entries.flatMap(({ requirement, fingerprint, line }, at) => {
    const before = entries
      .slice(0, at)
      .find((one) => one.requirement === requirement && one.fingerprint === fingerprint)
    return before === undefined
      ? []
      : [`${file}:${line}: entry of ${requirement}: stands in line ${before.line} already`]
  })
}
