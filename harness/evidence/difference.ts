import { quote } from '../../model/violation.ts'
import { FileError } from '../../spec/bounded-file.ts'

/** Something that is not as it must be. */
export interface Difference {
  /** File, line, requirement or JSON Pointer. */
  readonly where: string
  readonly expected: string
  readonly found: string
}

/**
 * Compares two JSON values, and gives the deepest places where they differ, in the order of the expected one.
 *
 * @param where - name of the values, which stands before the JSON Pointer into them
 */
export function differencesBetween(
  expected: unknown,
  found: unknown,
  where: string,
): readonly Difference[] {
  if (isObject(expected) && isObject(found)) {
    const keys = new Set([...Object.keys(expected), ...Object.keys(found)])
    return [...keys].flatMap((key) =>
      differencesBetween(own(expected, key), own(found, key), `${where}/${escaped(key)}`),
    )
  }
  if (Array.isArray(expected) && Array.isArray(found) && expected.length === found.length) {
    return expected.flatMap((item, at) => differencesBetween(item, found[at], `${where}/${at}`))
  }
  if (JSON.stringify(expected) === JSON.stringify(found)) return []
  return [{ where, expected: quote(expected), found: quote(found) }]
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function own(value: Readonly<Record<string, unknown>>, key: string): unknown {
  return Object.hasOwn(value, key) ? value[key] : undefined
}

function escaped(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1')
}

/** Reads a file; gives the error if the file cannot be read. */
export function readOrError<T>(read: () => T): T | FileError {
  try {
    return read()
  } catch (error) {
    if (error instanceof FileError) return error
    throw error
  }
}
