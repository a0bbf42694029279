import { recorded } from '../../harness/recording.ts'
import type { Exchange } from '../../model/exchange.ts'
import {
  REPORT_FORMAT,
  type RecordedExchange,
  type Report,
  type RequirementResult,
} from '../../model/report.ts'
import { answered, type MadeUpResponse } from '../harness/made-up.ts'

export function madeUpReport(rest: Partial<Report> = {}): Report {
  const requirements = rest.requirements ?? []
  const total = (verdict: string) => requirements.filter((one) => one.verdict === verdict).length
  return {
    format: REPORT_FORMAT,
    tool: { name: 'delete-conformance', version: '0.0.0' },
    document: {
      source: 'openapi.yaml',
      sha256: '0'.repeat(64),
      title: 'made up',
      version: '1',
      operation: 'DELETE /v1/files/{file_id}',
      statuses: { deleted: 200, 'not-found': 404, invalid: 422 },
    },
    target: { url: 'http://target.invalid/api', headerNames: [], authenticated: false },
    options: {
      files: 'upload',
      runs: 100,
      concurrency: 8,
      timeoutMs: 10_000,
      strict: false,
      disposable: false,
      expectedStatuses: [],
    },
    seed: '42',
    mark: 'm0123456789abcdef',
    capabilities: [],
    observed: { 200: 104, 404: 1 },
    selection: {
      only: [],
      skip: [],
      selected: requirements.length,
      catalogue: requirements.length,
    },
    requirements,
    totals: {
      passed: total('passed'),
      failed: total('failed'),
      warned: total('warned'),
      inconclusive: total('inconclusive'),
      inapplicable: total('inapplicable'),
    },
    verdict: 'conforming',
    reasons: [],
    files: { created: 105, left: [] },
    started: '2026-01-01T00:00:00.000Z',
    durationMs: 1_234,
    ...rest,
  }
}

export function madeUpResult(rest: Partial<RequirementResult> = {}): RequirementResult {
  return {
    id: 'not-found/any-string',
    level: 'MUST',
    title: 'answers that there is no such file',
    source: { kind: 'document', pointer: '/components/schemas/ErrorResponseModel' },
    verdict: 'passed',
    cases: { unit: 'case', judged: 100, failed: 0, inconclusive: 0, setAside: 0 },
    violations: [],
    exchanges: [],
    ...rest,
  }
}

/** A recorded DELETE of a path segment. */
export function recordedDeletion(
  segment: string,
  response: MadeUpResponse = {},
  rest: Partial<Exchange> = {},
): RecordedExchange {
  const target = `/api/v1/files/${segment}`
  return recorded(
    answered(response, {
      requirement: 'not-found/any-string',
      request: { method: 'DELETE', target, headers: [], credentials: 'configured' },
      durationMs: 12.3,
      ...rest,
    }),
  )
}
