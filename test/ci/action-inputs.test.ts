import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { ACCOUNTS } from '../../fixtures/server/accounts.ts'
import { startReferenceServer } from '../../fixtures/server/reference-server.ts'
import { ownFolder } from '../process/command-line.ts'
import { actionFile, runAction, startStep } from './action-steps.ts'
import { recordingCommandLine } from './recording-command-line.ts'

/** Enough of a run to come to a verdict. */
const SHORT = { runs: '1', only: 'deleted/status' }

describe('an input of the action', () => {
  it('that is empty leaves a variable of the job as it is, and an empty variable counts as none', async () => {
    const { url, close } = await startReferenceServer({ accounts: ACCOUNTS })
    onTestFinished(close)
    const [token = ''] = ACCOUNTS.keys()
    const job = {
      CONFORMANCE_TARGET: url,
      CONFORMANCE_TOKEN: token,
      CONFORMANCE_RUNS: '1',
      CONFORMANCE_ONLY: SHORT.only,
      CONFORMANCE_SPEC: '',
      CONFORMANCE_STRICT: '',
    }
    const ending = await runAction({}, { job })
    expect(ending).toMatchObject({ code: 0, stderr: '' })
    expect(ending.stdout).toContain(url)
    expect(strictIn(ending.outputs.report)).toBe(false)
  })

  it.each([
    { strict: 'true', taken: true },
    { strict: 'false', taken: false },
    { strict: '', taken: false },
  ])('strict is $taken when $strict is given', async ({ strict, taken }) => {
    const { outputs } = await runAction({ ...SHORT, strict })
    expect(strictIn(outputs.report)).toBe(taken)
    expect(Object.keys(outputs).sort()).toEqual(Object.keys(actionFile().outputs).sort())
  })

  it('strict is refused as anything else, in one line whatever it holds', async () => {
    const ending = await runAction({ strict: 'yes\n::error::forged' })
    expect(ending.code).toBe(2)
    expect(ending.outputs).toEqual({ 'exit-code': '2' })
    expect(ending.stdout.trimEnd().split('\n')).toHaveLength(1)
    expect(ending.stdout).toContain('expected true or false')
  })

  it('that is refused fails with 2, and no verdict is taken from the folder of another run', async () => {
    const workspace = ownFolder()
    mkdirSync(join(workspace, 'old'))
    writeFileSync(join(workspace, 'old', 'report.json'), '{"verdict":"conforming"}')

    const ending = await runAction({ out: 'old' }, { workspace })

    expect(ending.code).toBe(2)
    expect(ending.stderr).toContain('--out old')
    expect(ending.outputs).toEqual({ verdict: '', 'exit-code': '2', report: '' })
  })

  it('reaches the command line as it is, and is never run as a script', async () => {
    const workspace = ownFolder()
    const odd = "$(touch run-1) `touch run-2`; touch run-3 '' & touch run-4 #"
    const recorder = recordingCommandLine()
    const inputs = actionFile().inputs
    const given = Object.keys(inputs).filter(
      (name) => !['strict', 'merge', 'artifact'].includes(name),
    )

    const ending = await runAction(Object.fromEntries(given.map((name) => [name, odd])), {
      actionPath: recorder.folder,
      workspace,
    })

    expect(ending).toMatchObject({ code: 0, stderr: '' })
    expect(readdirSync(workspace)).toEqual([])
    const { words, variables: all } = recorder.told()
    const { CONFORMANCE_LINGER: _, ...variables } = all
    expect(words).toEqual(expect.arrayContaining(['--out', odd, '--report', `markdown,${odd}`]))
    const named = given.filter((name) => !['args', 'reports', 'out'].includes(name))
    expect(variables).toEqual(
      Object.fromEntries(
        named.map((name) => [`CONFORMANCE_${name.toUpperCase().replace('-', '_')}`, odd]),
      ),
    )
  })

  it('args is one flag a line, with all behind it as its value', async () => {
    const recorder = recordingCommandLine()
    const args = '--rate 50\n\n  --header X-Tenant:  of staging \n--header=X-A: b c\n--disposable\n'
    await runAction({ args }, { actionPath: recorder.folder })
    expect(recorder.told().words.slice(0, 7)).toEqual([
      'run',
      ...['--rate', '50'],
      ...['--header', 'X-Tenant:  of staging'],
      '--header=X-A: b c',
      '--disposable',
    ])
  })

  it.each([
    { reports: '', asked: 'markdown,' },
    { reports: 'html,markdown', asked: 'html,markdown' },
    { reports: 'sarif', asked: 'markdown,sarif' },
  ])('reports, as $reports, asks for the summary once', async ({ reports, asked }) => {
    const recorder = recordingCommandLine()
    await runAction({ reports }, { actionPath: recorder.folder })
    expect(recorder.told().words.slice(-2)).toEqual(['--report', asked])
  })

  it('merge names a folder of folders, which are merged in place of a run', async () => {
    const recorder = recordingCommandLine()
    const workspace = ownFolder()
    for (const name of ['shard-1', 'shard 2'])
      mkdirSync(join(workspace, 'shards', name), { recursive: true })
    await runAction({ merge: 'shards' }, { actionPath: recorder.folder, workspace })
    const { words } = recorder.told()
    expect(words.slice(0, 4)).toEqual(['merge', 'shards/shard 2/', 'shards/shard-1/', '--out'])
  })
})

describe('the step that builds', () => {
  it('does nothing where it is built already', async () => {
    const { code, stdout } = await startStep('Build delete-conformance').ended
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' })
  })

  it.each(['18.20.8', '20.18.3'])('refuses Node %s and says what to do', async (version) => {
    const programs = ownFolder()
    writeFileSync(join(programs, 'node'), `#!/bin/sh\necho ${version}\n`, { mode: 0o755 })
    const job = { PATH: `${programs}:${process.env.PATH}` }
    const { code, stdout } = await startStep('Build delete-conformance', {}, { job }).ended
    expect(code).toBe(2)
    expect(stdout).toContain(`::error title=delete-conformance::found Node ${version}`)
    expect(stdout).toContain('actions/setup-node')
  })
})

describe('the outputs of the action', () => {
  // That these are all that the step writes, the tests of `strict` see.
  it('are those of the step that runs', () => {
    for (const [name, { value }] of Object.entries(actionFile().outputs)) {
      expect(value).toBe(`\${{ steps.run.outputs.${name} }}`)
    }
  })
})

/** Whether a run was strict, as its report says. */
function strictIn(folder = ''): unknown {
  return JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8')).options.strict
}
