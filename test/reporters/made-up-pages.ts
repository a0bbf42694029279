import { createHash } from 'node:crypto'
import type { RequirementResult } from '../../model/report.ts'
import type { Findings } from '../../reporters/format.ts'
import {
  catalogueReport,
  passedResults,
  recordedFailure,
  resultOf,
  scatteredExchanges,
} from './made-up-findings.ts'
import { findingsOf, madeUpReport, recordedDeletion } from './made-up-report.ts'

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

const MARK = 'ghijklmnopqrstuv'
const HEADERS = [
  ['date', 'Thu, 01 Jan 2026 00:00:07 GMT'],
  ['server', 'uvicorn'],
  ['content-type', 'application/json'],
  ['x-request-id', 'req_7f31c2'],
] as const

const upload = {
  mediaType: 'multipart/form-data; boundary=b',
  bytes: 412,
  sha256: '5'.repeat(64),
  filename: `${MARK}-17.jsonl`,
  fileBytes: 120,
  fileSha256: '0'.repeat(64),
}

const brokenId = resultOf('not-found/any-string', {
  verdict: 'failed',
  reason: '2 of 100 cases failed',
  cases: { unit: 'case', judged: 100, failed: 2, inconclusive: 0, setAside: 0 },
  violations: [
    {
      where: '/status',
      expected: '404 or 422',
      received: '500',
      fingerprint: '0123456789ab',
      requirement: 'not-found/any-string',
      case: '41:0:2',
      step: 0,
      counterexample: `"${MARK}\\u0000"`,
      shrinking: 'shrunk 6 times with 14 further cases',
    },
    {
      where: '/status',
      expected: '404 or 422',
      received: '500',
      fingerprint: '0123456789ab',
      requirement: 'not-found/any-string',
      case: '77:0',
      step: 0,
      counterexample: `"${MARK}\\u0000\\u0000a"`,
    },
  ],
  exchanges: [
    recordedDeletion(
      `${MARK}%00`,
      {
        status: 500,
        headers: [['content-type', 'text/plain; charset=utf-8'], ...HEADERS.slice(0, 2)],
        body: 'Internal Server Error',
      },
      { case: '41:0:2', waitMs: 182.4, durationMs: 183.1 },
    ),
  ],
})

const notGone = resultOf('effect/not-listed', {
  level: 'SHOULD',
  verdict: 'warned',
  reason: '1 of 3 cases failed',
  cases: { unit: 'case', judged: 3, failed: 1, inconclusive: 0, setAside: 0 },
  violations: [
    {
      where: '/body/data',
      expected: 'no file with the id "file-8Qw2"',
      received: '[{"id":"file-8Qw2","object":"file","purpose":"batch"}]',
      fingerprint: '0123456789ab',
      requirement: 'effect/not-listed',
      case: '1',
      step: 1,
    },
  ],
  exchanges: [
    recordedDeletion(
      'file-8Qw2',
      { headers: HEADERS, json: { id: 'file-8Qw2', object: 'file', deleted: true } },
      { requirement: 'effect/not-listed', case: '1', id: 'file-8Qw2', upload, durationMs: 21.8 },
    ),
    recordedDeletion(
      '?limit=100&order=desc',
      { headers: HEADERS, json: { object: 'list', data: [{ id: 'file-8Qw2', object: 'file' }] } },
      {
        requirement: 'effect/not-listed',
        case: '1',
        step: 1,
        purpose: 'set-up',
        request: {
          method: 'GET',
          target: '/api/v1/files?limit=100&order=desc',
          headers: [['accept', 'application/json']],
          credentials: 'configured',
        },
        durationMs: 14.2,
      },
    ),
  ],
})

const undecided = resultOf('security/own-files-only', {
  verdict: 'inconclusive',
  reason: 'no answer within 10,000 ms',
  cases: { unit: 'case', judged: 0, failed: 0, inconclusive: 1, setAside: 0 },
  exchanges: [
    recordedFailure(
      { kind: 'timeout', message: 'no answer within 10,000 ms' },
      { requirement: 'security/own-files-only', durationMs: 10_000 },
    ),
  ],
})

const neverSeen = resultOf('invalid/body', {
  verdict: 'inapplicable',
  reason: 'never observed: 12 malformed ids were probed, none was answered with 422',
  cases: { unit: 'answer', judged: 0, failed: 0, inconclusive: 0, setAside: 0 },
})

