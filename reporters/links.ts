import type { Source } from '../model/contract.ts'
import { segmentOf } from '../model/path-segment.ts'
import type { ReportedDocument } from '../model/report.ts'

/** Path of the shipped document in this project. */
const SHIPPED = 'spec/openai-api-swagger.yaml'

/** Characters of a document's path or address that a link keeps. */
const SHOWN_URI = 2_000

/** Gives the URI of a document: an address as it is, a path relative to where it was given. */
export function documentUri({ shipped, source }: ReportedDocument): string {
  if (shipped) return SHIPPED
  const text = source.slice(0, SHOWN_URI).replaceAll('\\', '/')
  if (/^https?:\/\//i.test(text) && URL.canParse(text)) return new URL(text).href
  const path = text.split('/').map(segmentOf).join('/')
  return path.startsWith('/') ? `file://${path}` : path
}

/** Gives the address of an RFC section; undefined for other sources, and for what cannot be a section. */
export function rfcUrl(source: Source): string | undefined {
  if (source.kind !== 'rfc') return undefined
  if (!Number.isInteger(source.rfc) || !/^[\w.]+$/.test(source.section)) return undefined
  // rfc-editor.org has another anchor for appendices: #appendix-A.1.
  const place = /^[A-Z]/.test(source.section) ? 'appendix' : 'section'
  return `https://www.rfc-editor.org/rfc/rfc${source.rfc}#${place}-${source.section}`
}
