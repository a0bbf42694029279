import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { segmentOf } from '../../model/path-segment.ts'
import { curlLines, replayCommand, shellQuoted } from '../../reporters/commands.ts'
import { madeUpReport, recordedDeletion } from './made-up-report.ts'

/** Shell function in place of curl: answers an upload, and prints the words of any other request, a NUL after each. */
const FAKE_CURL = `
curl() {
  for word in "$@"; do
    if [ "$word" = -F ]; then cat >/dev/null; printf '%s' "$ANSWER"; return; fi
  done
  printf '%s\\000' "$@"
}
`

/** Runs shell lines, and gives the words that curl receives. */
function wordsOf(lines: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const printed = execFileSync('sh', ['-c', FAKE_CURL + lines.join('\n')], {
    env: { PATH: process.env.PATH ?? '', ...env },
    encoding: 'utf8',
  })
  return printed.split('\0').slice(0, -1)
}

const upload = {
  mediaType: 'multipart/form-data; boundary=b',
  bytes: 400,
  sha256: '0'.repeat(64),
  filename: `it's "quoted" \\ $(touch pwned) \`id\`.jsonl`,
  fileBytes: 7,
}

describe('a word quoted for a shell', () => {
  it('is one word, whatever it holds', () => {
    const text = fc.string({ unit: fc.constantFrom(...`'"\\$\`!*? ;&|<>()\n#~=%a`) })
    fc.assert(
      fc.property(text, (word) => {
        expect(wordsOf([`curl ${shellQuoted(word)}`])).toEqual([word])
      }),
      { numRuns: 25 },
    )
  })
})

describe('the lines that send a request again', () => {
  it('send the same request target, which curl does not rewrite', () => {
    for (const segment of [segmentOf(`it's "a" $HOME`), '%2e%2e', `'$(id)'`, '..']) {
      const words = wordsOf(curlLines(madeUpReport(), recordedDeletion(segment)))
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
    const lines = curlLines(madeUpReport({ target }), recordedDeletion('x'))
    expect(lines).toEqual([
      `curl -sS -H "Authorization: Bearer $CONFORMANCE_TOKEN" -H "x-api-key: $X_API_KEY" -i -g --path-as-is -X DELETE http://target.invalid/api/v1/files/x`,
    ])
    expect(wordsOf(lines, { CONFORMANCE_TOKEN: 's3cret', X_API_KEY: 'k' })).toContain(
      'Authorization: Bearer s3cret',
    )
  })

  const uploaded = recordedDeletion('file-1', {}, { id: 'file-1', upload })

  it('upload another file where one was uploaded, and delete that', () => {
    const lines = curlLines(madeUpReport(), uploaded)
    expect(lines).toHaveLength(2)
    expect(lines[0]).toContain('head -c 7 /dev/zero')
    const ANSWER = '{"object":"file","id":"file-2","filename":"x"}'
    expect(wordsOf(lines, { ANSWER }).at(-1)).toBe('http://target.invalid/api/v1/files/file-2')
  })

  it('find the id in an answer of several lines', () => {
    const ANSWER = JSON.stringify({ object: 'file', id: 'file-2', filename: 'x' }, null, 2)
    const words = wordsOf(curlLines(madeUpReport(), uploaded), { ANSWER })
    expect(words.at(-1)).toBe('http://target.invalid/api/v1/files/file-2')
  })

  it('upload under the same name, whatever its quotes', () => {
    const [line = ''] = curlLines(madeUpReport(), uploaded)
    const printing = line.replaceAll('curl -sS', 'printf "%s\\n"').replace(/ \| sed .*$/, ')')
    const printed = execFileSync('sh', ['-c', `${printing}; printf %s "$ID"`], { encoding: 'utf8' })
    const escaped = upload.filename.replaceAll(/["\\]/g, '\\$&')
    expect(printed.split('\n')).toContain(`file=@-;filename="${escaped}"`)
    expect(printed.split('\n').at(-1)).toBe('http://target.invalid/api/v1/files')
  })
})

test.each([
  ['upload', undefined],
  ['none', 'none'],
  ["ids:of o'clock.txt", `'ids:of o'\\''clock.txt'`],
  ['ids', '"ids:$IDS"'],
  ['command', '"command:$COMMAND"'],
  ['function', '"command:$COMMAND"'],
])('a replay with the files of %s asks for what a report does not hold', (files, words) => {
  const report = madeUpReport({ options: { ...madeUpReport().options, files } })
  const command = replayCommand(report, { requirement: 'deleted/status', case: '0' })
  expect(/--files (.*) --concurrency/.exec(command)?.[1]).toBe(words)
})

test('a replay uploads as the user had chosen, whatever that is', () => {
  const upload = {
    fields: [['purpose', "it's $HOME"]] as const,
    name: '{run-id} "x".png',
    type: 'image/png',
    content: 'a {run-id} `id`',
  }
  const report = madeUpReport({ options: { ...madeUpReport().options, upload } })
  const command = replayCommand(report, { requirement: 'deleted/status', case: '0' })
  const words = wordsOf([command.replace('delete-conformance', 'curl')])
  expect(words).toEqual(
    expect.arrayContaining([
      ...['--upload-field', "purpose=it's $HOME", '--upload-name', '{run-id} "x".png'],
      ...['--upload-type', 'image/png', '--upload-content', 'a {run-id} `id`'],
    ]),
  )
})

test.each(['a\n{run-id}', '@{run-id}'])(
  'a replay asks for a content that a line cannot show: %j',
  (content) => {
    const report = madeUpReport({ options: { ...madeUpReport().options, upload: { content } } })
    expect(replayCommand(report, { requirement: 'deleted/status', case: '0' })).toContain(
      '--upload-content "@$CONTENT" ',
    )
  },
)

test('an upload of another form than the usual one is sent again in that form', () => {
  const form = { fields: [['purpose', '@vision']] as const, type: 'image/png' }
  const lines = curlLines(
    madeUpReport(),
    recordedDeletion('file-1', {}, { id: 'file-1', upload: { ...upload, form } }),
  )
  expect(lines[0]).toContain(`--form-string purpose=@vision -F 'file=@-;filename=`)
  expect(lines[0]).toContain(';type=image/png')
})
