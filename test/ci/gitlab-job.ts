import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseAllDocuments } from 'yaml'
import { ownFolder } from '../process/command-line.ts'
import { bareEnvironment, type Ending, spawnProcess } from '../process/spawned.ts'
import { PROJECT } from './action-steps.ts'

const TEMPLATE = join(PROJECT, 'examples/ci/gitlab-ci.yml')

/** A job of GitLab CI, as far as this project's template uses it. */
export interface GitlabJob {
  readonly stage: string
  readonly image: string
  readonly variables: Readonly<Record<string, string>>
  readonly script: readonly string[]
  readonly artifacts: {
    readonly when: string
    readonly paths: readonly string[]
    readonly reports: { readonly junit: string }
  }
}

export interface GitlabTemplate {
  readonly inputs: Readonly<Record<string, { readonly default?: string }>>
  /** The jobs with the inputs put in. */
  readonly jobs: Readonly<Record<string, GitlabJob>>
}

/**
 * The template as GitLab reads it when it is included.
 *
 * @param given - the inputs of the inclusion
 * @throws Error if an input is named that the template does not have, or is needed and not given
 */
export function includeTemplate(given: Readonly<Record<string, string>> = {}): GitlabTemplate {
  const [header, body] = parseAllDocuments(readFileSync(TEMPLATE, 'utf8'))
  if (header === undefined || body === undefined || 'empty' in header) {
    throw new Error(`${TEMPLATE}: found no header with inputs before the jobs`)
  }
  const { inputs } = (header.toJS() as { readonly spec: Pick<GitlabTemplate, 'inputs'> }).spec
  const unknown = Object.keys(given).find((name) => !(name in inputs))
  if (unknown !== undefined) throw new Error(`${TEMPLATE}: found no input ${unknown}`)
  const inputValue = (name: string): string => {
    const value = given[name] ?? inputs[name]?.default
    if (value === undefined) throw new Error(`${TEMPLATE}: input ${name} has no value`)
    return value
  }
  return { inputs, jobs: filledIn(body.toJS(), inputValue) as GitlabTemplate['jobs'] }
}

/** Puts inputs in, in keys and values: GitLab does so after it has read the YAML. */
function filledIn(node: unknown, inputValue: (name: string) => string): unknown {
  if (typeof node === 'string') {
    return node.replaceAll(/\$\[\[ inputs\.([\w-]+) \]\]/g, (_, name) => inputValue(name))
  }
  if (Array.isArray(node)) return node.map((one) => filledIn(one, inputValue))
  if (typeof node !== 'object' || node === null) return node
  const entries = Object.entries(node)
  return Object.fromEntries(
    entries.map(([key, value]) => [filledIn(key, inputValue), filledIn(value, inputValue)]),
  )
}

/**
 * Runs the script of a job as a runner of GitLab does, in a project that has this package installed,
 * so that npx asks no registry.
 *
 * @param settings - variables of the project, which win over those of the job
 */
export async function runJob(
  { script, variables }: GitlabJob,
  settings: Readonly<Record<string, string>> = {},
): Promise<Ending & { readonly folder: string }> {
  const folder = ownFolder()
  installHere(folder)
  const ending = await spawnProcess('sh', ['-e', '-c', script.join('\n')], {
    cwd: folder,
    env: {
      ...bareEnvironment(ownFolder()),
      npm_config_offline: 'true',
      npm_config_update_notifier: 'false',
      ...variables,
      ...settings,
    },
  }).ended
  return { ...ending, folder }
}

function installHere(folder: string): void {
  writeFileSync(join(folder, 'package.json'), '{"name":"a-project","private":true}')
  mkdirSync(join(folder, 'node_modules/.bin'), { recursive: true })
  symlinkSync(PROJECT, join(folder, 'node_modules/delete-conformance'))
  writeFileSync(
    join(folder, 'node_modules/.bin/delete-conformance'),
    `#!/bin/sh\nexec node '${PROJECT}/dist/cli/main.js' "$@"\n`,
    { mode: 0o755 },
  )
}
