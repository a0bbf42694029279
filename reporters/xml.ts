import { printable } from './printable.ts'

/** Values of attributes by name; those without a value are left out. */
type Attributes = Readonly<Record<string, string | number | undefined>>

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
}

/**
 * Text of any kind as character data. What XML 1.0 (§2.2) has no way to hold, NUL and most other
 * controls, lone surrogates, U+FFFE and U+FFFF, is shown as an escape; line ends are kept.
 */
export function xmlText(text: string): string {
  return text
    .split('\n')
    .map(printable)
    .join('\n')
    .replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? '')
}

/** An element; its children are XML already. */
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

/** An element that holds text. */
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
