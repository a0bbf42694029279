import { stripVTControlCharacters } from 'node:util'
import { describe, expect, it } from 'vitest'
import { closing, createStyle, familyLine } from '../../reporters/terminal.ts'
import { findingsFull, HARMLESS, HOSTILE, RAW_CONTROL } from './hostile.ts'
import { madeUpReport, madeUpResult, recordedDeletion } from './made-up-report.ts'

const plain = createStyle(false)

const MISLEADING = '\u001b]0;title\u0007\u202egnp.exe\r\n::error::fake'

const failed = madeUpResult({
  verdict: 'failed',
  reason: '1 of 3 cases failed',
  violations: [
    {
      where: '/status',
      expected: '404 or 422',
      received: '500',
      fingerprint: '0123456789ab',
      requirement: 'not-found/any-string',
      case: '2/7',
      step: 0,
      counterexample: JSON.stringify(`ghijklmnopqrstuv'`),
      shrinking: 'shrunk 6 times with 7 further cases',
    },
  ],
  exchanges: [
    recordedDeletion(
      'ghijklmnopqrstuv%27',
      { status: 500, json: { detail: MISLEADING } },
      { case: '2/7' },
    ),
  ],
})

const warned = madeUpResult({
  id: 'invalid/location',
  level: 'SHOULD',
  title: 'names the path parameter',
  source: { kind: 'rfc', rfc: 9110, section: '15.5.21' },
  verdict: 'warned',
  reason: 'both requests were answered wrongly or not at all',
  cases: { unit: 'answer', judged: 2, failed: 2, inconclusive: 0, setAside: 0 },
  violations: [0, 1].map((step) => ({
    where: '/body/detail',
    expected: 'an item whose "loc" holds "file_id"',
    received: '[]',
    fingerprint: '0123456789ab',
    requirement: 'invalid/malformed-id',
    case: '0',
    step,
  })),
  exchanges: [
    recordedDeletion(
      'ghijklmnopqrstuv%00',
      { status: 422, body: Uint8Array.of(0xff), headers: [['content-type', MISLEADING]] },
      { requirement: 'invalid/malformed-id' },
    ),
  ],
})

const undecided = ['deleted/existing-file', 'deleted/any-file'].map((id) =>
  madeUpResult({ id, verdict: 'inconclusive', reason: `no file could be uploaded: ${MISLEADING}` }),
)

const inapplicable = madeUpResult({
  id: 'invalid/body',
  verdict: 'inapplicable',
  reason: 'never observed',
})

const everything = madeUpReport({
  requirements: [madeUpResult({ id: 'a/a' }), failed, warned, ...undecided, inapplicable],
  verdict: 'non-conforming',
  reasons: ['1 MUST is violated'],
  files: { created: 3, left: ['file-1', MISLEADING], ledger: 'out/ledger.ndjson' },
})

