import type { Contract, Role, Source } from './contract.ts'

/** The documented response of a role; `path` leads on into its schema. */
export function documented(role: Role, ...path: readonly string[]) {
  return (contract: Contract): Source => contract.sourceOf(role, ...path)
}

/** The documented operation as a whole. */
export function documentedOperation(contract: Contract): Source {
  return contract.operationSource
}

/** A section of an RFC: `rfc(9110, '15.6')`. */
export function rfc(number: number, section: string) {
  return (): Source => ({ kind: 'rfc', rfc: number, section })
}

/** A source in words: a JSON Pointer into the document, or an RFC section. */
export function citation(source: Source): string {
  return source.kind === 'document' ? source.pointer : `RFC ${source.rfc} §${source.section}`
}
