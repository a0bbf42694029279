import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import type { Reply } from '../../fixtures/server/message.ts'
import type { Alteration } from '../../fixtures/server/reference-server.ts'
import { startReferenceServer } from '../../fixtures/server/reference-server.ts'
import type { Report } from '../../model/report.ts'
import { shippedDocument } from '../../spec/document.ts'
import { invoke } from './invoke.ts'
import { runVerified } from './verified-run.ts'

const folder = mkdtempSync(join(tmpdir(), 'undescribed-'))
afterAll(() => rmSync(folder, { recursive: true }))

const shipped = parse(readFileSync(shippedDocument(), 'utf8'))
const RESPONSES = shipped.paths['/v1/files/{file_id}'].delete.responses

/** Writes the shipped document with some of its responses replaced, or without those that are undefined. */
function documentWith(name: string, changed: Readonly<Record<string, object | undefined>>): string {
  const responses = { ...RESPONSES, ...changed }
  const { delete: deletion } = shipped.paths['/v1/files/{file_id}']
  const paths = { '/v1/files/{file_id}': { delete: { ...deletion, responses } } }
  const path = join(folder, `${name}.json`)
  writeFileSync(path, JSON.stringify({ ...shipped, paths }))
  return path
}

const content = (range: string, media: object = {}) => ({
  description: 'x',
  content: { [range]: media },
})
const BARE = { description: 'x' }

/** Answers deletions of this status in another way. */
const answering =
  (
    status: number,
    reply: Partial<Pick<Reply, 'status' | 'body'>> & { type?: string },
  ): Alteration =>
  (handle) =>
  async (request) => {
    const answer = await handle(request)
    if (request.method !== 'DELETE' || answer.status !== status) return answer
    const headers: Readonly<Record<string, string>> =
      reply.type === undefined ? {} : { 'content-type': reply.type }
    const body = Buffer.from(reply.type === undefined ? '' : '<p>')
    return { status, headers, body, ...reply }
  }

const ONLY = 'deleted/,not-found/,wording/,documented/,concurrency/one-winner,http/preferences'

/** Runs a part of the requirements, with a document, against the reference server. */
const runOn = (spec: string, ...alterations: readonly Alteration[]) =>
  runWith(['--only', ONLY], spec, ...alterations)

async function runWith(
  chosen: readonly string[],
  spec: string,
  ...alterations: readonly Alteration[]
) {
  const server = await startReferenceServer({ validateIds: true, alterations })
  const flags = ['--spec', spec, ...chosen, '--runs', '5', '--linger', '0', '--seed', '7']
  const found = await runVerified(server.url, ...flags)
  await server.close()
  const reasons = found.report.requirements
    .filter(({ verdict }) => verdict === 'inapplicable')
    .map(({ id, reason }) => [id, reason])
  return { ...found, inapplicable: Object.fromEntries(reasons) as Record<string, string> }
}

const NO_BODY_404 = 'the document describes no body for 404'
const ON_THE_BODY_OF_404 = {
  'not-found/body': NO_BODY_404,
  'wording/message': 'the document describes no property "error" in its not-found response',
  'wording/one-shape': NO_BODY_404,
}
const ON_THE_BODY_OF_200 = {
  'deleted/body': 'the document describes no body for 200',
  'deleted/id': 'the document describes no property "id" in its deleted response',
  'deleted/flag': 'the document describes no property "deleted" in its deleted response',
}

