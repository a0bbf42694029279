import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { both, intercepting } from '../../fixtures/faults/alter.ts'
import { json, problem, type Reply, type ServerRequest } from '../../fixtures/server/message.ts'
import { type Alteration, startReferenceServer } from '../../fixtures/server/reference-server.ts'
import {
  assistantsAlone,
  batchesAlone,
  listOfPurpose,
} from '../../fixtures/variants/alterations.ts'
import { type Outcome, runAgainst } from '../hostile/outcome.ts'
import { invoke } from './invoke.ts'

/** Starts a server, and keeps the texts of the uploads that it is sent. */
async function started(alter: Alteration) {
  const uploads: string[] = []
  const seeing = intercepting((request) => {
    if (isUpload(request)) uploads.push(Buffer.from(request.body).toString())
    return undefined
  })
  const server = await startReferenceServer({ alterations: [both(alter, seeing)] })
  onTestFinished(server.close)
  return { ...server, uploads }
}

function isUpload({ method }: ServerRequest): boolean {
  return method === 'POST'
}

function refusing(reply: Reply): Alteration {
  return intercepting((request) => (isUpload(request) ? reply : undefined))
}

function noticed({ report }: Outcome, about: string): readonly string[] {
  return (report.observations ?? []).filter((one) => one.about === about).map(({ text }) => text)
}

const PURPOSE = /name="purpose"\r\n\r\n(.*)\r\n/

describe('a run', () => {
  test("takes the first usual form that the target does not refuse, and says so in the target's words", async () => {
    const { url } = await started(assistantsAlone())
    const outcome = await runAgainst(url)
    expect(outcome.report.verdict).toBe('conforming')
    expect(noticed(outcome, 'Uploads')).toEqual([
      `sent as purpose=assistants, delete-conformance-*.txt, because POST /v1/files answered 400: "The purpose must be one of: 'assistants'."`,
      expect.stringMatching(/^names vary in letters and digits alone, because .* no plain name/),
    ])
  })

  test('tries first the form that a refusal names', async () => {
    const { url, uploads } = await started(assistantsAlone())
    await runAgainst(url)
    const purposes = uploads.slice(0, 2).map((text) => PURPOSE.exec(text)?.[1])
    expect(purposes).toEqual(['batch', 'assistants'])
  })

  test('tests any file as far as the target takes it', async () => {
    const { url, uploads } = await started(batchesAlone())
    const outcome = await runAgainst(url, '--only', 'deleted/any-file', '--runs', '40')
    expect(outcome.of('deleted/any-file')).toMatchObject({
      verdict: 'passed',
      cases: { judged: 12, setAside: 0 },
    })
    expect(noticed(outcome, 'Uploads')).toHaveLength(2)
    expect(new Set(uploads.map((text) => text.length)).size).toBeGreaterThan(10)
    expect(uploads.join('')).toMatch(/filename="[^"\r]*[^\x20-\x7e\r][^"\r]*\.jsonl"/)
  })

  test('says nothing of a target that takes everything', async () => {
    const { url, uploads } = await started((handle) => handle)
    const { report } = await runAgainst(url, '--only', 'deleted/status')
    expect(report.observations).toBeUndefined()
    expect(uploads).toHaveLength(11)
  })

  test("gives the target's own words, and the settings that may help, where no upload is taken", async () => {
    const detail = [{ loc: ['body', 'expires'], msg: `Field required${'!'.repeat(400)}` }]
    const { url, uploads } = await started(refusing(json(422, { detail })))
    const { report } = await runAgainst(url)
    expect(report.verdict).toBe('inconclusive')
    const [reason = ''] = report.reasons
    expect(reason).toMatch(
      /^no file could be uploaded: POST \/v1\/files answered 422: "body\.expires: Field required!+… \(\d+ characters\); so were 4 other usual forms; what it takes can be set with --upload-field, /,
    )
    expect(reason.length).toBeLessThan(450)
    expect(uploads).toHaveLength(5)
  })

  test.each([401, 403, 404, 405, 408, 413, 429, 501])(
    'tries no other form where a %i says nothing of the form',
    async (status) => {
      const { url, uploads } = await started(
        refusing(problem(status, 'no', {}, { 'retry-after': '86400' })),
      )
      await runAgainst(url, '--only', 'deleted/status')
      expect(new Set(uploads.map((text) => PURPOSE.exec(text)?.[1]))).toEqual(new Set(['batch']))
    },
  )

  test('leaves out as inapplicable what a target does not take, in its own words', async () => {
    const { url } = await started(
      intercepting((request) => {
        const isAgain =
          isUpload(request) && /-again\.jsonl"/.test(Buffer.from(request.body).toString())
        return isAgain ? problem(409, 'One file of a name.') : undefined
      }),
    )
    const outcome = await runAgainst(url, '--only', 'effect/uploaded-again')
    expect(outcome.of('effect/uploaded-again')).toMatchObject({
      verdict: 'inapplicable',
      reason: '1 case set aside: POST /v1/files answered 409: "One file of a name."',
    })
  })
})

