import { readFileSync, statSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { marked } from 'marked'
import { headingAnchor } from '../../reporters/catalogue/page.ts'

/** Links and pictures of a page, and the fragments that lead into it. */
interface Page {
  readonly links: readonly string[]
  readonly pictures: readonly string[]
  readonly anchors: ReadonlySet<string>
}

/**
 * Finds the relative links of pages that lead nowhere, and says each as `page: target`.
 *
 * @param folder - where the pages stand, and all that they may lead to
 * @param pages - files in it
 * @param pictures - whether pictures must be there, too
 */
export function deadLinks(
  folder: string,
  pages: readonly string[],
  { pictures }: { readonly pictures: boolean },
): readonly string[] {
  return pages.flatMap((name) => {
    const page = pageOf(join(folder, name))
    const targets = pictures ? [...page.links, ...page.pictures] : page.links
    return targets
      .filter((target) => !/^[a-z][a-z+.-]*:/i.test(target))
      .filter((target) => !leadsSomewhere(folder, name, target))
      .map((target) => `${name}: ${target}`)
  })
}

function leadsSomewhere(folder: string, from: string, target: string): boolean {
  const [path = '', fragment] = target.split('#')
  const place = path === '' ? join(folder, from) : join(folder, dirname(from), decodeURI(path))
  if (relative(folder, place).startsWith('..')) return false
  if (statSync(place, { throwIfNoEntry: false }) === undefined) return false
  return fragment === undefined || (place.endsWith('.md') && pageOf(place).anchors.has(fragment))
}

function pageOf(file: string): Page {
  const links: string[] = []
  const pictures: string[] = []
  const headings: string[] = []
  void marked.walkTokens(marked.lexer(readFileSync(file, 'utf8')), (token) => {
    if (token.type === 'link') links.push(token.href)
    if (token.type === 'image') pictures.push(token.href)
    if (token.type === 'heading') headings.push(token.text)
  })
  return { links, pictures, anchors: new Set(headings.map(headingAnchor)) }
}
