import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { onTestFinished } from 'vitest'
import { parse } from 'yaml'
import { ownFolder } from '../process/command-line.ts'
import { bareEnvironment, type Ending, type Spawned, spawnProcess } from '../process/spawned.ts'

export const PROJECT = resolve(import.meta.dirname, '../..')

/** As much of `action.yml` as is needed to run its scripts. */
export interface ActionFile {
  readonly inputs: Readonly<Record<string, { readonly default?: string }>>
  readonly outputs: Readonly<Record<string, { readonly value: string }>>
  readonly runs: { readonly steps: readonly ActionStep[] }
}

interface ActionStep {
  readonly name: string
  readonly shell?: string
  readonly run?: string
  readonly env?: Readonly<Record<string, string>>
}

export function actionFile(): ActionFile {
  return parse(readFileSync(join(PROJECT, 'action.yml'), 'utf8'))
}

/** What a step of the action left behind. */
export interface StepEnding extends Ending {
  /** What it wrote for `${{ steps.….outputs.… }}`. */
  readonly outputs: Readonly<Record<string, string>>
  readonly summary: string
}

export interface Surroundings {
  /** The folder of the action; without it, this project. */
  readonly actionPath?: string
  /** Variables of the job, before those of the step. */
  readonly job?: Readonly<Record<string, string>>
  /** The folder that the job works in. */
  readonly workspace?: string
}

/** A step under way. */
export interface RunningStep extends Omit<Spawned, 'ended'> {
  readonly ended: Promise<StepEnding>
}

/**
 * Runs the script of a step of the action as a runner of GitHub does, in folders of its own.
 *
 * @param inputs - what follows `with:`
 */
export function startStep(
  stepName: string,
  inputs: Readonly<Record<string, string>> = {},
  { actionPath = PROJECT, job = {}, workspace = ownFolder() }: Surroundings = {},
): RunningStep {
  const step = actionFile().runs.steps.find(({ name }) => name === stepName)
  if (step?.run === undefined || step.shell !== 'bash') {
    throw new Error(`action.yml: found no step ${JSON.stringify(stepName)} that runs bash`)
  }
  const temp = ownFolder()
  const [script, outputs, summary] = ['step.sh', 'outputs', 'summary'].map((name) => {
    const file = join(mkdtempSync(join(temp, 'runner-')), name)
    writeFileSync(file, name === 'step.sh' ? (step.run ?? '') : '')
    return file
  }) as [string, string, string]
  const spawned = spawnProcess('bash', ['--noprofile', '--norc', '-e', '-o', 'pipefail', script], {
    cwd: workspace,
    env: {
      ...bareEnvironment(temp),
      ...job,
      ...stepEnvironment(step, inputs),
      GITHUB_ACTIONS: 'true',
      GITHUB_ACTION_PATH: actionPath,
      GITHUB_OUTPUT: outputs,
      GITHUB_STEP_SUMMARY: summary,
      GITHUB_WORKSPACE: workspace,
      RUNNER_TEMP: temp,
    },
  })
  onTestFinished(() => spawned.kill('SIGKILL'))
  const ended = spawned.ended.then((ending) => ({
    ...ending,
    outputs: pairs(readFileSync(outputs, 'utf8')),
    summary: readFileSync(summary, 'utf8'),
  }))
  return { ...spawned, ended }
}

/** Runs the step that tests a target, to its end. */
export async function runAction(
  inputs: Readonly<Record<string, string>> = {},
  surroundings: Surroundings = {},
): Promise<StepEnding> {
  return startStep('Run delete-conformance', inputs, surroundings).ended
}

/** Variables of a step, with the inputs put in where the action names them. */
function stepEnvironment(
  { env = {} }: ActionStep,
  given: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const { inputs } = actionFile()
  for (const name of Object.keys(given)) {
    if (!(name in inputs)) throw new Error(`action.yml: found no input ${name}`)
  }
  const values = Object.entries(env).map(([variable, expression]) => {
    const name = /^\$\{\{ inputs\.([\w-]+) \}\}$/.exec(expression)?.[1] ?? ''
    const value = given[name] ?? inputs[name]?.default
    if (value === undefined)
      throw new Error(`action.yml: ${variable} is of no input with a default`)
    return [variable, value] as const
  })
  return Object.fromEntries(values)
}

function pairs(text: string): Readonly<Record<string, string>> {
  const lines = text.split('\n').filter((line) => line !== '')
  return Object.fromEntries(
    lines.map((line) => {
      const [, name = '', value = ''] = /^([^=]*)=(.*)$/.exec(line) ?? []
      return [name, value]
    }),
  )
}
