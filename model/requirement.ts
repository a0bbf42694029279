import type { Arbitrary } from 'fast-check'
import type { Contract, Role, Source } from './contract.ts'
import type { Answered, Credentials, Header, Purpose } from './exchange.ts'
import type { Violation } from './violation.ts'

/** How binding a requirement is (RFC 2119). */
export type Level = 'MUST' | 'SHOULD'

/** A file to delete, a choice of its name and content, or something that the target offers beside deletion. */
export type Need = 'file' | 'upload' | 'parallel' | 'disposable' | CapabilityName

/** Something that a target offers beside deletion. */
export type CapabilityName = 'retrieve' | 'content' | 'list' | 'auth' | 'second-account'

interface Statement {
  /** `family/name`, stable, never reused. */
  readonly id: string
  readonly level: Level
  /** A claim in the present tense, about the server. */
  readonly title: string
  /** What breaks, and for whom, where a server gets it wrong: one or two short sentences. */
  readonly why: string
  readonly source: (contract: Contract) => Source
  /** The documented response that it is about: without one in the document it is inapplicable. */
  readonly role?: Role
  /** A property of that response's body: where the document does not describe it, inapplicable. */
  readonly property?: string
  /** What the target must offer. */
  readonly needs?: readonly Need[]
  /** Its cases go out one after the other: each is about what happens at once. */
  readonly oneByOne?: boolean
  /** Has its turn when everything else was probed. */
  readonly atTheEnd?: boolean
}

/**
 * What is wrong, or why nothing can be said: what the requirement is about did not come to pass, or the target
 * offers no such case, as none that is safe to send.
 */
export type Judgement =
  | readonly Violation[]
  | { readonly undecided: string }
  | { readonly inapplicable: string }

/** Files that one case may have at once; one where the requirement needs a file and does not say. */
interface Holding<T> {
  holds?(value: T): number
}

/** A requirement that sends requests of its own, in one case or many. */
export interface ProbingRequirement<T = unknown> extends Statement, Holding<T> {
  readonly cases: (facts: GenerationFacts) => Cases<T>
  /** Sends what one case needs; talks to nothing but its tools. */
  probe(tools: Tools, value: T): Promise<readonly Answered[]>
  /** Pure: no I/O, no clock, no randomness. */
  judge(exchanges: readonly Answered[], contract: Contract, value: T): Judgement
}

/**
 * A requirement on every answer to the operation under test, whoever asked: in its own family, or in
 * the whole run.
 */
export interface Invariant extends Statement {
  readonly scope: 'family' | 'run'
  /** Whether it has anything to say of this answer. */
  appliesTo(exchange: Answered, contract: Contract): boolean
  /** Pure: no I/O, no clock, no randomness. */
  judge(exchange: Answered, contract: Contract): readonly Violation[]
}

export type Requirement = ProbingRequirement | Invariant

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
  readonly runId: string
  /** Whether the user declared that no file on the target matters. */
  readonly disposable: boolean
  /** Makes up an id that no server has issued; the same for the same ordinal. */
  neverIssuedId(ordinal: number): NeverIssuedId
  /** Whether ids of the target can be guessed, so that what is made up must not look like one. */
  readonly idsGuessable: boolean
  /**
   * Whether a file that is too small for the run id is the run's all the same: equal content is known to get
   * ids of its own, and the name that is read back shows the run id.
   */
  readonly smallIsOwn: boolean
  /** Cases a property. */
  readonly runs: number
  /** Requests that can be under way at once. */
  readonly concurrency: number
  /** Files that one case may have at once. */
  readonly places: number
  /** What of retrieve, content and list the target offers. */
  readonly offers: ReadonlySet<string>
}

