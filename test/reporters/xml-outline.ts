import { DOMParser, type Element } from '@xmldom/xmldom'

/** Parses XML, and throws on any warning of the parser. */
export function parsedXml(text: string): Element {
  const onError = (_: string, message: string) => {
    // A replacement character stands for octets of the target that were not UTF-8.
    if (!message.startsWith('Unicode replacement character')) throw new Error(message)
  }
  const { documentElement } = new DOMParser({ onError }).parseFromString(text, 'text/xml')
  if (documentElement === null) throw new Error('no element')
  return documentElement
}

/** Finds the elements of a name below another. */
export function elementsOf(root: Element, name: string): readonly Element[] {
  return [...root.getElementsByTagName(name)]
}

/** Reduces an element to the names of elements and attributes. */
export function outlineOf(element: Element): unknown {
  const attributes = [...element.attributes].map(({ name }) => name)
  const children = [...element.childNodes].flatMap((node) =>
    node.nodeType === node.ELEMENT_NODE ? [outlineOf(node as Element)] : [],
  )
  return [element.nodeName, attributes, children]
}
