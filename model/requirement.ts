import type { Arbitrary } from 'fast-check'
import type { Contract, Part, Role, Source } from './contract.ts'
import type { Answered, Credentials, Exchange, Header, Purpose } from './exchange.ts'
import type { AnswerReader } from './learnt.ts'
import type {
  FileToUpload,
  OtherMethod,
  OwnedResource,
  PageChoice,
  ReadOptions,
  ResourceReadings,
} from './resource.ts'
import type { Violation } from './violation.ts'

/** Binding force of a requirement (RFC 2119). */
export type Level = 'MUST' | 'SHOULD'

/** A resource to delete, a choice of its name and content, or a capability of run or target. */
export type Need =
  | 'resource'
  | 'many-resources'
  | 'content-choice'
  | 'parallel'
  | 'disposable'
  | 'linger'
  | CapabilityName

/** A capability of a target beside deletion. */
export type CapabilityName = 'retrieve' | 'content' | 'list' | 'auth' | 'second-account'

interface Statement {
  /** `family/name`, stable, never reused. */
  readonly id: string
  readonly level: Level
  /** A claim in the present tense, about the server. */
  readonly title: string
  /** Consequence of a violation, and for whom: one or two short sentences. */
  readonly why: string
  readonly source: ((contract: Contract) => Source) & { readonly role?: Role }
  /**
   * Role of the documented response that it is about, by default the one that its source cites. If the
   * document has no such response, the requirement is inapplicable; the status for missing files is a SHOULD
   * then ({@link levelFor}).
   */
  readonly role?: Role
  /** A part of that response, or of any if it has no role: if the document does not describe it, inapplicable. */
  readonly part?: Part
  /** A property of that response's body: if the document does not describe it, inapplicable. */
  readonly property?: string
  readonly needs?: readonly Need[]
  /** Whether it judges the form of answers: what others have found wrong with it is not told again. */
  readonly form?: true
}

/** Violations, or the reason why there can be no verdict: nothing was seen, or the target has no such case. */
export type Judgement =
  | readonly Violation[]
  | { readonly undecided: string }
  | { readonly inapplicable: string }

/** Values that judges may use beside the answers. */
export interface JudgeContext {
  readonly contract: Contract
  /** Reads answers as this target gives them. */
  readonly answers: AnswerReader
  readonly readings: ResourceReadings
  readonly runId: string
  /** Resources that were made before the first requirement. */
  readonly bystanders: readonly OwnedResource[]
}

/** Probe and judge of a requirement: the judge receives the answers in the shape that the probe returns. */
interface Probe<T, Answers extends readonly Answered[]> extends Statement {
  /** Sends its cases one after the other: each is about what happens at once. */
  readonly oneByOne?: boolean
  /**
   * Has its turn when everything else was probed; `later`, when `--linger` has passed since the last deletion.
   * Its cases are never sent twice.
   */
  readonly turn?: 'at the end' | 'later'
  /** Counts the resources that one case may have at once: 1 by default, if it needs any. */
  holds?(value: T): number
  /** Sends the requests of one case, with its tools alone. */
  probe(tools: Tools, value: T): Promise<Answers>
  /** Judges without I/O, clock or randomness. */
  judge(answers: Answers, context: JudgeContext, value: T): Judgement
}

/** A requirement that sends requests of its own, in one case or many. */
export interface ProbingRequirement<T = unknown> extends Probe<T, readonly Answered[]> {
  readonly cases: (facts: GenerationFacts) => Cases<T>
}

/** A requirement on each answer to a deletion, in its own family or in the whole run. */
export interface Invariant extends Statement {
  readonly scope: 'family' | 'run'
  appliesTo(exchange: Answered, contract: Contract): boolean
  /** Judges without I/O, clock or randomness. */
  judge(exchange: Answered, contract: Contract): readonly Violation[]
  /**
   * Judges a deletion that got no answer, nor did it when its case was sent again, while others got theirs. Of an
   * invariant that lacks this, such a deletion is no matter.
   */
  judgeUnanswered?(exchange: Exchange): readonly Violation[]
}

export type Requirement = ProbingRequirement | Invariant

/** Gives its binding force for a document: if that has no response for missing files, RFC 9110 gives their status. */
export function levelFor({ level, role }: Requirement, contract: Contract): Level {
  const isUndocumented = role === 'not-found' && contract.statusOf(role) === undefined
  return isUndocumented ? 'SHOULD' : level
}

/** Requirements on one subject; its name begins their ids. */
export interface Family {
  readonly name: string
  /** A few words for a table of contents. */
  readonly subject: string
  readonly requirements: readonly Requirement[]
}

