import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it, test } from 'vitest'
import type { Report } from '../../model/report.ts'
import { compareCauses, findingsOf } from './cause.ts'
import { INSTALL_MS, Missing } from './environment.ts'
import { type FieldRun, fieldRun } from './field-run.ts'
import type { FieldServer } from './field-server.ts'
import { fieldReport, withoutMeasures } from './page.ts'
import { START_MS } from './running-server.ts'
import { servers } from './servers/all.ts'
import { slowOgx } from './servers/ogx.ts'

/** Longest run against any server. */
const MOST_SECONDS = 60

/** Time for installation and start of two servers, and for a run that takes too long. */
const timeout = 2 * (INSTALL_MS + START_MS) + 600_000

const reports = new Map<FieldServer, Report>()

for (const server of servers) {
  const called = `${server.name} ${server.version}`
  describe(called, () => {
    const { mostSeconds = MOST_SECONDS } = server
    let outcome: FieldRun | Missing
    beforeAll(async () => {
      outcome = await fieldRun(server)
      if (outcome instanceof Missing) console.warn(`skipped: ${called}: ${outcome.message}`)
      else reports.set(server, outcome.report)
    }, timeout)

    /** Tests something of the run, if there could be one. */
    const ofRun = (title: string, check: (run: FieldRun) => void) =>
      it(title, ({ skip }) => {
        if (outcome instanceof Missing) skip(outcome.message)
        else check(outcome)
      })

    ofRun('shows each cause as one finding, and nothing else', ({ report }) => {
      expect(compareCauses(server.causes, findingsOf(report))).toEqual([])
    })

    ofRun('is judged in all that no cause hides', ({ report }) => {
      const open = report.requirements.filter(
        ({ verdict, blockedBy, reason = '' }) =>
          verdict === 'inconclusive' && blockedBy === undefined && !server.unjudged?.test(reason),
      )
      expect(open.map(({ id, reason }) => `${id}: ${reason}`)).toEqual([])
    })

    ofRun(`is judged within ${mostSeconds} s, and left as it was`, ({ report }) => {
      expect(report.durationMs / 1_000).toBeLessThan(mostSeconds)
      expect(report.files.left).toEqual([])
    })

    ofRun('is judged the same from the bundle', ({ report, run, verification }) => {
      const codes = { conforming: 0, 'non-conforming': 1, inconclusive: 3 }
      expect(run).toMatchObject({ code: codes[report.verdict] })
      expect(verification).toMatchObject({ code: 0, stderr: '' })
      expect(verification.stdout).toContain(`\nverified: ${report.verdict}`)
    })
  })
}

test(`${slowOgx.name} is said to be slow to answer errors, within ${MOST_SECONDS} s`, {
  timeout,
}, async ({ skip }) => {
  const outcome = await fieldRun(slowOgx)
  if (outcome instanceof Missing) return skip(outcome.message)
  expect(outcome.report.durationMs / 1_000).toBeLessThan(MOST_SECONDS)
  expect(outcome.run.stdout).toMatch(/Verdict .*errors are slow on this target/)
})

test('docs/field-report.md tells what these runs found', async ({ skip }) => {
  const runs = servers.flatMap((server) => {
    const report = reports.get(server)
    return report === undefined ? [] : [[server, report] as const]
  })
  if (runs.length < servers.length) skip('not all servers were tested')
  const path = join(import.meta.dirname, '../../docs/field-report.md')
  const page = fieldReport(runs)
  const kept = existsSync(path) ? readFileSync(path, 'utf8') : ''
  // Measures alone change nothing.
  const isSame = withoutMeasures(kept) === withoutMeasures(page)
  await expect(isSame ? kept : page).toMatchFileSnapshot(path)
})
