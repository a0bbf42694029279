import {
  convertWorkflowTemplate,
  NoOperationTraceWriter,
  parseWorkflow,
} from '@actions/workflow-parser'
import { parseAction } from '@actions/workflow-parser/actions/index'
import { parse } from 'yaml'
import { REPOSITORY } from './repository.ts'

/** A step of a workflow or of a composite action. */
interface Step {
  readonly uses?: string
  readonly run?: string
  readonly with?: Readonly<Record<string, unknown>>
}

interface Workflow {
  readonly permissions?: unknown
  readonly jobs?: Readonly<
    Record<string, { readonly steps?: readonly Step[]; readonly 'timeout-minutes'?: number }>
  >
}

interface Action {
  readonly inputs?: Readonly<Record<string, { readonly required?: boolean }>>
  readonly runs?: { readonly steps?: readonly Step[] }
}

/** This action, from within this repository and as others name it. */
const isOurs = (uses: string) => uses === './' || uses.startsWith(`${REPOSITORY}@`)
/** A tag can be moved to other code, a commit cannot. */
const PINNED = /@[0-9a-f]{40}$/

/**
 * What is wrong with a workflow of GitHub Actions, a sentence each: whatever GitHub's own parser finds,
 * and what it lets pass.
 *
 * @param action - text of this project's `action.yml`, which workflows use
 */
export async function workflowFindings(
  name: string,
  text: string,
  action: string,
): Promise<readonly string[]> {
  const { context, value } = parseWorkflow({ name, content: text }, new NoOperationTraceWriter())
  if (value !== undefined) await convertWorkflowTemplate(context, value)
  const errors = context.errors.getErrors().map(({ message }) => message)
  if (errors.length > 0) return errors

  const workflow: Workflow = parse(text)
  const jobs = Object.entries(workflow.jobs ?? {})
  const { inputs = {} }: Action = parse(action)
  return [
    ...(workflow.permissions === undefined
      ? [`${name}: found no permissions, expected the least that it needs`]
      : []),
    ...(/write/.test(JSON.stringify(workflow.permissions))
      ? [`${name}: found a permission to write for all jobs, expected it at the job that needs it`]
      : []),
    ...unnamedPins(name, text),
    ...jobs
      .filter(([, job]) => job['timeout-minutes'] === undefined)
      .map(([job]) => `${name}: found no timeout-minutes of the job ${job}`),
    ...jobs.flatMap(([, { steps = [] }]) =>
      steps.flatMap((step) => [...stepFindings(name, step), ...useFindings(name, step, inputs)]),
    ),
  ]
}

/** What is wrong with an `action.yml`, a sentence each. */
export function actionFindings(text: string): readonly string[] {
  const name = 'action.yml'
  const { context } = parseAction({ name, content: text }, new NoOperationTraceWriter())
  const errors = context.errors.getErrors().map(({ message }) => message)
  if (errors.length > 0) return errors

  const action: Action = parse(text)
  const declared = Object.keys(action.inputs ?? {})
  const used = [...text.matchAll(/\binputs\.([\w-]+)/g)].map(([, input = '']) => input)
  return [
    ...used
      .filter((input) => !declared.includes(input))
      .map((input) => `${name}: found inputs.${input}, which is not declared`),
    ...declared
      .filter((input) => !used.includes(input))
      .map((input) => `${name}: found an input that nothing uses: ${input}`),
    ...unnamedPins(name, text),
    ...(action.runs?.steps ?? []).flatMap((step) => stepFindings(name, step)),
  ]
}

/** Commits say nothing to readers: each needs its version beside it. */
function unnamedPins(name: string, text: string): readonly string[] {
  const pins = [...text.matchAll(/uses: (\S+)@[0-9a-f]{40}(.*)$/gm)]
  return pins
    .filter(([, , comment = '']) => !/^ # v\d+\.\d+\.\d+$/.test(comment))
    .map(([, action]) => `${name}: found no version behind the commit of ${action}`)
}

function stepFindings(name: string, { uses, run = '', with: given = {} }: Step): readonly string[] {
  const expression = /\$\{\{.*?\}\}/s.exec(run)?.[0]
  return [
    ...(expression === undefined
      ? []
      : [`${name}: found ${expression} in a script, expected a variable of env`]),
    ...(uses?.startsWith('actions/checkout@') && given['persist-credentials'] !== false
      ? [`${name}: found a checkout that keeps its token, expected persist-credentials: false`]
      : []),
    ...(uses === undefined || isOurs(uses) || PINNED.test(uses)
      ? []
      : [`${name}: found ${uses}, expected a full commit behind the @`]),
  ]
}

/** What is wrong with the inputs that a step hands to this action; GitHub merely warns of them. */
function useFindings(
  name: string,
  { uses = '', with: given = {} }: Step,
  inputs: NonNullable<Action['inputs']>,
): readonly string[] {
  if (!isOurs(uses)) return []
  return [
    ...Object.keys(given)
      .filter((input) => !(input in inputs))
      .map((input) => `${name}: found the input ${input}, which action.yml does not have`),
    ...Object.entries(inputs)
      .filter(([input, { required = false }]) => required && !(input in given))
      .map(([input]) => `${name}: found no input ${input}, which action.yml requires`),
  ]
}
