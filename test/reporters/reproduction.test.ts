import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import type { Exchange, SentRequest } from '../../model/exchange.ts'
import { segmentOf } from '../../model/path-segment.ts'
import type { RecordedExchange } from '../../model/report.ts'
import { reproduction } from '../../reporters/reproduction.ts'
import { wordsOf } from './fake-curl.ts'
import { madeUpReport, madeUpResult, recordedDeletion } from './made-up-report.ts'

const upload = {
  mediaType: 'multipart/form-data; boundary=b',
  bytes: 400,
  sha256: '0'.repeat(64),
  filename: `it's "quoted" \\ $(touch pwned) \`id\`.jsonl`,
  fileBytes: 7,
  fileSha256: '0'.repeat(64),
}

// A POSIX shell runs the lines here.
const isPosix = process.platform !== 'win32'

describe.runIf(isPosix)('the lines that send a request again', () => {
  it('send the same request target, which curl does not rewrite', () => {
    for (const segment of [segmentOf(`it's "a" $HOME`), '%2e%2e', `'$(id)'`, '..']) {
      const words = wordsOf(reproduction(madeUpReport(), recordedDeletion(segment)))
      expect(words.at(-1)).toBe(`http://target.invalid/api/v1/files/${segment}`)
      expect(words).toEqual(expect.arrayContaining(['-g', '--path-as-is', '-X', 'DELETE']))
    }
  })

  it('name the variables of token and header fields, and hold no value', () => {
    const target = {
      url: 'http://target.invalid',
      tokenVariable: 'CONFORMANCE_TOKEN',
      tokenEnv: 'CONFORMANCE_TOKEN',
      headerNames: ['x-api-key'],
      userInfo: false,
      authenticated: true,
    }
    const lines = reproduction(madeUpReport({ target }), recordedDeletion('x'))
    expect(lines).toEqual([
      `curl -sS -H "Authorization: Bearer $CONFORMANCE_TOKEN" -H "x-api-key: $X_API_KEY" -i -g --path-as-is -X DELETE http://target.invalid/api/v1/files/x`,
    ])
    expect(wordsOf(lines, { CONFORMANCE_TOKEN: 's3cret', X_API_KEY: 'k' })).toContain(
      'Authorization: Bearer s3cret',
    )
  })

  /** A deletion whose upload an invariant does not hold. */
  const uploaded = recordedDeletion('file-1', {}, { id: 'file-1', upload, step: 1 })

  it('upload another file where one was uploaded, and delete that', () => {
    const lines = reproduction(madeUpReport(), uploaded)
    expect(lines).toHaveLength(2)
    expect(lines[0]).toContain('head -c 7 /dev/zero')
    const ANSWER = '{"object":"file","id":"file-2","filename":"x"}'
    expect(wordsOf(lines, { ANSWER }).at(-1)).toBe('http://target.invalid/api/v1/files/file-2')
  })

  it('find the id in an answer of several lines', () => {
    const ANSWER = JSON.stringify({ object: 'file', id: 'file-2', filename: 'x' }, null, 2)
    const words = wordsOf(reproduction(madeUpReport(), uploaded), { ANSWER })
    expect(words.at(-1)).toBe('http://target.invalid/api/v1/files/file-2')
  })

  it('upload under the same name, whatever its quotes', () => {
    const [line = ''] = reproduction(madeUpReport(), uploaded)
    const printing = line.replaceAll('curl -sS', 'printf "%s\\n"').replace(/ \| grep .*$/, ')')
    const printed = execFileSync('sh', ['-c', `${printing}; printf %s "$ID"`], { encoding: 'utf8' })
    const escaped = upload.filename.replaceAll(/["\\]/g, '\\$&')
    expect(printed.split('\n')).toContain(
      `file=@-;filename="${escaped}";type=application/octet-stream`,
    )
    expect(printed.split('\n').at(-1)).toBe('http://target.invalid/api/v1/files')
  })

  it('upload in the form that the target takes', () => {
    const form = { fields: [['purpose', '@vision']] as const, type: 'image/png' }
    const [line = ''] = reproduction(madeUpReport(), {
      ...uploaded,
      upload: { ...upload, form },
    })
    expect(line).toContain("--form-string purpose=@vision -F 'file=@-;filename=")
    expect(line).toContain(';type=image/png')
  })

  it('do not delete where the upload has failed', () => {
    const lines = reproduction(madeUpReport(), uploaded)
    expect(() => wordsOf(lines, { ANSWER: '{"error":"no"}' })).toThrow(/ID/)
  })

  it('send the default file again as it was, and zeros in place of a chosen one', () => {
    const line = {
      custom_id: 'x',
      method: 'POST',
      url: '/v1/chat/completions',
    }
    const content = `${JSON.stringify({ ...line, body: { model: 'none', messages: [] } })}\n`
    const sent = { ...upload, filename: 'delete-conformance-x.jsonl', fileBytes: content.length }
    const [first = ''] = reproduction(madeUpReport(), { ...uploaded, upload: sent })
    const printing = /ID=\$\((.*?) \| curl/.exec(first)?.[1] ?? ''
    expect(execFileSync('sh', ['-c', printing], { encoding: 'utf8' })).toBe(content)
  })
})

describe.runIf(isPosix)('the credentials in the lines', () => {
  const target = {
    ...madeUpReport().target,
    tokenEnv: 'CONFORMANCE_TOKEN',
    secondTokenEnv: 'SECOND',
  }
  const sentWith = (credentials: SentRequest['credentials'], userInfo = false) => {
    const exchange = recordedDeletion('x')
    const request = { ...exchange.request, credentials }
    const report = madeUpReport({ target: { ...target, userInfo } })
    const env = { CONFORMANCE_TOKEN: 's3cret', SECOND: 'other', USER_AND_PASSWORD: 'a:b' }
    const words = wordsOf(reproduction(report, { ...exchange, request }), env)
    return words.filter((_, at) => words[at - 1] === '-H' || words[at - 1] === '-u')
  }

  it.each([
    ['configured', ['Authorization: Bearer s3cret']],
    ['second', ['Authorization: Bearer other']],
    ['none', []],
    ['empty', ['Authorization: Bearer ']],
    ['malformed', ['Authorization: BearerBearerBearer']],
    ['wrong', ['Authorization: Bearer delete-conformance-wrong-token']],
  ] as const)('are those that were sent: %s', (credentials, words) => {
    expect(sentWith(credentials)).toEqual(words)
  })

  it('ask for the user information of the URL, which a report does not hold', () => {
    const report = madeUpReport({ target: { ...madeUpReport().target, userInfo: true } })
    const [line = ''] = reproduction(report, recordedDeletion('x'))
    expect(line).toContain('-u "$USER_AND_PASSWORD"')
  })
})

/** Makes a step of the case of `recordedDeletion`, a second after the one before. */
function stepOf(
  step: number,
  method: string,
  path: string,
  rest: Partial<Exchange> & { readonly request?: SentRequest } = {},
): RecordedExchange {
  const target = `/api/v1/files${path}`
  const request = { method, target, headers: [], credentials: 'configured' } as const
  return recordedDeletion('', {}, { request, step, startedAtMs: step * 1_000, ...rest })
}

/** Makes the upload of a file, answered with its id. */
function uploadOf(step: number, id: string): RecordedExchange {
  const request = {
    method: 'POST',
    target: '/api/v1/files',
    headers: [],
    credentials: 'configured',
    body: upload,
  } as const
  const rest = { request, step, action: 'create', startedAtMs: step * 1_000 } as const
  return recordedDeletion('', { json: { id } }, rest)
}

/** Gives the lines for the last of the exchanges of a case. */
function linesFor(...exchanges: readonly RecordedExchange[]): readonly string[] {
  const requirements = [madeUpResult({ verdict: 'failed', exchanges })]
  return reproduction(madeUpReport({ requirements }), exchanges.at(-1) as RecordedExchange)
}

describe.runIf(isPosix)('the lines of a case with several steps', () => {
  const ANSWER = '{"id":"new-1"}'
  const created = uploadOf(0, 'file-1')
  const deletion = stepOf(1, 'DELETE', '/file-1', { id: 'file-1', upload })

  it('upload, delete, and read: each once, and the last shows its answer', () => {
    const reads = [2, 3].map((step) => stepOf(step, 'GET', '/file-1', { action: 'retrieve' }))
    const lines = linesFor(created, deletion, ...reads)
    expect(lines).toHaveLength(3)
    expect(lines[1]).toMatch(/-o \/dev\/null .*-X DELETE .*\/"\$\{ID:\?\}"$/)
    expect(lines[2]).toMatch(/ -i .*-X GET .*\/"\$\{ID:\?\}"$/)
    expect(wordsOf(lines, { ANSWER }).at(-1)).toBe('http://target.invalid/api/v1/files/new-1')
  })

  it('send header fields and body as they were, with the new id in them', () => {
    const request = {
      method: 'DELETE',
      target: '/api/v1/files/other?id=file-1',
      headers: [
        ['accept', ''],
        ['content-type', 'x/y; z="'],
        ['user-agent', 'delete-conformance/1'],
      ],
      credentials: 'configured',
      body: { bytes: 16, text: `{"it's":"file-1"}` },
    } as const
    const words = wordsOf(linesFor(created, stepOf(1, '', '', { request })), { ANSWER })
    expect(words).toEqual(expect.arrayContaining(['accept;', 'content-type: x/y; z="']))
    expect(words[words.indexOf('--data-raw') + 1]).toBe(`{"it's":"new-1"}`)
    expect(words.at(-1)).toBe('http://target.invalid/api/v1/files/other?id=new-1')
    expect(words.join()).not.toContain('delete-conformance/1')
  })

  it('send what follows a body on the same connection, in one line', () => {
    const request = { ...deletion.request, body: { bytes: 9, text: 'A /%\r\n\\\n' } }
    const last = stepOf(2, 'DELETE', '/file-1', { id: 'file-1', follows: true })
    const line = linesFor(created, { ...deletion, request }, last).at(-1) ?? ''
    expect(line).toMatch(/^printf .* --data-binary @- .* --next -sS -i /)
    const [printing = ''] = line.split(' | curl')
    expect(execFileSync('sh', ['-c', printing], { encoding: 'utf8' })).toBe('A /%\r\n\\\n')
  })

  const nearMiss = (step: number, path: string) =>
    stepOf(step, 'DELETE', path, { purpose: 'negative', id: path })

  it('make a near-miss from the new id, and leave out those that were refused before', () => {
    const lines = linesFor(created, nearMiss(1, '/file-1%20'), nearMiss(2, '/file-1%0A'))
    expect(lines).toHaveLength(2)
    expect(wordsOf(lines, { ANSWER }).at(-1)).toBe('http://target.invalid/api/v1/files/new-1%0A')
  })

  it('are a comment where a near-miss does not hold the id as it stands', () => {
    expect(linesFor(created, nearMiss(1, '/FILE-1'))).toEqual([
      '# only the replay can make this id again',
    ])
    expect(linesFor(created, nearMiss(1, '/'))).toEqual([
      '# only the replay can make this id again',
    ])
  })

  it('put a new id in for a short one only where it is a word, and never into the address', () => {
    const request = {
      method: 'DELETE',
      target: '/api/v1/files/1?force=v1&id=1',
      headers: [['accept', 'x/1']],
      credentials: 'configured',
      body: { bytes: 12, text: '{"id":"1","a1":1.5}' },
    } as const
    const lines = linesFor(uploadOf(0, '1'), stepOf(1, '', '', { request, id: '1' }))
    const words = wordsOf(lines, { ANSWER })
    expect(words.at(-1)).toBe('http://target.invalid/api/v1/files/new-1?force=v1&id=new-1')
    expect(words).toEqual(expect.arrayContaining(['accept: x/1', '{"id":"new-1","a1":1.5}']))
    const named = linesFor(uploadOf(0, 'target.invalid'), stepOf(1, 'DELETE', '/target.invalid'))
    expect(wordsOf(named, { ANSWER }).at(-1)).toBe('http://target.invalid/api/v1/files/new-1')
  })

  it('send a race at once', () => {
    const race = [1, 2, 3].map((step) => ({ ...deletion, step, startedAtMs: 1_000 }))
    const [, line = ''] = linesFor(created, ...race)
    expect(line).toMatch(/^for i in 1 2 3; do curl .*"\$\{ID:\?\}" & done; wait$/)
  })

  it('say that a replay is needed where different requests at once came before', () => {
    const read = { ...stepOf(2, 'GET', '/file-1', { action: 'retrieve' }), startedAtMs: 1_000 }
    const last = stepOf(3, 'DELETE', '/file-1', { id: 'file-1' })
    expect(linesFor(created, deletion, read, last)).toEqual([
      '# several requests at once led to this: the replay sends them',
    ])
  })

  it('say that the file was there before, and that other requests came before', () => {
    const alone = stepOf(0, 'DELETE', '/file-1', { id: 'file-1', upload })
    expect(linesFor(alone)).toEqual([
      '# the file was there before this case: only a whole run shows what happened to it',
    ])
    expect(linesFor({ ...alone, step: 3 })[0]).toBe(
      '# 2 more requests came before: the replay sends them, too',
    )
  })

  it('ask for another id where the file was provided', () => {
    const report = madeUpReport({ options: { ...madeUpReport().options, files: 'ids' } })
    const [comment] = reproduction(report, recordedDeletion('file-1', {}, { step: 1 }))
    expect(comment).toBe('# of a file that was provided: put the id of another')
  })

  it('are the replay alone where they are too long to show', () => {
    expect(linesFor(recordedDeletion('a'.repeat(1_000)))).toEqual([
      expect.stringMatching(/^# too long to show: delete-conformance run .* sends it$/),
    ])
  })
})
