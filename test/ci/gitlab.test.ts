import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { faults } from '../../fixtures/faults/faults.ts'
import { ACCOUNTS } from '../../fixtures/server/accounts.ts'
import { startReferenceServer } from '../../fixtures/server/reference-server.ts'
import { TOOL } from '../../harness/http/tool.ts'
import { type GitlabJob, includeTemplate, runJob } from './gitlab-job.ts'

/** Enough of a run to come to a verdict. */
const SHORT = { CONFORMANCE_ONLY: 'deleted/status,not-found/never-issued' }

/** Version of this package. */
const PACKAGE = `${TOOL.name}@${TOOL.version}`

describe('the GitLab job', () => {
  it('succeeds where the server conforms, with the tokens of the project, and keeps what it names as artifacts', async () => {
    const server = await startReferenceServer({ validateIds: true, accounts: ACCOUNTS })
    onTestFinished(() => server.close())
    const [token = ''] = ACCOUNTS.keys()
    const job = jobWith({ target: server.url, runs: '1' })

    const { code, folder, stdout } = await runJob(job, { ...SHORT, CONFORMANCE_TOKEN: token })

    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining(server.url) })
    expect(job.artifacts.when).toBe('always')
    expect(readFileSync(join(folder, job.artifacts.reports.junit), 'utf8')).toContain('<testsuites')
    const [kept = ''] = job.artifacts.paths
    expect(readdirSync(join(folder, kept))).toEqual(
      expect.arrayContaining(['evidence.ndjson', 'report.html', 'report.json']),
    )
  })

  it('fails with 1 where the server violates, and keeps the report', async () => {
    const fault = faults.find(({ name }) => name === 'missing-is-500')
    const server = await startReferenceServer({ alterations: fault ? [fault.alter] : [] })
    onTestFinished(() => server.close())
    const job = jobWith({ target: server.url, runs: '1' })

    const { code, folder } = await runJob(job, SHORT)

    expect(code).toBe(1)
    expect(readFileSync(join(folder, job.artifacts.reports.junit), 'utf8')).toContain('<failure')
  })

  it('takes inputs that are empty for none', async () => {
    const { code, stdout } = await runJob(jobWith({}), { ...SHORT, CONFORMANCE_STRICT: '' })
    expect(code).toBe(0)
    expect(stdout).toContain('(embedded reference server)')
  })

  it('runs no text of an input as a part of its script', async () => {
    const odd = "$(touch run-1) `touch run-2`; touch run-3 '' & touch run-4 #"
    const { inputs } = includeTemplate({ package: PACKAGE })
    const given = Object.keys(inputs).filter((name) => !['job-name', 'package'].includes(name))
    const job = jobWith(Object.fromEntries(given.map((name) => [name, odd])))
    const { code, folder, stderr } = await runJob(job)
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringContaining('CONFORMANCE_RUNS'),
    })
    expect(existsSync(join(folder, 'conformance/report.json'))).toBe(false)
    expect(readdirSync(folder).filter((name) => name.startsWith('run-'))).toEqual([])
  })

  it('has a name, a stage and an image of its own choice', () => {
    const image = 'node:24-alpine'
    const given = { 'job-name': 'gate', stage: 'verify', image, package: PACKAGE }
    expect(includeTemplate(given).jobs).toMatchObject({
      gate: { stage: 'verify', image: 'node:24-alpine' },
    })
  })

  it('installs the package that its user has chosen, and none by default', () => {
    expect(jobWith({}).variables.DELETE_CONFORMANCE_PACKAGE).toBe(PACKAGE)
    expect(() => includeTemplate()).toThrow('input package has no value')
  })
})

function jobWith(inputs: Readonly<Record<string, string>>): GitlabJob {
  const [job] = Object.values(includeTemplate({ package: PACKAGE, ...inputs }).jobs)
  if (job === undefined) throw new Error('the template has no job')
  return job
}
