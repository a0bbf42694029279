import { segmentOf } from '../../model/path-segment.ts'
import type { RecordedExchange, ReportedViolation } from '../../model/report.ts'
import type { Verdict } from '../../model/verdict.ts'
import type { Findings } from '../../reporters/format.ts'
import { madeUpReport, madeUpResult, recordedDeletion, recordedFailure } from './made-up-report.ts'

/** Text that breaks nothing, to compare the others with. */
export const HARMLESS = 'harmless'

/** Texts that targets, documents and users can send, and that some format could read as its own syntax. */
export const HOSTILE: readonly (readonly [name: string, text: string])[] = [
  ['a script', '<script>alert(1)</script>'],
  ['the end of a script', '</script><img src=x onerror=alert(1)>'],
  ['an attribute', `" onload="alert(1)' onload='alert(1)`],
  ['the end of a CDATA section', 'a]]>b'],
  ['the end of a comment', 'a-->b'],
  ['a comment', '<!-- -->'],
  ['a doctype', '<!DOCTYPE x [<!ENTITY y "z">]>&y;'],
  ['an entity', '&lt;&#0;&amp;'],
  ['the end of details', '</details></summary>'],
  ['a terminal escape', '\u001b[2J\u001b[31mred'],
  ['an operating system command', '\u001b]0;title\u0007'],
  ['a one-octet control sequence', '\u009b2J\u0085'],
  ['a workflow command', '::error::x'],
  ['a workflow command on a line of its own', 'a\n::error::b\r::error::c\r\n::error::d'],
  ['a workflow command behind an escaped line end', '%0A::error::x%0D%25'],
  ['an old workflow command', '##[error]x'],
  ['a property of a workflow command', 'x,file=a.ts::y'],
  ['pipes and backticks', 'a | b ` c `` d \\| e'],
  ['a fence', '```\n# heading\n```\n~~~\n'],
  ['a longer fence', `${'`'.repeat(40)}\n`],
  ['backticks at both ends', '`a`'],
  ['a link', '[a](http://evil.invalid) <http://evil.invalid> http://evil.invalid'],
  ['an image', '![a](http://evil.invalid/x.png)'],
  ['a mention', '@everyone @org/team #1'],
  ['emphasis', '**a** _b_ ~~c~~'],
  ['a list and a heading', '\n\n# a\n\n- b\n\n    c\n\n| d |\n| - |\n'],
  ['placeholders', `{0} {{1}} \${x} $(x)`],
  ['a lone surrogate', 'a\ud800b'],
  ['the other half of one', 'a\udc00b'],
  ['NUL', 'a\u0000b'],
  ['noncharacters', 'a\ufffeb\uffff'],
  ['a line separator', 'a\u2028b\u2029'],
  ['a right-to-left override', '\u202egnp.exe\u2066'],
  ['tabs, line feeds and form feeds', 'a\tb\nc\fd\ve'],
  ['quotes for a shell', `it's "$(touch pwned)" \`id\``],
  ['a prototype', '__proto__'],
  ['a megabyte', 'A'.repeat(1_000_000)],
]

/** Characters that a file for people or terminals must not hold; line feeds are allowed. */
export const RAW_CONTROL =
  /(?!\n)[\p{Cc}\p{Cs}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029\ufffe\uffff]/u

/** Puts one text in every place that a target, a document or a user can fill. The target's URL is valid. */
export function findingsFull(text: string): Findings {
  const answered = recordedDeletion(
    segmentOf(text),
    {
      status: 500,
      body: text,
      headers: [
        ['content-type', text],
        ['location', text],
        ['x-other', text],
      ],
    },
    {
      id: text,
      upload: {
        mediaType: text,
        bytes: 1,
        sha256: '0'.repeat(64),
        filename: text,
        fileBytes: 1,
        fileSha256: '0'.repeat(64),
      },
      request: {
        method: 'DELETE',
        target: `/api/v1/files/${segmentOf(text)}`,
        headers: [['content-type', text]],
        credentials: 'configured',
        body: { bytes: 1, text },
      },
    },
  )
  const failed = recordedFailure('reset', {
    requirement: 'effect/gone',
    failure: { kind: 'reset', message: text },
  })
  return {
    report: reportFull(text, answered, failed),
    exchanges: () => [whole(answered, text), failed],
  }
}

/** Gives an exchange as the evidence has it. */
function whole(exchange: RecordedExchange, value: string): RecordedExchange {
  const { response } = exchange
  if (response === undefined) return exchange
  const body = { bytes: value.length, encoding: 'utf-8', value, shortened: false } as const
  return { ...exchange, response: { ...response, body } }
}

function reportFull(text: string, answered: RecordedExchange, failed: RecordedExchange) {
  const { requirement, case: caseKey, step } = answered
  const violation: ReportedViolation = {
    where: text,
    expected: text,
    received: text,
    fingerprint: '0123456789ab',
    requirement,
    case: caseKey,
    step,
    counterexample: text,
    shrinking: text,
  }
  const another = { ...violation, case: '1', counterexample: `${text} again` }
  const result = (id: string, verdict: Verdict) =>
    madeUpResult({
      id,
      verdict,
      reason: text,
      source: { kind: 'document', pointer: `/${text}` },
    })
  return madeUpReport({
    requirements: [
      result('deleted/existing-file', 'passed'),
      { ...result(requirement, 'failed'), violations: [violation, another], exchanges: [answered] },
      { ...result('invalid/location', 'warned'), violations: [violation], exchanges: [answered] },
      { ...result('effect/gone', 'inconclusive'), exchanges: [failed] },
      result('security/token', 'inapplicable'),
    ],
    document: {
      source: text,
      shipped: false,
      sha256: '0'.repeat(64),
      title: text,
      version: text,
      operation: `DELETE /${text}`,
      operationId: text,
      statuses: {},
    },
    target: {
      url: 'http://target.invalid/api',
      tokenVariable: text,
      tokenEnv: text,
      secondTokenEnv: text,
      userInfo: true,
      headerNames: [text],
      authenticated: true,
    },
    challenge: text,
    ids: { samples: [text], guessable: true, finding: [text] },
    notSent: [
      { requirement: 'family/name', reading: text, count: 1, segment: text, witness: text },
    ],
    capabilities: [{ name: 'list', available: false, declared: true, reason: text }],
    verdict: 'non-conforming',
    reasons: [text],
    files: { created: 1, left: [text], ledger: text },
  })
}

/** Reduces a value to its structure: keys, lengths of lists, and the type of each leaf. */
export function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shapeOf)
  if (typeof value !== 'object' || value === null) return typeof value
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, shapeOf(one)]))
}
