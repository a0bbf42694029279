import type { Format } from './format.ts'
import { page } from './html/page.ts'
import { markup } from './html/safe-html.ts'

/** A page for people: complete in itself, readable without a script, safe to open whatever the target sent. */
export const html: Format = {
  name: 'html',
  file: 'report.html',
  about: 'a page to read, with exchanges, filters and plots',
  *render(findings) {
    for (const piece of page(findings)) yield markup(piece)
  },
}