/** One case, a reviewed list of them, or as many as asked for from an arbitrary. */
export type Cases<T> =
  | { readonly kind: 'example'; readonly value: T }
  | { readonly kind: 'list'; readonly values: readonly T[] }
  | {
      readonly kind: 'property'
      readonly arbitrary: Arbitrary<T>
      /** Cases for each that was asked for. */
      readonly share: number
    }

/** Facts that the generation of cases may depend on, besides the seed. */
export interface GenerationFacts {
  /** An unguessable name of this run: an id that holds it is nobody's. Begins with a letter. */
  readonly runId: string
  /** Whether the user declared that no file on the target matters. */
  readonly disposable: boolean
  /** Makes up an id that no server has issued; the same for the same ordinal. */
  neverIssuedId(ordinal: number): NeverIssuedId
  /** Whether ids of the target can be guessed, so that made-up ids must not look like them. */
  readonly idsGuessable: boolean
  /**
   * Whether this run owns files that are too small for the run id: equal content is known to get ids
   * of its own, and the name that is read back shows the run id.
   */
  readonly smallIsOwn: boolean
  readonly takes: TakenFiles
  /** Cases of a property. */
  readonly runs: number
  /** Requests that can be under way at once. */
  readonly concurrency: number
  /** Resources that one case may have at once. */
  readonly places: number
  /** Capabilities of the target: retrieve, content, list. */
  readonly offers: ReadonlySet<string>
  /** Queries that its list may take. */
  readonly filters: readonly string[]
  /** Kinds of resources that its API knows. */
  readonly kinds: readonly string[]
}

/** Files that a target takes: any, or those whose name or content is as its upload form makes them. */
export interface TakenFiles {
  /** `usual-end`: any with the extension of the form; `usual`: plain ones with that. */
  readonly names: 'any' | 'usual-end' | 'usual'
  readonly contents: 'any' | 'usual'
}

/** An id that no server has issued. */
export interface NeverIssuedId {
  readonly id: string
  /** Whether it has the shape of the ids that this server issues, so that only 404 is right. */
  readonly shaped: boolean
}

/** Differences of a deletion from the plain one. */
export interface DeletionOptions {
  /** `operation` by default. */
  readonly purpose?: Purpose
  /** Query, without its question mark. */
  readonly query?: string
  readonly headers?: readonly Header[]
  /** Names of usual header fields that are left out, in lower case. */
  readonly without?: readonly string[]
  readonly body?: string
  /** Whether the body is sent in chunks, without its length. */
  readonly chunked?: true
  readonly credentials?: Credentials
}

interface Deletion {
  readonly id: string
  readonly options?: DeletionOptions
}

/** Choice of the list to read. */
interface ListOptions extends Pick<ReadOptions, 'credentials'> {
  /** Pages at most. */
  readonly most?: number
  /** Query that it may take. */
  readonly filter?: string
}

