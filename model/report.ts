import type { Role, Source } from './contract.ts'
import type { Exchange, Response } from './exchange.ts'
import type { Excuse, Gate } from './gate.ts'
import type { IdFacts } from './id-scheme.ts'
import type { CapabilityName, Level } from './requirement.ts'
import type { RunVerdict, Verdict } from './verdict.ts'

/** Name and version of the report's format; its JSON Schema is `reporters/report.schema.json`. */
export const REPORT_FORMAT = 'delete-conformance/report/5'

/** Verdicts, facts of the run, and what was observed. The only thing that a reporter reads. */
export interface Report {
  readonly format: typeof REPORT_FORMAT
  readonly tool: ReportedTool
  readonly document: ReportedDocument
  readonly target: ReportedTarget
  readonly options: ReportedOptions
  /** Decimal; the same seed sends the same cases. */
  readonly seed: string
  /** The verifier's word, from which the seed is derived. */
  readonly challenge?: string
  /** The unguessable name of the run, in the name of every uploaded file and in made-up ids; absent where nothing was sent. */
  readonly runId?: string
  /** What tells it from other runs with the same seed and choices: the name follows from all three. */
  readonly instance?: string
  /** What the ids of the target were found to be: cases that imitate them are made from it. */
  readonly ids?: IdFacts
  readonly capabilities: readonly ReportedCapability[]
  /** Status of each answer to the operation under test, and how often it was seen. */
  readonly observed: Readonly<Record<string, number>>
  readonly selection: Selection
  /** The shards that the run was joined from, in their order, as their evidence is. */
  readonly shards?: readonly MergedShard[]
  /** The families of the chosen requirements. */
  readonly families: readonly ReportedFamily[]
  readonly requirements: readonly RequirementResult[]
  /** Results that others needed the answers of, and that decide nothing: they were not chosen. */
  readonly broughtAlong: readonly RequirementResult[]
  readonly totals: Readonly<Record<Verdict, number>>
  readonly verdict: RunVerdict
  /** Why the verdict is what it is, in sentences. */
  readonly reasons: readonly string[]
  /** How the run stands to what was accepted before, where waivers or a baseline were given. */
  readonly gate?: Gate
  /** What was not sent for the sake of other people's files. */
  readonly notSent: readonly NotSent[]
  readonly files: FilesReport
  /** The damage check; absent where no list could be read before the run, or showed nothing of others. */
  readonly others?: DamageReport
  /** The recorded exchanges, where they were kept. */
  readonly evidence?: EvidenceIdentity
  /** ISO 8601, UTC. */
  readonly started: string
  readonly durationMs: number
}

export interface ToolIdentity {
  readonly name: string
  readonly version: string
}

/** The program that judged, down to the code: who verifies must run the same. */
export interface ReportedTool extends ToolIdentity {
  /** Over the paths and contents of all modules of the program. */
  readonly sha256: string
  /** Versions of the libraries that verdicts depend on. */
  readonly libraries: Readonly<Record<string, string>>
}

export interface ReportedFamily {
  readonly name: string
  readonly subject: string
}

/** Which evidence belongs to a report: `evidence.ndjson` beside it. */
export interface EvidenceIdentity {
  readonly lines: number
  /** Of the whole file. */
  readonly sha256: string
}

export interface ReportedDocument {
  readonly source: string
  /** Whether it is the one that this package ships. */
  readonly shipped: boolean
  readonly sha256: string
  readonly title: string
  readonly version: string
  /** `DELETE /v1/files/{file_id}`. */
  readonly operation: string
  readonly operationId?: string
  /** The documented status of each role. */
  readonly statuses: Readonly<Partial<Record<Role, number>>>
}

export interface ReportedTarget {
  /** Base URL without credentials. */
  readonly url: string
  /** The environment variable that a token is looked for in, by this run unless a program provided one. */
  readonly tokenVariable: string
  /** The same, if a token was sent: whoever sends a case again puts one there. */
  readonly tokenEnv?: string
  /** The same for the second account's token, if one was sent. */
  readonly secondTokenEnv?: string
  /** Whether user information in the URL was sent as a password (RFC 7617). */
  readonly userInfo: boolean
  /** Names of the header fields that the user added; their values are never recorded. */
  readonly headerNames: readonly string[]
  /** Those of them that the user called secret, if any; the names of others say it. */
  readonly secretHeaders?: readonly string[]
  /** Whether anything was sent that could be a credential. */
  readonly authenticated: boolean
}

