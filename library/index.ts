/**
 * Tests of `delete-conformance` for other programs: {@link run} tests a server, {@link toMatchContract} matches
 * single answers against the document in tests of their own.
 */

export type { Contract, DocumentIdentity, Part, Role, Source } from '../model/contract.ts'
export {
  DocumentError,
  EvidenceError,
  InternalError,
  LedgerError,
  RunInterrupted,
  SelectionError,
  UsageError,
} from '../model/errors.ts'
export type {
  Action,
  Answered,
  Credentials,
  CutBody,
  Exchange,
  Header,
  NearCredentials,
  Purpose,
  Response,
  SentBody,
  SentRequest,
  SentText,
  SentUpload,
  TransportFailure,
} from '../model/exchange.ts'
export type { Excuse, Gate, GateVerdict, Waiver } from '../model/gate.ts'
export type { IdFacts } from '../model/id-scheme.ts'
export type { Progress } from '../model/progress.ts'
export type {
  Budget,
  CaseCounts,
  DamageReport,
  EvidenceIdentity,
  FilesReport,
  MergedShard,
  NotSent,
  Observation,
  RecordedBody,
  RecordedExchange,
  RecordedResponse,
  Report,
  ReportedCapability,
  ReportedDocument,
  ReportedFamily,
  ReportedOptions,
  ReportedTarget,
  ReportedTool,
  ReportedViolation,
  RequirementResult,
  Selection,
  Shard,
  ToolIdentity,
} from '../model/report.ts'
export type { CapabilityName, Level } from '../model/requirement.ts'
export type { FormField, UploadChoices } from '../model/resource.ts'
export type { RunVerdict, Verdict } from '../model/verdict.ts'
export type { Blocker, Violation } from '../model/violation.ts'
export type { MakeFile } from '../resources/provided.ts'
export type { Files } from './files.ts'
export { type LoadContractOptions, type LoadedContract, loadContract } from './load-contract.ts'
export type { HeaderFields, PlainAnswer, StreamedAnswer } from './matcher/received.ts'
export { type Expected, type MatcherResult, toMatchContract } from './matcher/to-match-contract.ts'
export { type Requirement, requirements, type SourcedRequirement } from './requirements.ts'
export { run } from './run.ts'
export type { RunOptions } from './run-options.ts'