const facts = {
  document: {
    ...madeUpReport().document,
    title: 'impala.ai OpenAI API v0.1.0',
    sha256: digest('document'),
    version: '0.1.0',
  },
  target: {
    ...madeUpReport().target,
    url: 'https://staging.example.com/api',
    tokenEnv: 'CONFORMANCE_TOKEN',
    authenticated: true,
  },
  tool: { ...madeUpReport().tool, version: '0.1.0', sha256: digest('tool') },
  evidence: { lines: 1_912, sha256: digest('evidence') },
  observed: { 200: 386, 404: 1_204, 422: 141, 500: 2 },
  files: { created: 391, left: [] },
  capabilities: [
    {
      name: 'upload',
      available: true,
      declared: false,
      reason: 'POST /v1/files was answered with 200',
    },
    {
      name: 'list',
      available: true,
      declared: false,
      reason: 'GET /v1/files was answered with 200',
    },
  ],
  seed: '1749020713',
  durationMs: 9_480,
} as const

/** Findings about a server that is nearly right: two violations, the rest passed. */
export const nearlyRight: Findings = findingsOf(
  catalogueReport([brokenId, notGone, neverSeen], {
    ...facts,
    verdict: 'non-conforming',
    reasons: ['1 MUST is violated'],
  }),
  () => scatteredExchanges(1_733),
)

/** Findings about a server that does one thing wrong. */
export const oneFailure: Findings = findingsOf(
  catalogueReport([brokenId, neverSeen], {
    ...facts,
    verdict: 'non-conforming',
    reasons: ['1 MUST is violated'],
  }),
  () => scatteredExchanges(1_733),
)

/** Findings about a server that does nothing wrong. */
export const conforming: Findings = findingsOf(catalogueReport([neverSeen], facts), () =>
  scatteredExchanges(1_733),
)

/** Findings with every verdict. */
export const everyVerdict: Findings = findingsOf(
  catalogueReport([brokenId, notGone, undecided, neverSeen], {
    ...facts,
    challenge: 'asked by the verifier',
    verdict: 'non-conforming',
    reasons: ['1 MUST is violated'],
    files: { created: 391, left: ['file-8Qw2'], ledger: 'out/ledger.jsonl' },
  }),
  () => scatteredExchanges(1_733),
)

const accepted: RequirementResult = {
  ...notGone,
  violations: notGone.violations.map((one) => ({
    ...one,
    excuse: {
      by: 'waiver',
      line: 1,
      owner: 'storage',
      reason: 'the index lags',
      expires: '2027-01-31',
    },
  })),
}

const blocked = ['effect/read-before', 'sequence/model'].map((id) =>
  resultOf(id, {
    verdict: 'inconclusive',
    reason: `blocked by ${brokenId.id}`,
    blockedBy: [brokenId.id],
  }),
)

/** Findings with every verdict, of which some are accepted, and some block others. */
export const everyStanding: Findings = findingsOf(
  catalogueReport([brokenId, accepted, undecided, neverSeen, ...blocked], {
    ...facts,
    verdict: 'non-conforming',
    reasons: ['1 MUST is violated'],
  }),
  () => scatteredExchanges(1_733),
)

/** Makes findings of a long run against a server that gets everything wrong. */
export function crowded(exchanges: number): Findings {
  const failing = passedResults.map(({ id }, nth): RequirementResult => {
    const cases = [0, 1, 2, 3, 4].map(String)
    const [violation] = brokenId.violations
    return resultOf(id, {
      verdict: nth % 2 === 0 ? 'failed' : 'warned',
      reason: '5 of 100 cases failed',
      violations: cases.flatMap((key) =>
        violation === undefined
          ? []
          : [{ ...violation, where: `/body/${key}`, requirement: id, case: key }],
      ),
      exchanges: cases.map((key) =>
        recordedDeletion(
          `${MARK}-${key}`,
          { status: 500, headers: HEADERS, body: 'x'.repeat(4_096) },
          { requirement: id, case: key },
        ),
      ),
    })
  })
  const report = catalogueReport(failing, { verdict: 'non-conforming', reasons: ['all is wrong'] })
  return findingsOf(report, () => scatteredExchanges(exchanges))
}
