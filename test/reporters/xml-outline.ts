import { DOMParser, type Element } from '@xmldom/xmldom'

/** Parses XML, and takes the smallest doubt of the parser for an error. */
export function parsedXml(text: string): Element {
  const onError = (_: string, message: string) => {
    // A replacement character stands for octets of the target that were no UTF-8.
    if (!message.startsWith('Unicode replacement character')) throw new Error(message)
  }
  const { documentElement } = new DOMParser({ onError }).parseFromString(text, 'text/xml')
  if (documentElement === null) throw new Error('no element')
  return documentElement
}

/** The elements below one, by their names. */
export function elementsOf(root: Element, name: string): readonly Element[] {
  return [...root.getElementsByTagName(name)]
}

/** Names of elements and of their attributes, and nothing of their text. */
export function outlineOf(element: Element): unknown {
  const attributes = [...element.attributes].map(({ name }) => name)
  const children = [...element.childNodes].flatMap((node) =>
    node.nodeType === node.ELEMENT_NODE ? [outlineOf(node as Element)] : [],
  )
  return [element.nodeName, attributes, children]
}
