import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { BUNDLE, checksums } from '../../harness/evidence/bundle.ts'
import { lineOf, sha256 } from '../../harness/evidence/evidence-file.ts'
import { NO_LINE_BEFORE } from '../../model/evidence.ts'

/** A JSON value that can be written to. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }

/** A copy of a folder, to be tampered with. */
export function copyOf(folder: string): string {
  const copy = mkdtempSync(join(tmpdir(), 'delete-conformance-tampered-'))
  cpSync(folder, copy, { recursive: true })
  return copy
}

export function linesIn(folder: string): string[] {
  return readFileSync(join(folder, BUNDLE.evidence), 'utf8').trimEnd().split('\n')
}

export function reportIn(folder: string): { [key: string]: Json } {
  return JSON.parse(readFileSync(join(folder, BUNDLE.report), 'utf8')) as { [key: string]: Json }
}

export function putLines(folder: string, lines: readonly string[]): void {
  writeFileSync(join(folder, BUNDLE.evidence), lines.map((line) => `${line}\n`).join(''))
}

export function putReport(folder: string, report: Json): void {
  writeFileSync(join(folder, BUNDLE.report), `${JSON.stringify(report, null, 2)}\n`)
}

/**
 * What somebody would do who knows this program: makes chain and digests fit what was tampered with.
 * Only a signature is out of reach.
 */
export function reseal(folder: string): void {
  let previous = NO_LINE_BEFORE
  const lines = linesIn(folder).map((line) => {
    const { previous: _, ...record } = JSON.parse(line) as { previous: string }
    const chained = lineOf(record as Parameters<typeof lineOf>[0], previous)
    previous = sha256(chained)
    return chained
  })
  putLines(folder, lines)
  const report = reportIn(folder)
  putReport(folder, {
    ...report,
    evidence: { lines: lines.length, sha256: sha256(lines.map((line) => `${line}\n`).join('')) },
  })
  writeFileSync(join(folder, BUNDLE.checksums), checksums(folder))
}

/** A place in a JSON value: keys from the outside in. */
export type Place = readonly (string | number)[]

/** One place for each field, whatever item of a list it stands in: the first of its kind. */
export function fieldsOf(value: Json): readonly Place[] {
  const found = new Map<string, Place>()
  const visit = (node: Json, place: Place) => {
    const kind = place.map((key) => (typeof key === 'number' ? '*' : key)).join('/')
    if (place.length > 0 && !found.has(kind)) found.set(kind, place)
    if (Array.isArray(node)) node.forEach((item, at) => void visit(item, [...place, at]))
    else if (typeof node === 'object' && node !== null) {
      for (const [key, child] of Object.entries(node)) visit(child, [...place, key])
    }
  }
  visit(value, [])
  return [...found.values()]
}

/** Puts another value at a place, of the same type, so that only its meaning is wrong. */
export function flipped<T extends Json>(value: T, place: Place): T {
  const copy = structuredClone(value)
  const holder = place.slice(0, -1).reduce<Json>((node, key) => at(node, key), copy)
  const last = place.at(-1) as never
  const holding = holder as Record<string, Json>
  holding[last] = other(holding[last] as Json)
  return copy
}

function at(node: Json, key: string | number): Json {
  return (node as Record<string | number, Json>)[key] as Json
}

function other(value: Json): Json {
  if (typeof value === 'boolean') return !value
  if (typeof value === 'number') return value + 1
  if (Array.isArray(value)) return value.length === 0 ? ['x'] : value.slice(1)
  if (typeof value === 'object' && value !== null) {
    const [first] = Object.keys(value)
    return Object.fromEntries(Object.entries(value).filter(([key]) => key !== first))
  }
  if (typeof value !== 'string' || value === '') return 'x'
  const last = value.at(-1) as string
  const by = /\d/.test(last) ? String((Number(last) + 1) % 10) : last === 'a' ? 'b' : 'a'
  return value.slice(0, -1) + by
}
