import type { RecordedExchange, RequirementResult } from '../../model/report.ts'
import type { Findings } from '../../reporters/format.ts'
import { madeUpReport, madeUpResult, recordedDeletion, recordedFailure } from './made-up-report.ts'

const passed = madeUpResult({
  id: 'deleted/existing-file',
  title: 'answers that the file is deleted',
  durationMs: 38,
  cases: { unit: 'case', judged: 1, failed: 0, inconclusive: 0, setAside: 0 },
})

const failed = madeUpResult({
  durationMs: 412,
  verdict: 'failed',
  reason: '1 of 3 cases failed',
  violations: [
    {
      where: '/status',
      expected: '404 or 422',
      received: '500',
      fingerprint: '0123456789ab',
      requirement: 'not-found/any-string',
      case: '2:0',
      step: 0,
      counterexample: `"ghijklmnopqrstuv'"`,
      shrinking: 'shrunk 6 times with 7 further cases',
    },
  ],
  exchanges: [
    recordedDeletion(
      'ghijklmnopqrstuv%27',
      { status: 500, json: { detail: 'near "\'": syntax error' } },
      { case: '2:0', id: `ghijklmnopqrstuv'`, startedAtMs: Date.UTC(2026, 0, 1) },
    ),
  ],
})

const warned = madeUpResult({
  id: 'invalid/location',
  level: 'SHOULD',
  title: 'names the path parameter',
  source: { kind: 'rfc', rfc: 9110, section: '15.5.21' },
  verdict: 'warned',
  reason: '1 of 2 requests was answered wrongly or not at all',
  cases: { unit: 'answer', judged: 2, failed: 1, inconclusive: 0, setAside: 0 },
  violations: [
    {
      where: '/body/detail',
      expected: 'an item whose "loc" holds "file_id"',
      received: '[]',
      fingerprint: '0123456789ab',
      requirement: 'invalid/malformed-id',
      case: '0',
      step: 1,
    },
  ],
  exchanges: [
    recordedDeletion(
      'ghijklmnopqrstuv%00',
      { status: 422, body: Uint8Array.of(0xff), headers: [['content-encoding', 'gzip']] },
      { requirement: 'invalid/malformed-id', step: 1, startedAtMs: Date.UTC(2026, 0, 1, 0, 0, 1) },
    ),
  ],
})

const upload = {
  mediaType: 'multipart/form-data; boundary=b',
  bytes: 400,
  sha256: '3'.repeat(64),
  filename: 'a.jsonl',
  fileBytes: 7,
  fileSha256: '0'.repeat(64),
}

const inconclusive = madeUpResult({
  id: 'effect/content',
  title: 'gives no content of a deleted file',
  verdict: 'inconclusive',
  reason: 'the upload was not answered: connection refused',
  cases: { unit: 'case', judged: 0, failed: 0, inconclusive: 1, setAside: 0 },
  exchanges: [
    recordedFailure('refused', {
      requirement: 'effect/content',
      purpose: 'set-up',
      request: {
        method: 'POST',
        target: '/api/v1/files',
        headers: [['content-type', upload.mediaType]],
        credentials: 'configured',
        body: upload,
      },
      startedAtMs: Date.UTC(2026, 0, 1, 0, 0, 2),
    }),
  ],
})

const inapplicable = madeUpResult({
  id: 'security/token',
  title: 'deletes nothing without a token',
  verdict: 'inapplicable',
  reason: 'needs credentials, and none are configured',
  cases: { unit: 'case', judged: 0, failed: 0, inconclusive: 0, setAside: 0 },
})

const everyVerdict: readonly RequirementResult[] = [
  passed,
  failed,
  warned,
  inconclusive,
  inapplicable,
]

export const reportOfEveryVerdict = madeUpReport({
  requirements: everyVerdict,
  verdict: 'non-conforming',
  reasons: ['1 MUST is violated'],
  capabilities: [
    { name: 'upload', available: true, declared: false, reason: 'POST /v1/files answered 200' },
    { name: 'auth', available: false, declared: false, reason: 'no credentials are configured' },
  ],
  evidence: { lines: 210, sha256: '4'.repeat(64) },
  files: { created: 105, left: ['file-9'], ledger: 'out/ledger.ndjson' },
})

/** Exchange that no violation names: a deletion with a body. */
const unreported: RecordedExchange = recordedDeletion(
  'file-1?a=b%20c',
  { json: { id: 'file-1', object: 'file', deleted: true } },
  {
    requirement: 'http/body',
    request: {
      method: 'DELETE',
      target: '/api/v1/files/file-1?a=b%20c',
      headers: [['content-type', 'text/plain']],
      credentials: 'configured',
      body: { bytes: 2, text: '{}' },
    },
    startedAtMs: Date.UTC(2026, 0, 1, 0, 0, 3),
  },
)

export const findingsOfEveryVerdict: Findings = {
  report: reportOfEveryVerdict,
  exchanges: () => [unreported, ...everyVerdict.flatMap(({ exchanges }) => exchanges)],
}