/** A file of this run. */
export interface OwnedResource {
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

/** How a deletion differs from the plain one. */
export interface DeletionOptions {
  /** `operation` unless said otherwise. */
  readonly purpose?: Purpose
  /** Query, without its question mark. */
  readonly query?: string
  readonly headers?: readonly Header[]
  readonly body?: string
  readonly credentials?: Credentials
}

/** What a probe may use. A request that is not answered, or is refused for want of rights, ends the case. */
export interface Tools {
  readonly runId: string
  readonly files: {
    /** A file of this run: uploaded, or one that the user provided for deletion. */
    create(file?: FileToUpload): Promise<OwnedResource>
    /** Uploads, and gives the answer as well. */
    upload(file?: FileToUpload): Promise<OwnedResource & { readonly answer: Answered }>
    /**
     * The answers to an upload and to the reads of it: to the first of the run that was answered with
     * somebody else's id, where one was, else to a new one.
     */
    claim(): Promise<readonly Answered[]>
    /** Files that were uploaded before the first requirement and are nobody's to delete. */
    readonly bystanders: readonly OwnedResource[]
    /** Places of an id that chance has filled; all of them where the id can be guessed. */
    placesOf(id: string): readonly number[]
  }
  readonly send: {
    /** Deletes by id; every octet that is not unreserved (RFC 3986 §2.3) is percent-encoded. */
    delete(id: string, options?: DeletionOptions): Promise<Answered>
    /** Deletes by a path segment that is sent as it stands. */
    deleteSegment(segment: string, options?: DeletionOptions): Promise<Answered>
    /**
     * Whether a deletion of this segment, which names no file of this run, would be sent: not if it could
     * mean somebody else's file. What is not sent is kept for the report.
     */
    allows(segment: string): boolean
    /**
     * Ends the sending of near-misses for this requirement: one has deleted a file. A success ends it by
     * itself. On a disposable target it goes on.
     */
    endNearMisses(): void
    /** Deletions that are all sent before the first is answered, in the order of their ids. */
    deleteAtOnce(ids: readonly string[]): Promise<readonly Answered[]>
    /** Deletions one after the other on one connection, which does nothing else. */
    deleteOnOneConnection(
      deletions: readonly { readonly id: string; readonly options?: DeletionOptions }[],
    ): Promise<readonly Answered[]>
    /** Another method on an owned file. */
    method(method: OtherMethod, id: string): Promise<Answered>
  }
  readonly look: {
    /** What of retrieve, content and list the target offers. */
    readonly offers: ReadonlySet<string>
    retrieve(id: string): Promise<Answered>
    content(id: string): Promise<Answered>
    /** The pages of the list, until they end or there are so many; else as many as a run can read. */
    list(most?: number): Promise<readonly Answered[]>
    /** Looks again until something is so, or the time is over in which a deletion must show in reads. */
    until<T>(look: () => Promise<T>, isSo: (seen: T) => boolean): Promise<T>
  }
}

/** Methods other than those of the files API. */
type OtherMethod = 'GET' | 'HEAD' | 'OPTIONS' | 'PATCH' | 'POST' | 'PUT'

/** A requirement with one case. */
export function requirement(
  spec: Statement &
    Holding<undefined> & {
      probe(tools: Tools): Promise<readonly Answered[]>
      judge(exchanges: readonly Answered[], contract: Contract): Judgement
    },
): Requirement {
  const erased: ProbingRequirement<undefined> = {
    ...spec,
    cases: () => ({ kind: 'example', value: undefined }),
  }
  return erased as ProbingRequirement
}

/** A requirement with a case for each value of a reviewed list. */
export function forEach<T>(
  spec: Statement &
    Holding<T> & {
      values(facts: GenerationFacts): readonly T[]
      probe(tools: Tools, value: T): Promise<readonly Answered[]>
      judge(exchanges: readonly Answered[], contract: Contract, value: T): Judgement
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
  spec: Statement &
    Holding<T> & {
      arbitrary(facts: GenerationFacts): Arbitrary<T>
      probe(tools: Tools, value: T): Promise<readonly Answered[]>
      judge(exchanges: readonly Answered[], contract: Contract, value: T): Judgement
    },
): Requirement {
  const erased: ProbingRequirement<T> = {
    ...spec,
    cases: (facts) => ({ kind: 'property', arbitrary: spec.arbitrary(facts) }),
  }
  return erased as ProbingRequirement
}

/** A requirement on answers that other requirements asked for. */
export function invariant(spec: Invariant): Requirement {
  return spec
}

export function isInvariant(requirement: Requirement): requirement is Invariant {
  return 'scope' in requirement
}

/** The family that an id belongs to. */
export function familyOf(requirementId: string): string {
  return requirementId.slice(0, requirementId.indexOf('/'))
}
