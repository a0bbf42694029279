import { citation, type Source } from '../../model/contract.ts'
import { rfcUrl } from '../rfc-url.ts'
import { html, type SafeHtml } from './safe-html.ts'

/** Where a requirement comes from; a section of an RFC is a link to it. */
export function sourceLink(source: Source): SafeHtml {
  const words = citation(source)
  if (source.kind === 'document') return html`<code>${words}</code>`
  const href = rfcUrl(source)
  return href === undefined ? html`${words}` : html`<a href="${href}" rel="noreferrer">${words}</a>`
}
