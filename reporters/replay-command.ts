import type { Report, ReportedViolation } from '../model/report.ts'
import { shellQuoted } from './curl.ts'

/** The command that sends the case of a violation once more, secrets as variables. */
export function replayCommand(
  { target, options, seed, document, shards, ...report }: Report,
  { requirement, case: caseKey }: Pick<ReportedViolation, 'requirement' | 'case'>,
): string {
  const shard = shards?.find(({ probed }) => probed.includes(requirement))
  const runId = shard === undefined ? report.runId : shard.runId
  const words = [
    'delete-conformance run',
    `-t ${shellQuoted(target.url)}`,
    ...(document.shipped ? [] : [`--spec ${shellQuoted(document.source)}`]),
    ...(document.shipped || document.operationId === undefined
      ? []
      : [`--operation ${shellQuoted(document.operationId)}`]),
    ...(target.tokenEnv === undefined ? [] : [`--token-env ${target.tokenEnv}`]),
    ...(target.secondTokenEnv === undefined ? [] : [`--second-token-env ${target.secondTokenEnv}`]),
    ...target.headerNames.map(
      (name) => `-H "${name}: $${name.toUpperCase().replaceAll('-', '_')}"`,
    ),
    ...(target.secretHeaders ?? []).map((name) => `--secret-header ${shellQuoted(name)}`),
    ...filesFlag(options.files),
    ...(options.disposable ? ['--disposable'] : []),
    `--concurrency ${options.concurrency}`,
    `--seed ${seed}`,
    ...(runId === undefined ? [] : [`--mark ${runId}`]),
    `--replay ${shellQuoted(`${requirement}:${caseKey}`)}`,
  ]
  return words.join(' ')
}

/** What a command line has not been told: a command may hold a secret, and a program has no file of ids. */
const VARIABLES: Readonly<Record<string, string>> = {
  command: '"command:$COMMAND"',
  function: '"command:$COMMAND"',
  ids: '"ids:$IDS"',
}

function filesFlag(files: string): readonly string[] {
  if (files === 'upload') return []
  return [`--files ${VARIABLES[files] ?? shellQuoted(files)}`]
}
