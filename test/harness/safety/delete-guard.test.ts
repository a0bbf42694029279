import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { freshId } from '../../../fixtures/server/store.ts'
import {
  createDeleteGuard,
  type Decision,
  type GuardRules,
} from '../../../harness/safety/delete-guard.ts'
import { LOOKUPS } from '../../../harness/safety/readings.ts'
import { REWRITINGS } from '../../../harness/safety/rewritings.ts'
import { HOMOGLYPHS } from '../../../model/homoglyphs.ts'
import { segmentOf } from '../../../model/path-segment.ts'
import { REVIEWED_NAMES } from '../../../suites/arbitraries/odd-names.ts'
import { anyString } from '../../model/any-string.ts'
import { schemeNamed } from '../../safety/schemes.ts'
import { MARK } from '../made-up.ts'

/** Ids of a server that makes them so, of which a run owns eight. */
function idsOf(scheme: string): readonly string[] {
  if (scheme === 'paths in base 64') {
    return Array.from({ length: 8 }, () => Buffer.from(`files/${freshId()}`).toString('base64url'))
  }
  const source = schemeNamed(scheme).open(4)
  return [...Array.from({ length: 4 }, () => source.next()), ...source.burst(4)]
}

function guardOwning(owned: readonly string[], rules: Partial<GuardRules> = {}) {
  const guard = createDeleteGuard({
    runId: MARK,
    disposable: false,
    collection: '/v1/files',
    reviewed: new Set([...REVIEWED_NAMES.map(({ id }) => id), 'NaN']),
    owns: (id) => owned.includes(id),
    ...rules,
  })
  for (const id of owned) guard.own(id)
  return guard
}

/** An id of somebody else on a server that counts. */
function neighbourOf(id: string): string {
  return id.replace(/\d/, (digit) => (digit === '1' ? '2' : '1'))
}

function inCyrillic(id: string): string {
  return id.replaceAll(/[ABE]/g, (letter) => HOMOGLYPHS[letter] ?? letter)
}

function said(decision: Decision): string {
  return decision.allowed ? decision.reason : `refused: ${decision.reading}`
}

/**
 * For each reading, a segment that it alone keeps back.
 *
 * The id in it is one that the run owns, on a server of that scheme.
 */
const ALONE: Readonly<Record<string, readonly [scheme: string, segment: (id: string) => string]>> =
  {
    'decoded once more': ['hex-24', (id) => `${id}%252C`],
    'a plus as a space': ['openai', () => `another+${MARK}`],
    normalised: ['openai', () => `another%EF%BC%8C${MARK}`],
    'without invisible characters': ['openai', () => `%E2%80%8B7${MARK}`],
    'in Latin letters': ['sql-server', (id) => `${MARK}:${segmentOf(inCyrillic(neighbourOf(id)))}`],
    trimmed: ['openai', () => `%3C7${MARK}`],
    'cut at an end': ['hex-24', (id) => `${id.slice(0, 18)}%3F${id.slice(19)}`],
    'cut at a separator': ['padded-24', (id) => `${id}~1`],
    'without extension': ['padded-24', () => `${MARK}900000.5`],
    'as a list': ['hex-24', (id) => `${id},`],
    'as JSON': ['openai', () => `%7B%22${MARK}%22:7%7D`],
    'as a path': ['hex-24', (id) => `${id}%2F..`],
    'through base 64': ['base62-8', (id) => `x${id}`],
    'the id itself': ['openai', () => 'another-file'],
    'ids that are the same but for case': ['base62-8', () => `${MARK}:AbCdEfGh`],
    'ids that begin with it': ['base64url-22', () => 'constructor'],
    'ids within it': ['objectid', (id) => `${id}aa`],
    'ids that it is a part of': ['openai', () => 'NaN'],
    LIKE: ['base62-6', (id) => `${id}%25`],
    'shell pattern': ['openai', () => `!${MARK}`],
    'regular expression': ['hex-24', (id) => `%5B${id}%5D`],
    'ids one edit away': ['uuid1', (id) => `${id}0`],
    'a number': ['padded-24', (id) => `${id};x=1`],
    'a leading number': ['openai', (id) => `0${id}`],
    'a path in base 64': ['paths in base 64', (id) => id.slice(0, -2)],
  }