/** Tools of a probe. A request that is not answered, or refused for want of rights, ends the case. */
export interface Tools {
  readonly runId: string
  readonly answers: Pick<AnswerReader, 'isDeleted'>
  readonly readings: ResourceReadings
  readonly files: {
    /**
     * Creates a resource, or takes one that the user provides for deletion.
     *
     * @param as - account that makes it, if not the first; all requests for it are then made by that
     */
    create(file?: FileToUpload, as?: 'second'): Promise<OwnedResource>
    /** Uploads, and gives the answer as well. */
    upload(
      file?: FileToUpload,
      as?: 'second',
    ): Promise<OwnedResource & { readonly answer: Answered }>
    /**
     * Gives the answers to an upload and to the reads of it: the first upload of the run that was
     * answered with another's id, if there was one, else a new one.
     */
    claim(): Promise<readonly [created: Answered, ...reads: Answered[]]>
    /** A word for names and contents that holds the run id, and that no other case has. */
    readonly word: string
    /** Resources that were made before the first requirement, and that no other requirement deletes. */
    readonly bystanders: readonly OwnedResource[]
    /**
     * Lists deletions of this run that succeeded: the first, the last, and some between.
     *
     * @param also - ids of further files whose deletions are to be among them
     */
    deletedBefore(also?: readonly string[]): readonly Answered[]
    /** Tells whether a file of this run is known to be deleted. */
    isDeleted(id: string): boolean
    /** Finds the name under which the case has uploaded the resource with this id. */
    nameOf(id: string): string | undefined
    /** Finds the positions of an id that are random; all of them if ids can be guessed. */
    placesOf(id: string): readonly number[]
  }
  readonly send: {
    /** Deletes by id; every octet that is not unreserved (RFC 3986 §2.3) is percent-encoded. */
    delete(id: string, options?: DeletionOptions): Promise<Answered>
    /** Deletes by a path segment that is sent as it stands. */
    deleteSegment(segment: string, options?: DeletionOptions): Promise<Answered>
    /** Deletes by a path segment, as a negative probe. */
    negative(segment: string): Promise<Answered>
    /** Deletes the collection itself, as a negative probe, where no file on the target matters. */
    collection(): Promise<Answered>
    /**
     * Tells whether a near-miss would be sent: not if it could mean another's file. What is not sent is
     * kept for the report.
     */
    allows(segment: string): boolean
    /**
     * Ends the sending of near-misses for this requirement, because one has deleted a file. A success
     * ends it by itself. On a disposable target it goes on.
     */
    endNearMisses(): void
    /** Sends all deletions before the first is answered; answers are in the order of the ids. */
    deleteAtOnce(ids: readonly string[]): Promise<readonly Answered[]>
    /** Deletes one after the other on one connection, which does nothing else. */
    deleteOnOneConnection<const Some extends readonly Deletion[]>(
      deletions: Some,
    ): Promise<{ readonly [At in keyof Some]: Answered }>
    /**
     * Sends another method to an owned resource, which may delete it on a careless server: its next deletion
     * is only sent after a read that shows it, or where no other file could be taken for it.
     */
    method(
      method: OtherMethod,
      id: string,
      options?: {
        readonly query?: string
        readonly headers?: readonly Header[]
        readonly body?: string
      },
    ): Promise<Answered>
    /** Deletes once more what is gone; undefined where a careless server could take another file. */
    again(id: string, options?: DeletionOptions): Promise<Answered | undefined>
  }
  readonly look: {
    /** Capabilities of the target: retrieve, content, list. */
    readonly offers: ReadonlySet<string>
    retrieve(id: string, options?: ReadOptions): Promise<Answered>
    content(id: string, options?: ReadOptions): Promise<Answered>
    /** Asks for a path that leads nowhere. */
    nowhere(): Promise<Answered>
    /** Reads the pages of the list. */
    list(options?: ListOptions): Promise<readonly [Answered, ...Answered[]]>
    /** Waits until `--linger` has passed since the last deletion of the run. */
    later(): Promise<void>
    /** Reads one page of the list. */
    page(choice: PageChoice): Promise<Answered>
    /** Looks again until something is so, or until a deletion must show in reads. */
    until<T>(look: () => Promise<T>, isSo: (seen: T) => boolean): Promise<T>
  }
}

/** Makes a requirement with one case. */
export function requirement<const Answers extends readonly Answered[]>(
  spec: Probe<undefined, Answers>,
): Requirement {
  return probing(spec, () => ({ kind: 'example', value: undefined }))
}

/** Makes a requirement with a case for each value of a reviewed list. */
export function forEach<T, const Answers extends readonly Answered[]>(
  spec: Probe<T, Answers> & { values(facts: GenerationFacts): readonly T[] },
): Requirement {
  return probing(spec, (facts) => ({ kind: 'list', values: spec.values(facts) }))
}

/**
 * Makes a requirement on any value of a fast-check arbitrary.
 *
 * @param spec.share - cases for each that was asked for, where fewer show as much
 */
export function property<T, const Answers extends readonly Answered[]>(
  spec: Probe<T, Answers> & {
    readonly share?: number
    arbitrary(facts: GenerationFacts): Arbitrary<T>
  },
): Requirement {
  const { share = 1 } = spec
  return probing(spec, (facts) => ({ kind: 'property', arbitrary: spec.arbitrary(facts), share }))
}

/** Erases the types of value and answers: a judge is only given what its own probe has returned. */
function probing<T, Answers extends readonly Answered[]>(
  spec: Probe<T, Answers>,
  cases: (facts: GenerationFacts) => Cases<T>,
): Requirement {
  const erased: Omit<Probe<T, Answers>, 'judge'> & { judge(...args: never): Judgement } = spec
  return { ...erased, ...roleOf(spec), cases } as ProbingRequirement
}

function roleOf({ role, source }: Pick<Statement, 'role' | 'source'>): Pick<Statement, 'role'> {
  const about = role ?? source.role
  return about === undefined ? {} : { role: about }
}

/**
 * Makes a requirement on answers that other requirements asked for: by default on those of the whole
 * run that have the status of its role, or on all of them if it has no role.
 */
export function invariant(
  spec: Omit<Invariant, 'scope' | 'appliesTo'> & Partial<Pick<Invariant, 'scope' | 'appliesTo'>>,
): Requirement {
  const { role } = roleOf(spec)
  return {
    scope: 'run',
    appliesTo: (answer, contract) =>
      role === undefined ||
      (contract.statusesOf(role).includes(answer.response.status) &&
        contract.describesAnswer(answer, spec)),
    ...spec,
    ...roleOf(spec),
  }
}

export function isInvariant(requirement: Requirement): requirement is Invariant {
  return 'scope' in requirement
}

/** Reads the family out of a requirement's id. */
export function familyOf(requirementId: string): string {
  return requirementId.slice(0, requirementId.indexOf('/'))
}