/** What the user chose, as far as it bears on verdicts. */
export interface ReportedOptions {
  readonly files: string
  readonly runs: number
  readonly concurrency: number
  /** Files that might be there at once. */
  readonly maxLive: number
  readonly ratePerSecond?: number
  readonly timeoutMs: number
  /** How long a deletion may take to show in reads. */
  readonly settleMs: number
  readonly strict: boolean
  readonly disposable: boolean
  readonly expectedStatuses: readonly number[]
  /** Capabilities that the user said the target has. */
  readonly declaredCapabilities: readonly CapabilityName[]
  /** What the run was allowed to spend, where that was said. */
  readonly budget?: Budget
}

export interface ReportedCapability {
  readonly name: 'upload' | CapabilityName
  readonly available: boolean
  /** Whether the user said that the target has it. */
  readonly declared: boolean
  /** How that was found out. */
  readonly reason: string
}

/** Which requirements were chosen, out of how many. */
export interface Selection {
  readonly only: readonly string[]
  readonly skip: readonly string[]
  readonly selected: number
  readonly catalogue: number
  /** SHA-256 of the catalogue as `requirements --format json` prints it. */
  readonly catalogueSha256: string
  /** Which part of the chosen ones it is. */
  readonly shard?: Shard
}

/** One of several runs that share the requirements among them. */
export interface Shard {
  /** From 1. */
  readonly index: number
  readonly count: number
}

/** What is another in each shard of a run. */
interface MergedShard {
  /** What it has probed: these cases bear its run id. */
  readonly probed: readonly string[]
  readonly runId?: string
  readonly instance?: string
  readonly ids?: IdFacts
  /** Lines of evidence. */
  readonly lines: number
  /** ISO 8601, UTC. */
  readonly started: string
  readonly durationMs: number
}

export interface RequirementResult {
  readonly id: string
  readonly level: Level
  readonly title: string
  readonly source: Source
  readonly verdict: Verdict
  readonly reason?: string
  readonly cases: CaseCounts
  readonly violations: readonly ReportedViolation[]
  /** The exchanges of the cases that `violations` names, or the one that made it inconclusive. */
  readonly exchanges: readonly RecordedExchange[]
}

/** Cases, or watched answers, by what became of them. */
export interface CaseCounts {
  readonly unit: 'case' | 'answer'
  readonly judged: number
  readonly failed: number
  readonly inconclusive: number
  /** The target would not take the file that the case needs. */
  readonly setAside: number
}

export interface ReportedViolation {
  readonly where: string
  readonly expected: string
  readonly received: string
  /** The same for the same fault in another run; see `harness/run/fingerprint.ts`. */
  readonly fingerprint: string
  /** Why it is nothing new. */
  readonly excuse?: Excuse
  /** The exchange at fault: its requirement, case and step. */
  readonly requirement: string
  readonly case: string
  readonly step: number
  /** The generated value, shrunk, as fast-check prints it. */
  readonly counterexample?: string
  /** What shrinking found out. */
  readonly shrinking?: string
}

/** An exchange as JSON. */
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
  /** Whether `value` is only the beginning. */
  readonly shortened: boolean
}

/** Deletions that a requirement did not send, since a careless server could have taken somebody's file. */
export interface NotSent {
  readonly requirement: string
  /** What such a server would make of the segment. */
  readonly reading: string
  readonly count: number
  /** The first of them, its beginning. */
  readonly segment: string
  /** An id of somebody else that it would then take. */
  readonly witness: string
}

/** What became of files of others, as far as the list of the target shows them. */
export interface DamageReport {
  /** Entries before the first deletion. */
  readonly listed: number
  /** Whether the whole list was read. */
  readonly complete: boolean
  /** Those that were gone at the end, by the SHA-256 of their id (its first 16 hexadecimal digits). */
  readonly gone: readonly string[]
  /** Deletions that were sent in between. */
  readonly deletions: number
  /** Those of them that may have met a file of others, at most 20; first those that were answered with success. */
  readonly suspects: readonly Pick<Exchange, 'requirement' | 'case' | 'step'>[]
  /** Why nobody looked for them at the end. */
  readonly unchecked?: string
}

/** What became of the files of this run. */
export interface FilesReport {
  readonly created: number
  readonly left: readonly string[]
  /** The ledger, where files are left. */
  readonly ledger?: string
}

/** What a run may spend, as far as the user has said so. */
export interface Budget {
  /** Requests; each attempt counts, and so does the removal of the run's files. */
  readonly maxRequests?: number
  /** Files that are uploaded or provided. */
  readonly maxFiles?: number
  /** From the first look at the target until no more requests are begun, but for removals at the end. */
  readonly deadlineMs?: number
}
