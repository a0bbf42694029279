import type { DocumentIdentity, Role, Source } from './contract.ts'
import type { Exchange, Response } from './exchange.ts'
import type { Excuse, Gate } from './gate.ts'
import type { IdFacts } from './id-scheme.ts'
import type { CapabilityName, Level } from './requirement.ts'
import type { UploadChoices } from './resource.ts'
import type { RunVerdict, Verdict } from './verdict.ts'
import type { Violation } from './violation.ts'

/** Name and version of the report's format, which `reporters/report.schema.json` describes. */
export const REPORT_FORMAT = 'delete-conformance/report/5'

/** Verdicts, facts of the run, and observations: all that a reporter reads. */
export interface Report {
  readonly format: typeof REPORT_FORMAT
  readonly tool: ReportedTool
  readonly document: ReportedDocument
  readonly target: ReportedTarget
  readonly options: ReportedOptions
  /** Decimal. The same seed sends the same cases. */
  readonly seed: string
  /** A verifier's word, from which the seed is derived. */
  readonly challenge?: string
  /** Unguessable. Stands in the name of every uploaded file and in made-up ids. Absent if nothing was sent. */
  readonly runId?: string
  /** Tells runs with the same seed and options apart: the run id follows from all three. */
  readonly instance?: string
  /** Measured ids of the target, from which near-miss ids are made. */
  readonly ids?: IdFacts
  readonly capabilities: readonly ReportedCapability[]
  /** Number of answers of each status to the operation under test. */
  readonly observed: Readonly<Record<string, number>>
  /** Number of answers of each status to all other requests, if no tested deletion was answered. */
  readonly observedInSetUp?: Readonly<Record<string, number>>
  readonly selection: Selection
  /** Shards that were merged, in the order of their evidence. */
  readonly shards?: readonly MergedShard[]
  readonly families: readonly ReportedFamily[]
  readonly requirements: readonly RequirementResult[]
  /** Requirements that were not selected and decide nothing: selected ones needed their answers. */
  readonly broughtAlong: readonly RequirementResult[]
  readonly totals: Readonly<Record<Verdict, number>>
  readonly verdict: RunVerdict
  /** Sentences that justify the verdict. */
  readonly reasons: readonly string[]
  /** Comparison with what was accepted before, if waivers or a baseline were given. */
  readonly gate?: Gate
  /** Deletions that could have hit other people's files. */
  readonly notSent: readonly NotSent[]
  readonly files: FilesReport
  /** Absent if no list could be read before the run, or if it showed no file of others. */
  readonly damage?: DamageReport
  /** Absent if there are none. */
  readonly observations?: readonly Observation[]
  /** Recorded exchanges, if they were kept. */
  readonly evidence?: EvidenceIdentity
  /** ISO 8601, UTC. */
  readonly started: string
  readonly durationMs: number
}

export interface ToolIdentity {
  readonly name: string
  readonly version: string
}

/** Program that judged, down to its code: a verifier must run the same. */
export interface ReportedTool extends ToolIdentity {
  /** Covers paths and contents of all modules. */
  readonly sha256: string
  /** Versions of libraries that verdicts depend on. */
  readonly libraries: Readonly<Record<string, string>>
}

export interface ReportedFamily {
  readonly name: string
  readonly subject: string
}

/** Identity of the `evidence.ndjson` beside a report. */
export interface EvidenceIdentity {
  readonly lines: number
  /** Covers the whole file. */
  readonly sha256: string
}

export interface ReportedDocument extends DocumentIdentity {
  /** Method and path template, as `DELETE /v1/files/{file_id}`. */
  readonly operation: string
  readonly operationId?: string
  /** First documented status of each role. */
  readonly statuses: Readonly<Partial<Record<Role, number>>>
  /** Further statuses of the roles that have several. */
  readonly otherStatuses?: Readonly<Partial<Record<Role, readonly number[]>>>
}

export interface ReportedTarget {
  /** Base URL, without credentials. */
  readonly url: string
  /** Environment variable of the token; unread if a program passed the token itself. */
  readonly tokenVariable: string
  /** Same variable, if a token was sent: a replay needs the token there. */
  readonly tokenEnv?: string
  /** Variable of the second account's token, if one was sent. */
  readonly secondTokenEnv?: string
  /** Whether user information of the URL was sent as a password (RFC 7617). */
  readonly userInfo: boolean
  /** Header fields that the user added. Their values are never recorded. */
  readonly headerNames: readonly string[]
  /** Those of them that the user declared secret. Others are secret by their names. */
  readonly secretHeaders?: readonly string[]
  /** Whether anything that could be a credential was sent. */
  readonly authenticated: boolean
}

/** Source of files of a run that leaves everything on its target as it is. */
export const READ_ONLY = 'read-only'

/** Tells whether a run was to leave everything on its target as it is. */
export function isReadOnly({ options }: Pick<Report, 'options'>): boolean {
  return options.files === READ_ONLY
}

