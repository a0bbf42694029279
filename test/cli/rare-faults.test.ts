import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { answering } from '../../fixtures/faults/alter.ts'
import { startReferenceServer } from '../../fixtures/server/reference-server.ts'
import type { Report } from '../../model/report.ts'
import { invoke } from './invoke.ts'

/** Two braces behind a letter beyond ASCII: in about one id of a thousand. */
const FAULTY = /[\u0080-\u{10FFFF}]\{\{/u

test.each(['1'])(
  'finds what one id in a thousand triggers, and sends less than 200 more to find its simplest form (seed %s)',
  async (seed) => {
    const fault = answering(
      (id) => FAULTY.test(id),
      () => ({ status: 500, headers: {}, body: Buffer.alloc(0) }),
    )
    const server = await startReferenceServer({ alterations: [fault] })
    onTestFinished(() => server.close())
    const out = mkdtempSync(join(tmpdir(), 'rare-faults-'))
    onTestFinished(() => rmSync(out, { recursive: true }))
    const { code } = await invoke(
      ...['run', '-t', server.url, '--only', 'not-found/any-string', '--runs', '5000'],
      ...['--seed', seed, '--out', out],
    )
    expect(code).toBe(1)
    const report = JSON.parse(readFileSync(join(out, 'report.json'), 'utf8')) as Report
    const [violation] = report.requirements.flatMap((one) => one.violations)
    // U+0080 to U+00A0 are controls and a space, which stand apart.
    expect(JSON.parse(violation?.counterexample ?? '')).toMatch(/^(?:[g-z]{16})?\u00A1\{\{/)
    const further = Number(/with (\d+) further cases$/.exec(violation?.shrinking ?? '')?.[1])
    expect(further).toBeGreaterThan(0)
    expect(further).toBeLessThan(200)
  },
)
