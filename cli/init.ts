import { existsSync, lstatSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { stringify } from 'yaml'
import { launchDiagnosis } from '../library/launch.ts'
import { write } from '../library/output-file.ts'
import { LIKELY_SECRET } from '../library/secrets.ts'
import { UsageError } from '../model/errors.ts'
import { diagnosisLines } from '../reporters/diagnosis.ts'
import {
  DEFAULT_SECOND_TOKEN_ENV,
  DEFAULT_TOKEN_ENV,
  DEFAULTS,
  type TAKEN_BY,
} from '../settings/table.ts'
import { type Ask, personAtTerminal } from './ask.ts'
import { CONFIG_FILE } from './config-file.ts'
import { keepingSecrets } from './connection-options.ts'
import { stepAfter } from './doctor.ts'
import { EXIT } from './exit-code.ts'
import { interruptible } from './interrupt.ts'
import { type Output, withoutCredentials } from './output.ts'
import { prepare } from './prepare.ts'
import type { RunFlags } from './run-options.ts'
import { type Service, workflowFor } from './workflows.ts'

/** Flags that answer the questions of `init`. */
export type InitFlags = Pick<RunFlags, (typeof TAKEN_BY.init)[number]> & {
  readonly ci?: Service | 'none'
  /** Replace files that are there. */
  readonly force?: boolean
}

/**
 * Runs `delete-conformance init`: asks what a run needs, looks at the target as `doctor` does, and writes the
 * config file; on request a workflow, too.
 *
 * @param ask - asks the person at the terminal; undefined where nobody is there
 * @returns the exit code: 3 if a run could not judge deletions, though the files are written
 * @throws UsageError if nothing says what the target is, or a file is there already
 */
export async function init(
  given: InitFlags,
  output: Output,
  _words: readonly string[] = [],
  ask: Ask | undefined = personAtTerminal(),
): Promise<number> {
  refuseToReplace(CONFIG_FILE, given)
  const flags = ask === undefined ? given : { ...given, ...(await answers(given, ask)) }
  const { target, tokenEnv = DEFAULT_TOKEN_ENV, ci = 'none' } = flags
  if (target === undefined) {
    throw new UsageError('init: --target: nobody can be asked here; accepted is -t URL')
  }
  const tokens = [tokenEnv, ...secondToken(flags)]
  const workflow = ci === 'none' ? undefined : workflowFor(ci, tokens)
  if (workflow !== undefined) {
    refuseToReplace(workflow.path, flags)
    refuseLinks(workflow.path)
  }
  const runFlags = { ...DEFAULTS, ...flags }
  return keepingSecrets(target, runFlags, async (redaction) => {
    const clean = withoutCredentials(output, redaction)
    const text = configText(flags, tokenEnv)
    refuseSecrets(flags, redaction.text(text) !== text)
    const prepared = await prepare(runFlags, redaction)
    try {
      clean.line(`Looking at ${prepared.settings.target.url} …`)
      const diagnosis = await interruptible(prepared, clean.note, (signal) =>
        launchDiagnosis(prepared, signal),
      )
      if (diagnosis === undefined) return EXIT.interrupted
      put({ path: CONFIG_FILE, text }, flags, clean)
      if (workflow !== undefined) put(workflow, flags, clean)
      const next = stepAfter(diagnosis, [])
      clean.line()
      for (const line of diagnosisLines(diagnosis, next, clean.style)) clean.line(line)
      return diagnosis.readiness === 'not ready' ? EXIT.inconclusive : EXIT.conforms
    } finally {
      prepared.folder.discard()
      await prepared.close()
    }
  })
}

/** Asks what no flag says. */
async function answers(given: InitFlags, ask: Ask): Promise<InitFlags> {
  const asUrl = (answer: string) => (/^https?:\/\/./i.test(answer) ? answer : undefined)
  const target =
    given.target ?? (await asked(ask, 'Base URL of the server, without /v1/files: ', asUrl))
  const tokenEnv =
    given.tokenEnv ??
    ((await ask(
      `Name of the variable that holds the bearer token, not the token itself [${DEFAULT_TOKEN_ENV}]: `,
    )) ||
      undefined)
  const asCi = (answer: string) =>
    ['github', 'gitlab', 'none', ''].find((name) => name === answer.toLowerCase())
  const ci =
    given.ci ?? (await asked(ask, 'Workflow for CI: github, gitlab or none [none]: ', asCi))
  return {
    ...given,
    target,
    ...(tokenEnv && { tokenEnv }),
    ci: ci === '' ? 'none' : (ci as Service),
  }
}

/** Asks until an answer is accepted, three times. */
async function asked<T>(
  ask: Ask,
  question: string,
  accepted: (answer: string) => T | undefined,
): Promise<T> {
  for (let times = 0; times < 3; times += 1) {
    const answer = accepted(await ask(question))
    if (answer !== undefined) return answer
  }
  throw new UsageError(`init: found no answer that is accepted to: ${question.trim()}`)
}

/** Names the variable of the second account's token, if there is one. */
function secondToken({ secondTokenEnv }: InitFlags): readonly string[] {
  if (secondTokenEnv !== undefined) return [secondTokenEnv]
  return process.env[DEFAULT_SECOND_TOKEN_ENV] ? [DEFAULT_SECOND_TOKEN_ENV] : []
}

/** Refuses what has no place in a file that people commit. */
function refuseSecrets({ files, header = [] }: InitFlags, isSecret: boolean): void {
  const refused = [
    isSecret && '--target or --header: holds a credential',
    header.some((one) => LIKELY_SECRET.test(one.split(':')[0]?.toLowerCase() ?? '')) &&
      '--header: names a credential',
    files?.startsWith('command:') && '--files: a command may hold a credential',
  ].find((one) => typeof one === 'string')
  if (refused === undefined) return
  throw new UsageError(
    `init: ${refused}, which has no place in ${CONFIG_FILE}; accepted is a run with that flag`,
  )
}

/** Refuses a folder on the way that is none, or a link to one elsewhere. */
function refuseLinks(path: string): void {
  for (let at = dirname(path); at !== '.'; at = dirname(at)) {
    const found = lstatSync(at, { throwIfNoEntry: false })
    if (found === undefined || found.isDirectory()) continue
    throw new UsageError(`${at}: is no folder of its own, accepted is one, or none`)
  }
}

function refuseToReplace(path: string, { force }: InitFlags): void {
  if (force === true || !existsSync(path)) return
  throw new UsageError(`${path}: is there already; --force replaces it`)
}

function put(
  file: { readonly path: string; readonly text: string },
  { force }: InitFlags,
  { line }: Output,
) {
  mkdirSync(dirname(file.path), { recursive: true })
  write(file.path, file.text, force === true ? 'w' : 'wx')
  line(`Wrote ${file.path}`)
}

/** Writes the settings that were chosen, and those that most people ask for as comments. */
function configText(flags: InitFlags, tokenEnv: string): string {
  const { target = '', header = [], secretHeader, ca, insecure, files, secondTokenEnv } = flags
  const chosen = {
    target,
    'token-env': tokenEnv === DEFAULT_TOKEN_ENV ? undefined : tokenEnv,
    'second-token-env': secondTokenEnv,
    header: header.length === 0 ? undefined : header,
    'secret-header': secretHeader.length === 0 ? undefined : secretHeader,
    ca,
    insecure,
    spec: flags.spec,
    operation: flags.operation,
    files: files === DEFAULTS.files ? undefined : files,
  }
  return `# yaml-language-server: $schema=./node_modules/delete-conformance/cli/config.schema.json
# Settings of "delete-conformance run", named like its flags: "delete-conformance run --help" lists all.
# The token is not here: it is read from the variable ${tokenEnv}.
${stringify(chosen)}
# spec: openapi.yaml             # your own OpenAPI 3.1 document; by default that of impala.ai
# files: ids:ids.txt             # ids that may be deleted, for a server without uploads
# strict: true                   # a violated SHOULD fails the run, too
# report: [html, junit=results.xml]
# baseline: baseline.json        # its violations are known, anything new fails
# disposable: true               # only for a server on which no file matters
`
}
