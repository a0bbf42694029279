import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { workflowFor } from '../../cli/workflows.ts'
import { actionFindings, workflowFindings } from './findings.ts'
import { REPOSITORY } from './repository.ts'

const PROJECT = resolve(import.meta.dirname, '../..')
const ACTION = read('action.yml')
const WORKFLOWS = readdirSync(join(PROJECT, '.github/workflows'))
  .map((name) => `.github/workflows/${name}`)
  .concat('examples/ci/github-workflow.yml')

/** A workflow without a fault, for faults to be put into. */
const SOUND = `on: push
permissions: {}
jobs:
  test:
    runs-on: ubuntu-24.04
    timeout-minutes: 5
    steps:
      - uses: ${REPOSITORY}@v1
        with:
          target: \${{ vars.TARGET }}
      - run: echo "$RUN"
        env:
          RUN: \${{ github.run_id }}
`

describe('the linter of workflows', () => {
  it.each(WORKFLOWS)('finds nothing wrong with %s', async (name) => {
    expect(await workflowFindings(name, read(name), ACTION)).toEqual([])
  })

  it('finds nothing wrong with the workflow that init writes', async () => {
    const { path, text } = workflowFor('github', ['STAGING_TOKEN', 'SECOND_TOKEN'])
    expect(await workflowFindings(path, text, ACTION)).toEqual([])
  })

  it('finds nothing wrong with a sound workflow', async () => {
    expect(await workflowFindings('w.yml', SOUND, ACTION)).toEqual([])
  })

  it.each([
    ['an unknown key', 'runs-on:', 'run-on:', "Unexpected value 'run-on'"],
    ['an unknown event', 'on: push', 'on: pushed', "Unexpected value 'pushed'"],
    ['an unknown context', 'github.run_id', 'gihub.run_id', "Unrecognized named-value: 'gihub'"],
    ['a broken expression', 'github.run_id', 'format(', 'Unexpected end of expression'],
    ['a job that waits for none', '    timeout', '    needs: none\n    timeout', 'no dependencies'],
    ['an input that the action does not have', 'target:', 'url:', 'the input url'],
    ['an expression in a script', 'echo "$RUN"', `echo \${{ github.ref }}`, 'in a script'],
    ['an action by its tag', `${REPOSITORY}@v1`, 'actions/x@v1', 'a full commit'],
    ['no permissions', 'permissions: {}\n', '', 'found no permissions'],
    ['a permission for all jobs', 'permissions: {}', 'permissions: write-all', 'to write for all'],
    ['a commit without its version', `${REPOSITORY}@v1`, `a/x@${'0'.repeat(40)}`, 'no version'],
    ['a token that stays', `${REPOSITORY}@v1`, 'actions/checkout@v6', 'that keeps its token'],
    ['no time limit', '    timeout-minutes: 5\n', '', 'found no timeout-minutes of the job test'],
  ])('finds %s', async (_, sound, broken, finding) => {
    expect(SOUND).toContain(sound)
    const findings = await workflowFindings('w.yml', SOUND.replace(sound, broken), ACTION)
    expect(findings.join('\n')).toContain(finding)
  })

  it('finds an input that the action requires and a workflow does not give', async () => {
    const requiring = ACTION.replace("default: ''", 'required: true')
    const lacking = SOUND.replace('target:', 'spec:')
    expect(await workflowFindings('w.yml', SOUND, requiring)).toEqual([])
    expect(await workflowFindings('w.yml', lacking, requiring)).toEqual([
      'w.yml: found no input target, which action.yml requires',
    ])
  })
})

describe('all workflows', () => {
  const texts = [...[...WORKFLOWS, 'action.yml'].map(read), workflowFor('github', ['TOKEN']).text]
  const ci = parse(read('.github/workflows/ci.yml'))
  const steps = [...read('.ci/run').matchAll(/^step npm run (\S+)/gm)].map(([, name]) => name)

  it('use one commit of each action', () => {
    const pins = texts.flatMap((text) => text.match(/(?<=uses: )\S+@[0-9a-f]{40} # \S+/g) ?? [])
    const actions = new Set(pins.map((pin) => pin.split('@')[0]))
    expect(actions.size).toBe(new Set(pins).size)
    expect(actions.size).toBeGreaterThan(3)
  })

  it('run scripts that there are', () => {
    const named = [...texts, read('.ci/run')].flatMap((text) =>
      [...text.matchAll(/npm run (?:--\S+ )*([a-z][\w:-]*)/g)].map(([, name]) => name),
    )
    const { scripts } = JSON.parse(read('package.json'))
    const all = [...named, ...ci.jobs.quick.strategy.matrix.check]
    expect(all.length).toBeGreaterThan(15)
    expect(all.filter((name) => !(name in scripts))).toEqual([])
  })

  it('show each quick check of .ci/run as a job of its own, and the unit tests', () => {
    const quick = steps.slice(0, steps.indexOf('lint:package') + 1)
    expect(ci.jobs.quick.strategy.matrix.check).toEqual([...quick, 'test:unit'])
  })

  it('try Linux, macOS and Windows', () => {
    const systems: readonly string[] = ci.jobs.system.strategy.matrix.system
    expect(systems.map((system) => system.split('-')[0])).toEqual(['ubuntu', 'macos', 'windows'])
  })

  it('publish nothing before everything is checked', () => {
    const { jobs } = parse(read('.github/workflows/release.yml'))
    const [first, ...others] = Object.keys(jobs)
    const checks = jobs[first ?? ''].steps.map(({ run = '' }) => run)
    expect(checks).toEqual(expect.arrayContaining([expect.stringMatching(/release\.mjs check/)]))
    expect(checks).toContain('bash .ci/run')
    expect(others.filter((job) => jobs[job].needs === undefined)).toEqual([])
  })
})

describe('the linter of the action', () => {
  it('finds nothing wrong with action.yml', () => {
    expect(actionFindings(ACTION)).toEqual([])
  })

  it.each([
    ['a script without a shell', 'shell: bash\n', '\n', 'Required property is missing: shell'],
    ['an unknown key', 'using: composite', 'using: composite\n  main: x', 'Unexpected value'],
    ['an input in a script', 'exit "$code"', `exit \${{ inputs.runs }}`, 'in a script'],
    ['an input that is not declared', 'inputs.runs ', 'inputs.cases ', 'inputs.cases'],
    ['an input that nothing uses', 'inputs:\n', 'inputs:\n  idle:\n    default: a\n', 'uses: idle'],
    ['another action by its tag', /upload-artifact@\w+/, 'upload-artifact@v6', 'a full commit'],
  ])('finds %s', (_, sound, broken, finding) => {
    expect(ACTION).toMatch(sound)
    expect(actionFindings(ACTION.replace(sound, broken)).join('\n')).toContain(finding)
  })
})

function read(name: string): string {
  return readFileSync(join(PROJECT, name), 'utf8')
}
