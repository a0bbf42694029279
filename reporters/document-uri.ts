import { segmentOf } from '../model/path-segment.ts'
import type { ReportedDocument } from '../model/report.ts'

/** Where the shipped document lies in this project. */
const SHIPPED = 'spec/openai-api-swagger.yaml'

/** Longest URI of a document that is given as such. */
const SHOWN_URI = 2_000

/** Where the document lies, as a URI: an address as it is, a path relative to where it was given. */
export function documentUri({ shipped, source }: ReportedDocument): string {
  if (shipped) return SHIPPED
  const text = source.slice(0, SHOWN_URI).replaceAll('\\', '/')
  if (/^https?:\/\//i.test(text) && URL.canParse(text)) return new URL(text).href
  const path = text.split('/').map(segmentOf).join('/')
  return path.startsWith('/') ? `file://${path}` : path
}