describe('a requirement on what the document does not describe is inapplicable', () => {
  test('where 404 has no content, and any 404 is as good', async () => {
    const spec = documentWith('bare-404', { 404: BARE })
    const { report, inapplicable, code } = await runOn(spec, answering(404, { type: 'text/html' }))
    expect(inapplicable).toEqual({
      ...ON_THE_BODY_OF_404,
      'not-found/media-type': 'the document describes no media type for 404',
    })
    expect(report.verdict).toBe('conforming')
    expect(code).toBe(0)
  })

  test('where 404 has another media type, which is judged', async () => {
    const spec = documentWith('text-404', { 404: content('text/plain', { schema: {} }) })
    const wrong = await runOn(spec)
    expect(wrong.inapplicable).toEqual(ON_THE_BODY_OF_404)
    expect(wrong.of('not-found/media-type')).toMatchObject({ verdict: 'failed' })
    expect(wrong.code).toBe(1)
    const right = await runOn(spec, answering(404, { type: 'text/plain' }))
    expect(right.of('not-found/media-type')).toMatchObject({ verdict: 'passed' })
    expect(right.code).toBe(0)
  })

  test.each([
    ['no schema', {}],
    ['an empty schema, as frameworks write it', { schema: { title: 'Response' } }],
  ])('where 200 has JSON and %s, but it has to be JSON', async (name, media) => {
    const spec = documentWith(name, { 200: content('application/json', media) })
    const right = await runOn(spec)
    expect(right.inapplicable).toEqual(ON_THE_BODY_OF_200)
    expect(right.code).toBe(0)
    const wrong = await runOn(spec, answering(200, { type: 'application/json' }))
    expect(wrong.of('documented/json')).toMatchObject({ verdict: 'failed' })
    expect(wrong.code).toBe(1)
  })

  test('where nothing has content, and 204 is the success', async () => {
    const spec = documentWith('bare', { 200: undefined, 204: BARE, 404: BARE, 422: BARE })
    const { inapplicable, of, code } = await runOn(spec, answering(200, { status: 204 }))
    expect(inapplicable).toMatchObject({
      'deleted/body': 'the document describes no body for 204',
      'deleted/media-type': 'the document describes no media type for 204',
      'documented/media-type': 'the document describes no media type for any status',
      'documented/json': 'the document describes no JSON for any status',
      'documented/body': 'the document describes no body for any status',
    })
    expect(of('deleted/status')).toMatchObject({ verdict: 'passed' })
    expect(code).toBe(0)
  })

  test('where 422 is absent', async () => {
    const server = await startReferenceServer()
    const flags = ['--spec', documentWith('no-422', { 422: undefined }), '--only', 'invalid/']
    const { of } = await runVerified(server.url, ...flags, '--runs', '5')
    await server.close()
    const reason = 'the document has no invalid response'
    expect(of('invalid/body')).toMatchObject({ verdict: 'inapplicable', reason })
    expect(of('invalid/malformed-id')).toMatchObject({ verdict: 'inapplicable', reason })
    expect(of('invalid/changes-nothing')).toMatchObject({ verdict: 'passed' })
  })
})

const ERROR = RESPONSES[404].content['application/json'].schema
const PROBLEM = { schema: { type: 'object', required: ['title'] } }
const INVALID = {
  type: 'application/json',
  body: Buffer.from('{"detail": [{"loc": ["path", "file_id"], "msg": "x", "type": "y"}]}'),
}
const findings = ({ report }: { readonly report: Report }) =>
  report.requirements.filter(({ verdict }) => verdict === 'failed').map(({ id }) => id)

describe('an answer is judged by the schema of its own media type', () => {
  const both = documentWith('problem-and-json', {
    404: {
      description: 'x',
      content: {
        'application/problem+json': PROBLEM,
        'application/*': { schema: false },
        'application/json': { schema: ERROR },
        'text/plain': {},
      },
    },
  })

  test('of several, whichever the document names first', async () => {
    const usual = await runOn(both)
    expect(findings(usual)).toEqual([])
    expect(usual.of('not-found/body').verdict).toBe('passed')
    const type = 'application/problem+json; charset=utf-8'
    const body = (text: string) => answering(404, { type, body: Buffer.from(text) })
    expect(findings(await runOn(both, body('{"title": "x"}')))).toEqual([])
    expect(findings(await runOn(both, body('{}')))).toEqual(['not-found/body'])
  })

  test('which may be text, of which no JSON is asked', async () => {
    const found = await runOn(both, answering(404, { type: 'text/plain' }))
    expect(findings(found)).toEqual([])
    expect(found.of('not-found/body')).toMatchObject({ verdict: 'inapplicable' })
  })

  test.each([
    ['the usual error, where only problem+json is documented', undefined, PROBLEM],
    ['HTML, where a schema is documented', { type: 'text/html' }, PROBLEM],
    ['HTML, where an empty schema is documented', { type: 'text/html' }, { schema: {} }],
    ['nothing, where an empty schema is documented', {}, { schema: {} }],
  ])('and under no documented one that alone is found: %s', async (name, reply, media) => {
    const spec = documentWith(name, { 404: content('application/problem+json', media) })
    const found = await runOn(spec, ...(reply === undefined ? [] : [answering(404, reply)]))
    expect(findings(found)).toEqual(['not-found/media-type'])
    expect(found.of('documented/json').verdict).not.toBe('passed')
    expect(found.code).toBe(1)
  })
})

