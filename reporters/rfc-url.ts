import type { Source } from '../model/contract.ts'

/** The page of an RFC section at its editor's; undefined for other sources, and what is no section. */
export function rfcUrl(source: Source): string | undefined {
  if (source.kind !== 'rfc') return undefined
  if (!Number.isInteger(source.rfc) || !/^[\w.]+$/.test(source.section)) return undefined
  // The editor's pages name appendices otherwise: #appendix-A.1.
  const place = /^[A-Z]/.test(source.section) ? 'appendix' : 'section'
  return `https://www.rfc-editor.org/rfc/rfc${source.rfc}#${place}-${source.section}`
}