describe('what the user sets of uploads', () => {
  const CHOSEN = [
    ...['--upload-field', 'purpose=vision', '--upload-field', 'a=b,c=d'],
    ...['--upload-name', '{run-id}.png', '--upload-type', 'image/png'],
  ]

  test('stands in every upload, with the run id in name and content, and reaches verify', async () => {
    const path = join(mkdtempSync(join(tmpdir(), 'delete-conformance-test-')), 'content')
    writeFileSync(path, 'a picture of {run-id} by {run-id}')
    const { url, uploads } = await started((handle) => handle)
    const { report } = await runAgainst(url, ...CHOSEN, '--upload-content', `@${path}`)
    const { runId = '' } = report
    expect(uploads.length).toBeGreaterThan(11)
    for (const text of uploads) {
      expect(text).toMatch(/name="purpose"\r\n\r\nvision\r\n.*name="a"\r\n\r\nb,c=d\r\n/s)
      expect(text).toMatch(
        new RegExp(`filename="[^"]*${runId}[^"]*\\.png"\r\nContent-Type: image/png`),
      )
      expect(text).toMatch(new RegExp(`\r\n\r\na picture of ${runId}\\S* by ${runId}\\S*\r\n--`))
    }
    expect(report.options.upload).toEqual({
      fields: [
        ['purpose', 'vision'],
        ['a', 'b,c=d'],
      ],
      name: '{run-id}.png',
      type: 'image/png',
      content: 'a picture of {run-id} by {run-id}',
    })
  })

  test('is shown to those who verify', async () => {
    const out = join(mkdtempSync(join(tmpdir(), 'delete-conformance-test-')), 'run')
    await invoke('run', '--only', 'deleted/status', '--upload-type', 'image/png', '--out', out)
    const { stdout } = await invoke('verify', out)
    expect(stdout).toContain('files upload, uploads of {"type":"image/png"}, 32 files at most')
  })

  test('is not varied where the target refuses it', async () => {
    const { url, uploads } = await started(assistantsAlone())
    const flags = [...CHOSEN, '--upload-content', '{run-id}', '--only', 'deleted/status']
    const { report } = await runAgainst(url, ...flags)
    expect(uploads).toHaveLength(1)
    expect(report.reasons.join()).toMatch(
      /must be one of: 'assistants'\."; what it takes can be set/,
    )
  })

  test('is the purpose of the form that comes first', async () => {
    const { url, uploads } = await started(assistantsAlone())
    await runAgainst(url, '--upload-field', 'purpose=assistants', '--only', 'deleted/status')
    expect(uploads[0]).toMatch(/filename="[^"]+\.txt"/)
  })

  test.each([
    ['--upload-name', 'data.jsonl', 'with {run-id} in it'],
    ['--upload-name', `{run-id}${'n'.repeat(128)}`, 'at most 128 characters'],
    ['--upload-content', 'data', 'with {run-id} in it'],
    ['--upload-content', `{run-id}${'n'.repeat(65_536)}`, 'at most 65536 octets'],
    ['--upload-content', '@package.json', 'found no {run-id} in it'],
    ['--upload-content', '@nowhere', 'nowhere'],
    ['--upload-field', 'purpose', 'NAME=VALUE'],
    ['--upload-type', 'text/plain\r\nX: 1', 'a media type'],
  ])(
    'is refused before anything is sent if files would not fit: %s %j',
    async (flag, value, message) => {
      const { code, stderr, stdout } = await invoke('run', '-t', 'http://127.0.0.1:1', flag, value)
      expect(code).toBe(2)
      expect(stderr + stdout).toContain(message)
    },
  )

  test('holds no credential: a report would show it', async () => {
    const secret = 's3cret-of-this-test'
    const { code, stderr } = await invoke(
      ...['run', '-t', 'http://127.0.0.1:1', '-H', `Authorization: Bearer ${secret}`],
      ...['--upload-field', `key=${secret}`],
    )
    expect(code).toBe(2)
    expect(stderr).toContain('holds a credential')
    expect(stderr).not.toContain(secret)
  })
})

describe('a list that asks for a purpose', () => {
  const others = { account: 'everybody', filename: 'theirs', content: Buffer.from('theirs') }

  test('is read with that of the files, and shows those of others before anything is deleted', async () => {
    const { url, store } = await started(both(assistantsAlone(), listOfPurpose()))
    for (const purpose of ['assistants', 'batch']) store.add({ ...others, purpose })
    const outcome = await runAgainst(url, '--only', 'effect/not-listed')
    expect(outcome.of('effect/not-listed').verdict).toBe('passed')
    expect(outcome.report.damage).toMatchObject({ listed: 1, part: 'purpose=assistants', gone: [] })
    expect(noticed(outcome, 'Lists')).toEqual([
      'read with purpose=assistants, which leaves out other files, because GET /v1/files?limit=100 answered 422: "query.purpose: Field required"',
    ])
  })

  test('shows that files of others are gone', async () => {
    const { url, store } = await started(
      both(
        listOfPurpose(),
        intercepting(({ method }, { remove }) => {
          if (method === 'DELETE') for (const { id } of theirs) remove('everybody', id)
          return undefined
        }),
      ),
    )
    const theirs = [store.add({ ...others, purpose: 'batch' })]
    const { report } = await runAgainst(url, '--only', 'deleted/status')
    expect(report.damage?.gone).toHaveLength(1)
  })
})