describe('the report on a terminal', () => {
  it('says what is wrong, how to see it again, what is undecided, and the verdict', () => {
    expect(closing(everything, plain)).toMatchInlineSnapshot(`
      "
      FAILED not-found/any-string (MUST)
        must answer that there is no such file: 1 of 3 cases failed
          expected  404 or 422
          received  500
          where     /status (fingerprint 0123456789ab)
          source    /components/schemas/ErrorResponseModel
          value     "ghijklmnopqrstuv'"
          shrinking shrunk 6 times with 7 further cases
          request   DELETE /api/v1/files/ghijklmnopqrstuv%27
          response  500, application/json, 12 ms
          body      {"detail":"\\u001b]0;title\\u0007\\u{202e}gnp.exe\\r\\n::error::fake"}
          curl      curl -sS -i -g --path-as-is -X DELETE http://target.invalid/api/v1/files/ghijklmnopqrstuv%27
          replay    delete-conformance run -t http://target.invalid/api --concurrency 8 --seed 42 --mark ghijklmnopqrstuv --replay not-found/any-string:2/7

      WARNED invalid/location (SHOULD)
        should name the path parameter: both requests were answered wrongly or not at all
          expected  an item whose "loc" holds "file_id"
          received  []
          where     /body/detail (fingerprint 0123456789ab)
          source    RFC 9110 §15.5.21
          request   DELETE /api/v1/files/ghijklmnopqrstuv%00
          response  422, \\u{1b}]0;title\\u{7}\\u{202e}gnp.exe\\u{d}\\u{a}::error::fake, 12 ms
          body      /w== (base64)
          curl      curl -sS -i -g --path-as-is -X DELETE http://target.invalid/api/v1/files/ghijklmnopqrstuv%00
          replay    delete-conformance run -t http://target.invalid/api --concurrency 8 --seed 42 --mark ghijklmnopqrstuv --replay invalid/malformed-id:0

      INCONCLUSIVE deleted/existing-file, deleted/any-file
          reason    no file could be uploaded: \\u{1b}]0;title\\u{7}\\u{202e}gnp.exe\\u{d}\\u{a}::error::fake

      INAPPLICABLE
        invalid/body: never observed

      Answers   104 with 200, 1 with 404
      Files     3 files of this run, left behind: file-1, \\u{1b}]0;title\\u{7}\\u{202e}gnp.exe\\u{d}\\u{a}::error::fake
                remove with: delete-conformance cleanup out/ledger.ndjson -t http://target.invalid/api
      Verdict   non-conforming: 1 MUST is violated (1 of 5 requirements passed, 1 warned, 1 inapplicable) in 1.2 s
      "
    `)
  })

  it('is short where all is well', () => {
    expect(closing(madeUpReport({ requirements: [madeUpResult()] }), plain)).toMatchInlineSnapshot(`
      "
      Answers   104 with 200, 1 with 404
      Files     105 files of this run, none left behind
      Verdict   conforming: 1 of 1 requirement passed in 1.2 s
      "
    `)
  })

  it('says once what makes everything inconclusive', () => {
    const reason = 'the target cannot be tested: connection refused (ECONNREFUSED)'
    const report = madeUpReport({
      requirements: undecided.map((one) => ({ ...one, reason })),
      observed: {},
      verdict: 'inconclusive',
      reasons: [reason],
      files: { created: 0, left: [] },
    })
    expect(closing(report, plain)).toMatchInlineSnapshot(`
      "
      Answers   none
      Files     0 files of this run, none left behind
      Verdict   inconclusive: the target cannot be tested: connection refused (ECONNREFUSED) (0 of 2 requirements passed) in 1.2 s
      "
    `)
  })

  it('fits a terminal, but for commands, and says the same as elsewhere', () => {
    const lines = closing(everything, createStyle(false, 60)).split('\n')
    const isCommand = (line: string) => /curl|delete-conformance/.test(line)
    const wide = lines.filter((line) => line.length > 60 && !isCommand(line))
    expect(wide).toEqual([])
    const words = (text: string) => text.replaceAll(/\s/g, '')
    expect(words(lines.join(''))).toBe(words(closing(everything, plain)))
    expect(lines.slice(-4)).toEqual([
      'Verdict   non-conforming: 1 MUST is violated (1 of 5',
      '          requirements passed, 1 warned, 1 inapplicable) in',
      '          1.2 s',
      '',
    ])
  })

  it('names the first of many requirements that are inconclusive for one reason', () => {
    const requirements = Array.from({ length: 16 }, (_, nth) =>
      madeUpResult({ id: `a/${nth}`, verdict: 'inconclusive', reason: 'no answer' }),
    )
    expect(closing(madeUpReport({ requirements }), plain)).toContain(
      'INCONCLUSIVE a/0, a/1, a/2, a/3, a/4, a/5 and 10 more\n',
    )
  })

  it('lets nothing of the target move the cursor, begin a line or turn the writing', () => {
    const output = closing(everything, plain)
    expect(output.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u202e]/u)
    expect(output).not.toMatch(/^\s*::/m)
  })

  const linesOf = (text: string) => closing(findingsFull(text).report, plain).split('\n')

  it.each(HOSTILE)('has the same lines whatever the target sends: %s', (_, text) => {
    const lines = linesOf(text)
    expect(lines).toHaveLength(linesOf(HARMLESS).length)
    expect(lines.join('')).not.toMatch(RAW_CONTROL)
    // Either would be a command to a runner of GitHub Actions.
    expect(lines.filter((line) => /^\s*::|##\[/.test(line))).toEqual([])
  })

  it('says the same with colours as without', () => {
    const coloured = closing(everything, createStyle(true))
    expect(coloured).toContain('\u001b[')
    expect(stripVTControlCharacters(coloured)).toBe(closing(everything, plain))
  })

  it('shortens long values and bodies', () => {
    const [violation] = failed.violations
    const long = {
      ...failed,
      violations: [
        { ...violation, counterexample: 'x'.repeat(5_000) } as typeof violation & object,
      ],
      exchanges: [
        recordedDeletion('x'.repeat(5_000), { body: 'y'.repeat(5_000) }, { case: '2/7' }),
      ],
    }
    const lines = closing(madeUpReport({ requirements: [long] }), plain).split('\n')
    const shown = lines.filter((line) => !line.includes('curl'))
    expect(Math.max(...shown.map((line) => line.length))).toBeLessThan(700)
  })
})

describe('the line of a family', () => {
  it('counts its cases', () => {
    expect(familyLine('not-found', [failed, madeUpResult()], plain)).toBe(
      '  not-found    1 failed, 1 passed (200 cases judged)',
    )
  })

  it('counts answers where it only watches', () => {
    expect(familyLine('documented', [warned], plain)).toBe(
      '  documented   1 warned (2 answers judged)',
    )
  })
})
