import type { Source } from '../../model/contract.ts'
import { citation } from '../../model/source.ts'
import { html, type SafeHtml } from './safe-html.ts'

/** Where a requirement comes from; a section of an RFC is a link to it. */
export function sourceLink(source: Source): SafeHtml {
  const words = citation(source)
  if (source.kind === 'document') return html`<code>${words}</code>`
  if (!Number.isInteger(source.rfc) || !/^[\w.]+$/.test(source.section)) return html`${words}`
  // The editor's pages name appendices otherwise: #appendix-A.1.
  const place = /^[A-Z]/.test(source.section) ? 'appendix' : 'section'
  const href = `https://www.rfc-editor.org/rfc/rfc${source.rfc}#${place}-${source.section}`
  return html`<a href="${href}" rel="noreferrer">${words}</a>`
}