describe('each reading keeps back what no other does', () => {
  const tables = [
    ...REWRITINGS.map((one) => ({
      name: one.name,
      without: { rewritings: REWRITINGS.filter((other) => other !== one) },
    })),
    ...LOOKUPS.map((one) => ({
      name: one.name,
      without: { lookups: LOOKUPS.filter((other) => other !== one) },
    })),
  ]

  it.each(tables)('$name', ({ name, without }) => {
    const [scheme = '', segmentFor] = ALONE[name] ?? []
    const owned = idsOf(scheme)
    const segment = segmentFor?.(owned[3] ?? '') ?? ''
    expect(said(guardOwning(owned).decide(segment))).toContain(name)
    expect([segment, said(guardOwning(owned, without).decide(segment))]).toEqual([
      segment,
      expect.not.stringContaining('refused'),
    ])
  })
})

describe('the guard', () => {
  const owned = idsOf('openai')
  const [id = ''] = owned

  it.each([
    ['owned', id],
    ['owned', segmentOf(id).replace('f', '%66')],
    ['run id', `a${MARK}`],
    ['run id', `%25${MARK}%25`],
    ['reviewed', 'constructor'],
    ['near-miss', `${id}%00x`],
    ['near-miss', `${id}%2Fcontent`],
    ['near-miss', `%2566${id.slice(1)}`],
    ['near-miss', id.toUpperCase()],
  ])('has the reason %s: %j', (reason, segment) => {
    expect(said(guardOwning(owned).decide(segment))).toBe(reason)
  })

  it.each([
    '',
    '.',
    '..',
    '%2E%2E',
    '*',
    '%25',
    '_',
    '0',
    '-1',
    'file-',
    `${id},${id.slice(0, 9)}`,
  ])('lets out to disposable targets alone: %j', (segment) => {
    expect(said(guardOwning(owned).decide(segment))).toContain('refused')
    expect(said(guardOwning(owned, { disposable: true }).decide(segment))).toBe('disposable')
  })

  it('keeps back what may be an id that the target has given, on disposable targets too', () => {
    const counted = idsOf('padded-24')
    const next = String(BigInt(counted[7] ?? '') + 1n).padStart(24, '0')
    expect(said(guardOwning(counted, { disposable: true }).decide(next))).toContain('refused')
  })

  it('lets nothing out before anything is owned, made up or named for the run', () => {
    const guard = guardOwning([], { reviewed: new Set() })
    fc.assert(fc.property(anyString, (asked) => !guard.decide(segmentOf(asked)).allowed))
  })

  it('lets every owned id out, whatever the server called it', () => {
    fc.assert(
      fc.property(anyString, (one) => {
        fc.pre(one !== '')
        expect(said(guardOwning([one]).decide(segmentOf(one)))).toBe('owned')
      }),
    )
  })

  it('lets nothing out that resembles an id which is gone', () => {
    const guard = guardOwning(owned)
    expect(said(guard.decide(`${id}%20`))).toBe('near-miss')
    guard.forget(id)
    expect(said(guard.decide(`${id}%20`))).toContain('refused')
  })

  it('gets stricter with what it learns', () => {
    const guard = guardOwning(owned)
    const changed = `${id.slice(0, -1)}${id.endsWith('a') ? 'b' : 'a'}`
    expect(said(guard.decide(changed))).toBe('near-miss')
    guard.learn(`${id.slice(0, -1)}${id.endsWith('c') ? 'd' : 'c'}`)
    expect(said(guard.decide(changed))).toContain('refused')
  })

  it.each([
    ['file_id=7', undefined],
    ['id=', undefined],
    [undefined, '{"id":"7"}'],
    [undefined, '{"ids":["7"]}'],
    [undefined, 'file=7'],
  ])('keeps back what names somebody’s file beside the path: query %j, body %j', (query, body) => {
    expect(guardOwning(idsOf('decimal')).decideElsewhere(query, body).allowed).toBe(false)
  })

  it.each([
    ['force=false&dry_run=true', undefined],
    [`file_id=${id}&id=${MARK}`, '{"deleted":false}'],
    [undefined, JSON.stringify({ id, ids: [id] })],
    [undefined, 'DELETE /nowhere HTTP/1.1\r\nHost: nowhere\r\n\r\n'],
  ])('lets out what names nobody’s beside the path: query %j, body %j', (query, body) => {
    expect(guardOwning(owned).decideElsewhere(query, body).allowed).toBe(true)
  })
})
