import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
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
