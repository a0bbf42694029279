import { execFile } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import type { Fault } from '../../fixtures/faults/fault.ts'
import { faults } from '../../fixtures/faults/faults.ts'
import { startReferenceServer } from '../../fixtures/server/reference-server.ts'
import { type Report, run } from '../../library/index.ts'
import { fieldsOf } from '../../reporters/violation-fields.ts'
import { tokens, WHOLE } from './examined.ts'

/** Faulty servers whose findings say that only a replay can send the request again, and the reason. */
const REPLAYED: Readonly<Record<string, string>> = {
  'refuses-long-targets': 'an id of thousands of characters',
  'ignores-case': 'an id that was changed in its middle',
  'matches-prefix': 'the same',
  'forgives-one-letter': 'the same',
  'decodes-twice': 'the same',
  'normalises-compatibility': 'the same',
  transliterates: 'the same',
  'adds-prefix': 'the same',
  'ignores-prefix': 'the same',
  'forgives-unused-bits': 'the same',
  'takes-either-base-64': 'the same',
  'strips-dot-segments': 'the same',
  'decodes-overlong': 'the same',
  'decodes-unicode-percent': 'the same',
  'decodes-entities': 'the same',
  'decodes-quoted-printable': 'the same',
  'folds-dashes': 'the same',
  'folds-dotless-i': 'the same',
  'suggests-a-file': 'the same',
  'names-last-deleted': 'an id that was never issued',
  'names-an-example': 'the same',
  'cuts-characters': 'an id that is too long for a line',
  'cuts-escapes': 'the same',
  'no-percent-decoding': 'an id that is encoded throughout',
  'ignores-lower-case-percent': 'the same',
  'echoes-segment': 'the same',
  'empty-id-deletes-newest': 'no id, so that nobody should copy the line',
  'empty-id-deletes-all': 'the same',
  'collection-deletes-newest': 'the same',
  'fails-on-known-id-and-delete': 'an answer without the upload whose id it resembles',
  'odd-422-for-known-id': 'the same',
  'one-of-many-is-lost': 'a race among files',
  'read-beside-deletion-loses-another': 'the same',
}

/** Faulty servers that do not answer the same each time, and the reason. */
const NOT_EACH_TIME: Readonly<Record<string, string>> = {
  'two-winners': 'a race',
  'loser-fails': 'a race',
  'fiftieth-deletes-oldest': 'only a whole run counts to fifty',
  'uploads-get-an-older-id': 'the twentieth upload of a run',
  'restores-deleted-files': 'only a whole run deletes so many files',
  'lists-deleted-files-again': 'the same',
  'forgets-what-was-deleted': 'the same',
  'odd-after-download': 'requests before it that the report does not hold, and says so',
  'no-json-after-download': 'the same',
  'cut-after-download': 'the same',
  'text-after-download': 'the same',
}

/** Of the faulty servers that the same requirements find, the first, unless all are to be met. */
const tried = faults.filter(
  ({ red }, at) => WHOLE || faults.findIndex((one) => one.red.join() === red.join()) === at,
)

const isReplayed = ({ name }: Fault) => name in REPLAYED
const isReproduced = ({ name }: Fault) => !(name in REPLAYED) && !(name in NOT_EACH_TIME)

const hasCurl = await new Promise<boolean>((resolve) => {
  execFile('curl', ['--version'], (error) => resolve(error === null))
})

describe('the shell lines of a finding', () => {
  it.skipIf(!hasCurl).each(tried.filter(isReproduced))(
    'are answered as the report says (needs curl): a server that $does',
    (fault) =>
      onServer(fault, async (shown) => {
        for (const { lines, response } of shown) {
          const output = await runInShell(lines, fault)
          expect(answerIn(output), `${lines.join('\n')}\n${output}`).toBe(response)
        }
      }),
  )

  it.each(tried.filter(isReplayed))(
    'are a comment where only a replay can send it: a server that $does',
    (fault) =>
      onServer(fault, async (shown) => {
        const comments = shown.filter(({ lines }) => lines.every((line) => line.startsWith('# ')))
        expect(comments.map(({ lines }) => lines.join('\n')).join('\n')).toMatch(/replay/)
      }),
  )
})

/** Stands where nothing came. */
const NO_ANSWER = 'no answer, no content-type'

interface Shown {
  readonly lines: readonly string[]
  /** Status and media type. */
  readonly response: string | undefined
}

/** Judges a faulty server by the requirements that find it, and uses what their findings show. */
async function onServer(fault: Fault, use: (shown: readonly Shown[]) => Promise<void>) {
  const { alter, server: options } = fault
  const server = await startReferenceServer({ ...options, alterations: [alter] })
  try {
    const report = await reportOn(fault, server.url)
    const findings = report.requirements.filter(({ violations }) => violations.length > 0)
    expect(findings).not.toEqual([])
    await use(
      findings.map((result) => {
        const fields = fieldsOf(report, result)
        const valuesOf = (name: string) =>
          fields.filter(([other]) => other === name).map(([, value]) => value)
        const [response] = valuesOf('response')
        // The time that it took comes last.
        const isAnswered = response?.startsWith('none: ') === false
        return {
          lines: valuesOf('curl'),
          response: isAnswered ? response.replace(/, [^,]*$/, '') : NO_ANSWER,
        }
      }),
    )
  } finally {
    await server.close()
  }
}

function reportOn({ red, disposable, server, cases = 10 }: Fault, target: string): Promise<Report> {
  const accounts = server?.accounts === undefined ? {} : tokens(2)
  return run({ target, ...accounts, only: red, seed: 7, runs: cases, settle: '100ms', disposable })
}

/** Runs lines in a POSIX shell that has the tokens in its variables, and gives what they print. */
function runInShell(lines: readonly string[], { server }: Fault): Promise<string> {
  const { token, secondToken } = server?.accounts === undefined ? {} : tokens(2)
  const env: NodeJS.ProcessEnv = {
    PATH: process.env.PATH,
    CONFORMANCE_TOKEN: token ?? '',
    CONFORMANCE_SECOND_TOKEN: secondToken ?? '',
  }
  return new Promise((resolve) => {
    // An answer that is cut ends curl with an error, and is the fault.
    execFile('sh', ['-c', lines.join('\n')], { env, timeout: 30_000 }, (_, stdout) =>
      resolve(stdout),
    )
  })
}

/** Reads status and media type of the last answer that curl printed with its header. */
function answerIn(output: string): string {
  const last = output.slice(output.lastIndexOf('HTTP/1.1 '))
  const [header = ''] = last.split('\r\n\r\n')
  const status = /^HTTP\/1\.1 (\d+)/.exec(header)?.[1] ?? 'no answer'
  const type = /^content-type: *(.*)$/im.exec(header)?.[1]?.trim() ?? 'no content-type'
  return `${status}, ${type}`
}
