import { quoted } from '../../model/evidence.ts'
import type { Exchange, TransportFailure } from '../../model/exchange.ts'
import {
  REPORT_FORMAT,
  type RecordedExchange,
  type Report,
  type RequirementResult,
} from '../../model/report.ts'
import { familyOf } from '../../model/requirement.ts'
import type { Findings, Format } from '../../reporters/format.ts'
import { answered, type MadeUpResponse, unanswered } from '../harness/made-up.ts'

export function madeUpReport(rest: Partial<Report> = {}): Report {
  const requirements = rest.requirements ?? []
  const broughtAlong = rest.broughtAlong ?? []
  const total = (verdict: string) => requirements.filter((one) => one.verdict === verdict).length
  return {
    format: REPORT_FORMAT,
    tool: {
      name: 'delete-conformance',
      version: '0.0.0',
      sha256: '1'.repeat(64),
      libraries: { ajv: '8.0.0' },
    },
    document: {
      source: 'openapi.yaml',
      shipped: true,
      sha256: '0'.repeat(64),
      title: 'made up',
      version: '1',
      operation: 'DELETE /v1/files/{file_id}',
      statuses: { deleted: 200, 'not-found': 404, invalid: 422 },
    },
    target: {
      url: 'http://target.invalid/api',
      tokenVariable: 'CONFORMANCE_TOKEN',
      headerNames: [],
      userInfo: false,
      authenticated: false,
    },
    options: {
      files: 'upload',
      runs: 100,
      concurrency: 8,
      maxLive: 32,
      timeoutMs: 10_000,
      lingerMs: 3_000,
      settleMs: 5_000,
      strict: false,
      disposable: false,
      expectedStatuses: [],
      declaredCapabilities: [],
    },
    seed: '42',
    runId: 'ghijklmnopqrstuv',
    notSent: [],
    capabilities: [],
    observed: { 200: 104, 404: 1 },
    selection: {
      only: [],
      skip: [],
      selected: requirements.length,
      catalogue: requirements.length,
      catalogueSha256: '2'.repeat(64),
    },
    families: [...new Set(requirements.map(({ id }) => familyOf(id)))].map((name) => ({
      name,
      subject: `what ${name} is about`,
    })),
    requirements,
    broughtAlong,
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

/** Makes a recorded DELETE of a path segment. */
export function recordedDeletion(
  segment: string,
  response: MadeUpResponse = {},
  rest: Partial<Exchange> = {},
): RecordedExchange {
  const target = `/api/v1/files/${segment}`
  return quoted(
    answered(response, {
      requirement: 'not-found/any-string',
      request: { method: 'DELETE', target, headers: [], credentials: 'configured' },
      waitMs: 12,
      durationMs: 12.3,
      ...rest,
    }),
  )
}

/** Makes a recorded request without a response. */
export function recordedFailure(
  kind: TransportFailure['kind'],
  rest: Partial<Exchange> = {},
): RecordedExchange {
  return quoted(unanswered(kind, { waitMs: 5, durationMs: 5, ...rest }))
}

/** Renders findings in a format. */
export function rendered(format: Format, findings: Findings): string {
  return [...format.render(findings)].join('')
}

/** Makes findings of a report, with or without evidence. */
export function findingsOf(report: Report, exchanges: Findings['exchanges'] = () => []): Findings {
  return { report, exchanges }
}
