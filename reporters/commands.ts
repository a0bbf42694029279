import { READ_ONLY, type Report, type ReportedViolation } from '../model/report.ts'
import type { UploadChoices } from '../model/resource.ts'
import { printable } from './printable.ts'

/** Quotes a text as one word for a POSIX shell. */
export function shellQuoted(text: string): string {
  if (/^[\w@%+=:,./-]+$/.test(text)) return text
  return `'${text.replaceAll("'", `'\\''`)}'`
}

/** Parts of a report that say how a run was started. */
type Started = Pick<Report, 'target' | 'document' | 'options'>

const flag = (name: string, value: string | undefined) =>
  value === undefined ? [] : [`--${name} ${shellQuoted(value)}`]

/** Gives the flags that name target, document and files of a run, with secrets as variables. */
export function runFlags(started: Started): readonly string[] {
  const { options } = started
  return [
    ...targetFlags(started),
    ...filesFlag(options.files),
    ...uploadFlags(options.upload),
    ...(options.disposable ? ['--disposable'] : []),
  ]
}

function targetFlags({ target, document }: Pick<Started, 'target' | 'document'>) {
  return [
    `-t ${shellQuoted(target.url)}`,
    ...(document.shipped
      ? []
      : [...flag('spec', document.source), ...flag('operation', document.operationId)]),
    ...flag('token-env', target.tokenEnv),
    ...flag('second-token-env', target.secondTokenEnv),
    ...headerFlags(target),
    ...(target.secretHeaders ?? []).flatMap((name) => flag('secret-header', name)),
  ]
}

/** Gives the command that sends the case of a violation again, with secrets as variables. */
export function replayCommand(
  report: Report,
  { requirement, case: caseKey }: Pick<ReportedViolation, 'requirement' | 'case'>,
): string {
  const { options, seed, shards } = report
  const shard = shards?.find(({ probed }) => probed.includes(requirement))
  const runId = shard === undefined ? report.runId : shard.runId
  return [
    'delete-conformance run',
    ...runFlags(report),
    `--concurrency ${options.concurrency}`,
    `--seed ${seed}`,
    ...flag('mark', runId),
    `--replay ${shellQuoted(`${requirement}:${caseKey}`)}`,
  ].join(' ')
}

/** Sources of files that a report does not hold: a command may contain a secret, and a program has no file of ids. */
const FILES_VARIABLES: Readonly<Record<string, string>> = {
  command: '"command:$COMMAND"',
  function: '"command:$COMMAND"',
  ids: '"ids:$IDS"',
}

function filesFlag(files: string): readonly string[] {
  if (files === READ_ONLY) return ['--read-only']
  return files === 'upload' ? [] : [`--files ${FILES_VARIABLES[files] ?? shellQuoted(files)}`]
}

function uploadFlags({ fields = [], name, type, content }: UploadChoices = {}): readonly string[] {
  // A report shows no line ends, and a text that begins with @ would be taken for a file.
  const isShown = content !== undefined && !/^@|\p{Cc}/u.test(content)
  return [
    ...fields.map((field) => `--upload-field ${shellQuoted(field.join('='))}`),
    ...(name === undefined ? [] : [`--upload-name ${shellQuoted(name)}`]),
    ...(type === undefined ? [] : [`--upload-type ${shellQuoted(type)}`]),
    ...(content === undefined
      ? []
      : [`--upload-content ${isShown ? shellQuoted(content) : '"@$CONTENT"'}`]),
  ]
}

export function headerFlags({ headerNames }: Report['target']): readonly string[] {
  return headerNames.map((name) => `-H "${name}: $${name.toUpperCase().replaceAll('-', '_')}"`)
}

/**
 * Says what to do after a run that could not be judged; undefined if it could.
 *
 * @returns a command, or what to set
 */
export function nextStep(report: Report): string | undefined {
  const { verdict, gate, target, totals, capabilities, requirements, files, options } = report
  const isOpen = gate === undefined ? verdict === 'inconclusive' : gate.verdict === 'undecided'
  if (!isOpen) return undefined
  if (files.ledger !== undefined) return cleanupCommand(target.url, files.ledger)
  const run = ['delete-conformance run', ...runFlags(report)].join(' ')
  const isCutOff = requirements.some(({ exchanges }) =>
    exchanges.some(({ failure }) => failure?.kind === 'not-sent'),
  )
  if (isCutOff) return printable(`see what a run needs: ${run} --plan`)
  const upload = capabilities.find(({ name }) => name === 'upload')
  if (options.files === 'none' || upload?.available === false) {
    const start = ['delete-conformance run', ...targetFlags(report)].join(' ')
    return printable(`provide ids that may be deleted: ${start} --files ids:FILE (or command:CMD)`)
  }
  if (totals.passed + totals.failed + totals.warned === 0) {
    return printable(['delete-conformance doctor', ...runFlags(report)].join(' '))
  }
  return printable(`see why: ${run} --report html`)
}

/** Gives the command that removes the files of a run. It names the target: a ledger alone must not choose it. */
export function cleanupCommand(targetUrl: string, ledger: string): string {
  return printable(`delete-conformance cleanup ${shellQuoted(ledger)} -t ${shellQuoted(targetUrl)}`)
}