describe('where several statuses mean the same, each of them is right', () => {
  const gone = documentWith('404-and-410', { 410: RESPONSES[404] })
  /** Answers 410 for the ids that were deleted. */
  const goneAfterDeletion: Alteration = (handle) => {
    const deleted = new Set<string>()
    return async (request) => {
      const answer = await handle(request)
      if (request.method !== 'DELETE') return answer
      if (answer.status === 200) deleted.add(request.target)
      return deleted.has(request.target) && answer.status === 404
        ? { ...answer, status: 410 }
        : answer
    }
  }

  test.each([
    ['204', { 204: BARE }, { status: 204 }],
    [
      '202',
      { 202: content('application/json', { schema: {} }) },
      {
        ...{ status: 202, type: 'application/json', body: Buffer.from('{}') },
      },
    ],
  ])('a deletion is answered %s, where 200 is documented, too', async (name, responses, reply) => {
    const found = await runWith([], documentWith(name, responses), answering(200, reply))
    expect(findings(found)).toEqual([])
    expect(found.report.verdict).toBe('conforming')
    expect(found.of('deleted/status').verdict).toBe('passed')
    expect(found.of('deleted/id')).toMatchObject({
      verdict: 'inapplicable',
      reason: expect.stringMatching(/^never observed: .* none answered 200$/),
    })
    const { statuses, otherStatuses } = found.report.document
    expect({ statuses, otherStatuses }).toEqual({
      statuses: { deleted: 200, 'not-found': 404, invalid: 422 },
      otherStatuses: { deleted: [Number(name)] },
    })
    expect(found.code).toBe(0)
  })

  test('deleted files are answered 410, others 404, and both have their bodies', async () => {
    const right = await runOn(gone, goneAfterDeletion)
    expect(findings(right)).toEqual([])
    expect(right.report.verdict).toBe('conforming')
    const { 404: never = 0, 410: before = 0 } = right.report.observed
    expect(Math.min(never, before)).toBeGreaterThan(0)
    const spec = documentWith('410 of its own', { 410: content('application/json', PROBLEM) })
    expect(findings(await runOn(spec, goneAfterDeletion))).toEqual(['not-found/body'])
  })

  test('malformed ids are answered 400, where 422 is documented, too', async () => {
    const spec = documentWith('400-and-422', { 400: RESPONSES[422] })
    const found = await runOn(spec, answering(422, { status: 400, ...INVALID }))
    expect(findings(found)).toEqual([])
    expect(found.report.observed[400]).toBeGreaterThan(0)
    expect(found.code).toBe(0)
  })

  test.each([
    [204, 'answered 204\n'],
    [201, 'answered 204; documented is 200 or 201\n'],
  ])('doctor compares a 204 with all of them: 200 and %d', async (other, said) => {
    const server = await startReferenceServer({ alterations: [answering(200, { status: 204 })] })
    const spec = documentWith(`with-${other}`, { [other]: BARE })
    const { stdout } = await invoke('doctor', '-t', server.url, '--spec', spec)
    await server.close()
    expect(stdout).toContain(`DELETE /v1/files/… ${said}`)
  })

  test('and no other', async () => {
    const found = await runOn(gone, answering(404, { status: 403, type: 'text/plain' }))
    expect(found.of('not-found/never-issued').violations[0]).toMatchObject({
      expected: '404 or 410',
      received: '403',
    })
  })
})

describe('a document without a response for missing files', () => {
  const spec = documentWith('only-200', { 404: undefined, 422: undefined })

  test.each([404, 410])('lets RFC 9110 say that they are answered %d', async (status) => {
    const { report, inapplicable, of, code } = await runOn(spec, answering(404, { status }))
    expect(inapplicable).toEqual(
      Object.fromEntries(
        Object.keys({ ...ON_THE_BODY_OF_404, 'not-found/media-type': '' }).map((id) => [
          id,
          'the document has no not-found response',
        ]),
      ),
    )
    const source = { kind: 'rfc', rfc: 9110, section: '15.5.5' }
    const result = { verdict: 'passed', level: 'SHOULD', source }
    expect(of('not-found/never-issued')).toMatchObject(result)
    expect(of('not-found/any-string')).toMatchObject(result)
    expect(of('documented/status')).toMatchObject({ verdict: 'passed', level: 'MUST' })
    expect(report.observed[status]).toBeGreaterThan(0)
    expect(code).toBe(0)
  })

  test('makes no MUST of it, and lets nothing pass that it hides', async () => {
    const { report, of, code } = await runOn(
      spec,
      answering(404, {
        status: 200,
        type: 'application/json',
        body: Buffer.from('{"id": "x", "object": "file", "deleted": true}'),
      }),
    )
    const violation = { expected: '404 or 410', received: '200' }
    expect(of('not-found/never-issued')).toMatchObject({
      verdict: 'warned',
      violations: [violation, violation, violation],
    })
    expect(of('concurrency/one-winner')).toMatchObject({
      verdict: 'inconclusive',
      blockedBy: ['not-found/never-issued'],
    })
    expect(report.verdict).toBe('inconclusive')
    expect(code).toBe(3)
  })

  test('is listed with these levels and sources', async () => {
    const { stdout } = await invoke('requirements', 'not-found/never', '--spec', spec)
    expect(stdout).toMatch(/never-issued +SHOULD/)
    expect(stdout).toContain('RFC 9110 §15.5.5')
  })
})