/** Options that affect verdicts. */
export interface ReportedOptions {
  readonly files: string
  /** Choices of the user for uploads, if there are any. */
  readonly upload?: UploadChoices
  readonly runs: number
  readonly concurrency: number
  /** Most files alive at once. */
  readonly maxLive: number
  readonly ratePerSecond?: number
  readonly timeoutMs: number
  /** Longest time until a deletion shows in reads. */
  readonly settleMs: number
  /** Time after the last deletion until deleted files were to be looked at again. */
  readonly lingerMs: number
  readonly strict: boolean
  readonly disposable: boolean
  readonly expectedStatuses: readonly number[]
  readonly declaredCapabilities: readonly CapabilityName[]
  readonly budget?: Budget
}

export interface ReportedCapability {
  readonly name: 'upload' | CapabilityName
  readonly available: boolean
  readonly declared: boolean
  /** Observation behind it. */
  readonly reason: string
}

/** Selected requirements, out of how many. */
export interface Selection {
  readonly only: readonly string[]
  readonly skip: readonly string[]
  readonly selected: number
  readonly catalogue: number
  /** SHA-256 of what `requirements --format json` prints. */
  readonly catalogueSha256: string
  readonly shard?: Shard
}

/** One of several runs that share the selected requirements. */
export interface Shard {
  /** Counted from 1. */
  readonly index: number
  readonly count: number
}

/** Facts that differ from shard to shard. */
export interface MergedShard
  extends Pick<Report, 'runId' | 'instance' | 'ids' | 'started' | 'durationMs'> {
  /** Requirements that it probed. Their cases bear its run id. */
  readonly probed: readonly string[]
  /** Number of its lines of evidence. */
  readonly lines: number
}

export interface RequirementResult {
  readonly id: string
  readonly level: Level
  readonly title: string
  readonly source: Source
  readonly verdict: Verdict
  readonly reason?: string
  /** Requirements whose findings say all that there is to say here: what accepts them accepts this. */
  readonly blockedBy?: readonly string[]
  readonly cases: CaseCounts
  /** Time from its first request until its last answer; absent if it sends none. */
  readonly durationMs?: number
  readonly violations: readonly ReportedViolation[]
  /** Exchanges of the cases in `violations`, or the one that made the result inconclusive. */
  readonly exchanges: readonly RecordedExchange[]
}

/** Numbers of cases, or of answers that an invariant judged, by outcome. */
export interface CaseCounts {
  readonly unit: 'case' | 'answer'
  readonly judged: number
  readonly failed: number
  readonly inconclusive: number
  /** Cases whose file the target refused, or that were not safe to send. */
  readonly setAside: number
}

/** Place of an exchange in a run. */
type Place = Pick<Exchange, 'requirement' | 'case' | 'step'>

/** Violation, and the place of the exchange at fault. */
export interface ReportedViolation
  extends Omit<Violation, 'exchange' | 'blockedBy' | 'causes'>,
    Place {
  /** Equal for the same fault in every run; see `harness/run/fingerprint.ts`. */
  readonly fingerprint: string
  /** Present if the violation was accepted before. */
  readonly excuse?: Excuse
  /** Generated value, shrunk, as fast-check prints it. */
  readonly counterexample?: string
  /** Account of the shrinking. */
  readonly shrinking?: string
}

/** Exchange as JSON. */
export type RecordedExchange = Omit<Exchange, 'response'> & {
  readonly response?: RecordedResponse
}

export type RecordedResponse = Omit<Response, 'body'> & {
  readonly body: RecordedBody
}

export interface RecordedBody {
  readonly bytes: number
  readonly encoding: 'utf-8' | 'base64'
  readonly value: string
  readonly shortened: boolean
}

/** Deletions that a requirement did not send: a careless server could have deleted somebody else's file. */
export interface NotSent {
  readonly requirement: string
  /** Reading of the segment by such a server. */
  readonly reading: string
  readonly count: number
  /** Beginning of the first segment. */
  readonly segment: string
  /** Id of somebody else that it would then delete. */
  readonly witness: string
}

/** Result of the damage check: files of others in the target's list, before and after the run. */
export interface DamageReport {
  /** Number of entries before the first deletion. */
  readonly listed: number
  /** Whether the list was read to its end. */
  readonly complete: boolean
  /** Parameter by which the list shows some of the files, and no others: `purpose=batch`. */
  readonly part?: string
  /** Missing entries at the end, each as the first 16 hexadecimal digits of its id's SHA-256. */
  readonly gone: readonly string[]
  readonly deletions: number
  /** Deletions that may have hit a file of others: at most 20, successful ones first. */
  readonly suspects: readonly Place[]
  /** Why the check at the end was left out. */
  readonly unchecked?: string
}

/** Something that a run noticed and that decides nothing. */
export interface Observation {
  /** A word or two: `Connections`. */
  readonly about: string
  readonly text: string
  /** Number of times that it was seen. */
  readonly count: number
}

/** Files of this run. */
export interface FilesReport {
  readonly created: number
  readonly left: readonly string[]
  /** Path of the ledger, if files are left. */
  readonly ledger?: string
}

/** Limits that the user set. */
export interface Budget {
  /** Counts every attempt, those of the cleanup included. */
  readonly maxRequests?: number
  /** Counts uploaded and provided files. */
  readonly maxFiles?: number
  /** From the first request until only the cleanup may send. */
  readonly deadlineMs?: number
}
