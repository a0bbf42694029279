import { escapeUTF8 } from 'entities/escape'
import { printable } from './printable.ts'

/** Values of attributes by name; those without a value are left out. */
type Attributes = Readonly<Record<string, string | number | undefined>>

/**
 * Writes any text as character data. Escapes what XML 1.0 (§2.2) cannot hold: NUL and most other control
 * characters, lone surrogates, U+FFFE and U+FFFF. Keeps line ends.
 */
export function xmlText(text: string): string {
  return escapeUTF8(text.replaceAll(/[^\n]+/g, printable))
}

/** Writes an element around children that are XML already. */
export function element(
  name: string,
  attributes: Attributes,
  children: readonly string[] = [],
): string {
  const start = startTag(name, attributes)
  return children.length === 0
    ? `${start.slice(0, -1)}/>`
    : [start, ...children, `</${name}>`].join('\n')
}

/** Writes an element around text. */
export function textElement(name: string, attributes: Attributes, text: string): string {
  return `${startTag(name, attributes)}${xmlText(text)}</${name}>`
}

export function startTag(name: string, attributes: Attributes): string {
  const written = Object.entries(attributes).flatMap(([key, value]) =>
    // A line end in an attribute would be read as a space (XML 1.0 §3.3.3).
    value === undefined ? [] : ` ${key}="${xmlText(String(value)).replaceAll('\n', '&#10;')}"`,
  )
  return `<${name}${written.join('')}>`
}
