import type { Arbitrary } from 'fast-check'
import type { Contract, Role, Source } from './contract.ts'
import type { Answered } from './exchange.ts'
import type { Violation } from './violation.ts'

/** How binding a requirement is (RFC 2119). */
export type Level = 'MUST' | 'SHOULD'

interface Statement {
  /** `family/name`, stable, never reused. */
  readonly id: string
  readonly level: Level
  /** A claim in the present tense, about the server. */
  readonly title: string
  readonly source: (contract: Contract) => Source
  /** The documented response that it is about: without one in the document it is inapplicable. */
  readonly role?: Role
  /** A property of that response's body: where the document does not describe it, inapplicable. */
  readonly property?: string
  /** What the files that it deletes must come from. */
  readonly needs?: 'file' | 'upload'
}

/** A requirement that sends requests of its own, in one case or many. */
export interface ProbingRequirement<T = unknown> extends Statement {
  readonly cases: (facts: GenerationFacts) => Cases<T>
  /** Sends what one case needs; talks to nothing but its tools. */
  probe(tools: Tools, value: T): Promise<readonly Answered[]>
  /** Pure: no I/O, no clock, no randomness. */
  judge(exchanges: readonly Answered[], contract: Contract, value: T): readonly Violation[]
}

/**
 * A requirement on every answer to the operation under test, whoever asked: in its own family, or in
 * the whole run.
 */
export interface WatchingRequirement extends Statement {
  readonly watches: 'family' | 'run'
  /** Whether it has anything to say of this answer. */
  concerns(exchange: Answered, contract: Contract): boolean
  /** Pure: no I/O, no clock, no randomness. */
  judge(exchange: Answered, contract: Contract): readonly Violation[]
}

export type Requirement = ProbingRequirement | WatchingRequirement

/** Requirements on one subject; its name begins their ids. */
export interface Family {
  readonly name: string
  /** What it is about, in a few words for a table of contents. */
  readonly subject: string
  readonly requirements: readonly Requirement[]
}

/** One case, a reviewed list of them, or as many as asked for from an arbitrary. */
export type Cases<T> =
  | { readonly kind: 'example'; readonly value: T }
  | { readonly kind: 'list'; readonly values: readonly T[] }
  | { readonly kind: 'property'; readonly arbitrary: Arbitrary<T> }

/** What the generation of cases may depend on, besides the seed. */
export interface GenerationFacts {
  /** An unguessable name of this run: an id that holds it is nobody's. Begins with a letter. */
  readonly mark: string
  /** Whether the user declared that no file on the target matters. */
  readonly disposable: boolean
  /** Makes up an id that no server has issued; the same for the same ordinal. */
  neverIssuedId(ordinal: number): NeverIssuedId
}

/** A file of this run. */
export interface OwnedFile {
  readonly id: string
}

/** What to upload; what is left out is chosen. */
export interface FileToUpload {
  readonly filename: string
  readonly content: Uint8Array
}

/** An id that no server has issued. */
export interface NeverIssuedId {
  readonly id: string
  /** Whether it has the shape of the ids that this server issues, so that only 404 is right. */
  readonly shaped: boolean
}

/** What a probe may use. A request that is not answered, or is refused for want of rights, ends the case. */
export interface Tools {
  readonly mark: string
  readonly files: {
    /** A file of this run: uploaded, or one that the user handed over for deletion. */
    create(file?: FileToUpload): Promise<OwnedFile>
  }
  readonly send: {
    /** Deletes by id; every octet that is not unreserved (RFC 3986 §2.3) is percent-encoded. */
    delete(id: string): Promise<Answered>
    /** Deletes by a path segment that is sent as it stands. */
    deleteSegment(segment: string, purpose?: 'operation' | 'stray'): Promise<Answered>
  }
}

/** A requirement with one case. */
export function requirement(
  spec: Statement & {
    probe(tools: Tools): Promise<readonly Answered[]>
    judge(exchanges: readonly Answered[], contract: Contract): readonly Violation[]
  },
): Requirement {
  return { ...spec, cases: () => ({ kind: 'example', value: undefined }) }
}

/** A requirement with a case for each value of a reviewed list. */
export function forEach<T>(
  spec: Statement & {
    values(facts: GenerationFacts): readonly T[]
    probe(tools: Tools, value: T): Promise<readonly Answered[]>
    judge(exchanges: readonly Answered[], contract: Contract, value: T): readonly Violation[]
  },
): Requirement {
  const erased: ProbingRequirement<T> = {
    ...spec,
    cases: (facts) => ({ kind: 'list', values: spec.values(facts) }),
  }
  return erased as ProbingRequirement
}

/** A requirement on any value of a fast-check arbitrary. */
export function property<T>(
  spec: Statement & {
    arbitrary(facts: GenerationFacts): Arbitrary<T>
    probe(tools: Tools, value: T): Promise<readonly Answered[]>
    judge(exchanges: readonly Answered[], contract: Contract, value: T): readonly Violation[]
  },
): Requirement {
  const erased: ProbingRequirement<T> = {
    ...spec,
    cases: (facts) => ({ kind: 'property', arbitrary: spec.arbitrary(facts) }),
  }
  return erased as ProbingRequirement
}

/** A requirement on answers that other requirements asked for. */
export function watch(spec: WatchingRequirement): Requirement {
  return spec
}

export function isWatching(requirement: Requirement): requirement is WatchingRequirement {
  return 'watches' in requirement
}

/** The family that an id belongs to. */
export function familyOf(requirementId: string): string {
  return requirementId.slice(0, requirementId.indexOf('/'))
}
