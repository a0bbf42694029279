import { type DefaultTreeAdapterTypes, type ParserError, parse } from 'parse5'
import type { Findings } from '../../reporters/format.ts'
import { htmlPage } from '../../reporters/html/page.ts'

type Node = DefaultTreeAdapterTypes.Node
type Element = DefaultTreeAdapterTypes.Element

/** Element of a page. */
export interface ParsedElement {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  /** All text in it, also within other elements. */
  readonly text: string
  readonly depth: number
}

export function rendered(findings: Findings): string {
  return [...htmlPage.render(findings)].join('')
}

/** Gives the elements of a page in their order, and the errors of the parser. */
export function parsed(page: string) {
  const errors: string[] = []
  const onParseError = ({ code, startLine, startCol }: ParserError) =>
    errors.push(`${code} at ${startLine}:${startCol}`)
  const document = parse(page, { onParseError, sourceCodeLocationInfo: true })
  return { errors, elements: elementsIn(document, 0) }
}

function elementsIn(node: Node, depth: number): readonly ParsedElement[] {
  const below = 'childNodes' in node ? node.childNodes : []
  const own = 'tagName' in node ? [elementOf(node, depth)] : []
  return [...own, ...below.flatMap((child) => elementsIn(child, depth + 1))]
}

function elementOf(element: Element, depth: number): ParsedElement {
  const attributes = element.attrs.map(({ name, value }) => [name, value] as const)
  return {
    name: element.tagName,
    attributes: Object.fromEntries(attributes),
    text: textOf(element),
    depth,
  }
}

function textOf(node: Node): string {
  if ('value' in node) return node.value
  return 'childNodes' in node ? node.childNodes.map(textOf).join('') : ''
}

/**
 * Reduces a page to its structure: its elements, how they are nested, and their attributes. A disabled
 * button counts as a button.
 */
export function shape(page: string): string {
  const lines = parsed(page).elements.map(({ name, attributes, depth }) => {
    const names = Object.keys(attributes).filter((one) => one !== 'disabled')
    return `${' '.repeat(depth)}${name} ${names.join(' ')} .${attributes.class}`
  })
  return lines.join('\n')
}
