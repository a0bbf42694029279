import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { faults } from '../../fixtures/faults/faults.ts'
import { ACCOUNTS } from '../../fixtures/server/accounts.ts'
import {
  type ReferenceServer,
  type ReferenceServerOptions,
  startReferenceServer,
} from '../../fixtures/server/reference-server.ts'
import { ownFolder } from '../process/command-line.ts'
import { holdBack, isUploadOfCase } from '../process/holding-back.ts'
import { runAction, startStep } from './action-steps.ts'

/** Enough of a run to come to a verdict. */
const SHORT = { runs: '1', only: 'deleted/body,not-found/never-issued' }

describe('the action on a server', () => {
  it('succeeds where the server conforms, with both accounts, and hands on verdict, summary and evidence', async () => {
    const { url } = await serve({ accounts: ACCOUNTS })
    const [token = '', second = ''] = ACCOUNTS.keys()

    const ending = await runAction({
      ...{ runs: '1', only: 'deleted/status,security/' },
      ...{ target: url, token, 'second-token': second },
    })

    expect(ending).toMatchObject({ code: 0, stderr: '' })
    expect(ending.outputs).toEqual({
      verdict: 'conforming',
      'exit-code': '0',
      report: expect.stringMatching(/./),
    })
    expect(ending.stdout).toMatch(/^ +security +\d+ passed \(/m)
    expect(ending.summary).toContain('conforming')
    const left = readdirSync(ending.outputs.report ?? '')
    expect(left).toEqual(
      expect.arrayContaining([
        'evidence.ndjson',
        'junit.xml',
        'report.html',
        'report.json',
        'summary.md',
      ]),
    )
  })

  it('fails with 1 where the server violates, and annotates, sums up and keeps it all the same', async () => {
    const { url } = await serveFaulty('missing-is-500')

    const ending = await runAction({ ...SHORT, target: url })

    expect(ending.code).toBe(1)
    expect(ending.outputs).toMatchObject({ verdict: 'non-conforming', 'exit-code': '1' })
    expect(ending.stdout).toContain('::error title=failed%3A not-found/')
    expect(ending.summary).toContain('not-found/')
    expect(existsSync(join(ending.outputs.report ?? '', 'report.json'))).toBe(true)
  })

  it('keeps what it has found where a waiver is to be removed', async () => {
    const { url } = await serve({})
    const workspace = ownFolder()
    const entry = 'requirement: deleted/body\n  reason: x\n  owner: y\n  expires: 2999-12-31\n'
    writeFileSync(join(workspace, 'waivers.yaml'), `- ${entry}`)

    const inputs = { ...SHORT, target: url, waivers: 'waivers.yaml' }
    const ending = await runAction(inputs, { workspace })

    expect(ending.code).toBe(2)
    expect(ending.outputs).toMatchObject({ verdict: 'conforming', 'exit-code': '2' })
    expect(ending.stdout).toContain('::error title=gate::stale')
    expect(ending.summary).toContain('waivers.yaml:1: the waiver of deleted/body')
    expect(existsSync(join(ending.outputs.report ?? '', 'report.json'))).toBe(true)
  })

  it('runs shards in jobs of their own, and merges what they have kept', async () => {
    const { url } = await serve({})
    const workspace = ownFolder()
    for (const at of [1, 2]) {
      const inputs = { ...SHORT, target: url, seed: '9', shard: `${at}/2`, out: `shards/${at}` }
      expect(await runAction(inputs, { workspace })).toMatchObject({ code: 0 })
    }

    const ending = await runAction({ merge: 'shards', out: 'merged' }, { workspace })

    expect(ending.outputs).toEqual({ verdict: 'conforming', 'exit-code': '0', report: 'merged' })
    expect(ending.summary).toContain('conforming')
  })

  it('fails with 3 and says inconclusive where nothing answers', async () => {
    const server = await startReferenceServer()
    await server.close()

    const ending = await runAction({ target: server.url })

    expect(ending.code).toBe(3)
    expect(ending.outputs).toMatchObject({ verdict: 'inconclusive', 'exit-code': '3' })
    expect(ending.summary).toContain('inconclusive')
  })

  it('tests the embedded server where no target is given', async () => {
    const ending = await runAction(SHORT)
    expect(ending.code).toBe(0)
    expect(ending.stdout).toContain('(embedded reference server)')
  })

  it('writes no token, wherever it came from', async () => {
    const { url } = await serve({ accounts: new Map([['k3y-of-the-first', 'first']]) })

    const ending = await runAction({ ...SHORT, target: url, token: 'k3y-of-the-first' })

    expect(ending.code).toBe(0)
    const { report = '' } = ending.outputs
    const files = readdirSync(report).map((name) => readFileSync(join(report, name), 'utf8'))
    const { stdout, stderr, summary } = ending
    for (const text of [stdout, stderr, summary, ...files]) expect(text).not.toContain('k3y-of-the')
  })

  // The shell's own ending on SIGTERM would be 143.
  it.each(['SIGINT', 'SIGTERM'] as const)(
    'removes the files of its run when the job is cancelled, although only the shell gets %s',
    async (signal) => {
      const holding = holdBack({ when: isUploadOfCase, carriedOut: true, count: 5 })
      const server = await serve({ alterations: [holding.alteration] })
      const words = { only: 'deleted/any-file', args: '--timeout 60m' }
      const step = startStep('Run delete-conformance', { target: server.url, ...words })
      await holding.reached
      expect(server.store.size).toBeGreaterThan(0)

      step.kill(signal)
      await step.says('interrupted: removing the files of this run')
      holding.release()
      const ending = await step.ended

      expect(ending).toMatchObject({ code: 130, signal: undefined })
      expect(ending.outputs).toMatchObject({ verdict: '', 'exit-code': '130' })
      expect(server.store.size).toBe(0)
    },
  )
})

async function serve(options: ReferenceServerOptions): Promise<ReferenceServer> {
  const server = await startReferenceServer({ validateIds: true, ...options })
  onTestFinished(() => server.close())
  return server
}

function serveFaulty(name: string): Promise<ReferenceServer> {
  const fault = faults.find((one) => one.name === name)
  if (fault === undefined) throw new Error(`no such fault: ${name}`)
  return serve({ ...fault.server, alterations: [fault.alter] })
}
