import type { RecordedExchange, RequirementResult } from '../../model/report.ts'
import { VERDICTS, type Verdict } from '../../model/verdict.ts'
import type { Findings } from '../../reporters/format.ts'
import { recordedFailure } from './made-up-findings.ts'
import { findingsOf, madeUpReport, madeUpResult, recordedDeletion } from './made-up-report.ts'

/** Makes findings in which a target, a document and file names say nothing but this text. */
export function saying(text: string): Findings {
  const requirements = VERDICTS.map((verdict) => hostileResult(text, verdict))
  const report = madeUpReport({
    requirements,
    families: [{ name: 'family', subject: text }],
    verdict: 'non-conforming',
    reasons: [text],
    document: { ...madeUpReport().document, title: text, version: text, source: text },
    capabilities: [{ name: 'list', available: true, declared: true, reason: text }],
    files: { created: 2, left: [text, text], ledger: text },
    runId: text,
    challenge: text,
    selection: { ...madeUpReport().selection, only: [text], skip: [text] },
    tool: { ...madeUpReport().tool, libraries: { [`x${text}`]: text } },
  })
  return findingsOf(report, () => requirements.flatMap(({ exchanges }) => exchanges))
}

function hostileResult(text: string, verdict: Verdict): RequirementResult {
  const id = `family/${verdict}-${text}`
  const violated = verdict === 'failed' || verdict === 'warned'
  const violation = {
    where: `/${text}`,
    expected: text,
    received: text,
    fingerprint: '0123456789ab',
    requirement: id,
    case: text,
    step: 1,
    counterexample: text,
    shrinking: text,
  }
  return madeUpResult({
    id,
    title: text,
    source:
      verdict === 'failed'
        ? { kind: 'rfc', rfc: 9110, section: '15.5.5' }
        : { kind: 'document', pointer: text },
    verdict,
    reason: text,
    violations: violated ? [violation, { ...violation, case: '1' }] : [],
    exchanges: hostileExchanges(text, id),
  })
}

function hostileExchanges(text: string, requirement: string): readonly RecordedExchange[] {
  const headers = [['content-type', text] as const, [text, text] as const]
  const body = { bytes: text.length, encoding: 'utf-8', value: text, shortened: true } as const
  const answer = recordedDeletion('x', {}, { requirement, case: text })
  const request = { ...answer.request, target: `/${text}`, headers, body: { bytes: 1, text } }
  const cut = { by: 'connection', message: text } as const
  const response = { status: 500, headers, body, cut }
  return [
    { ...answer, request, response },
    recordedFailure(
      { kind: 'reset', message: text },
      { requirement, case: text, step: 1, request },
    ),
  ]
}
