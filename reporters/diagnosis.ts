import type { Check, Diagnosis } from '../model/diagnosis.ts'
import { cleanupCommand } from './commands.ts'
import { excerpt, printable } from './printable.ts'
import type { Style } from './terminal.ts'
import { counted, firstOf } from './wording.ts'

/** Names of the checks, as a person would ask for them. */
const NAMES: Readonly<Record<Check['name'], string>> = {
  answers: 'answers',
  credentials: 'lets you in',
  upload: 'takes files',
  retrieve: 'shows a file',
  content: 'gives its content',
  list: 'lists files',
  deletion: 'deletes a file',
  gone: 'which is then gone',
  'second-account': 'has a second account',
  ids: 'ids are random',
}

const COLOURS = { yes: 'passed', no: 'failed', 'not tried': 'inapplicable' } as const
const MARKS = { yes: 'yes', no: 'no', 'not tried': '-' } as const
/** Requirements that the line of a reason names. */
const NAMED = 3

/**
 * Writes a diagnosis for people.
 *
 * @param next - what to do now, as a sentence or a command
 */
export function diagnosisLines(
  diagnosis: Diagnosis,
  next: string,
  style: Style,
): readonly string[] {
  const { checks, skipped, requests, files, readiness } = diagnosis
  return [
    ...checks.flatMap((check) => (isShown(diagnosis, check) ? checkLines(check, style) : [])),
    ...(readiness === 'not ready' ? [] : skippedLines(skipped)),
    '',
    `Sent      ${counted(requests, 'request')}; ${filesSentence(files)}`,
    ...(files.ledger === undefined
      ? []
      : [`          remove with: ${cleanupCommand(diagnosis.target, files.ledger)}`]),
    `Verdict   ${style.verdict(VERDICTS[readiness], readiness)}`,
    `Next      ${printable(next)}`,
  ]
}

/** Leaves out what nobody can do anything about before something else is mended. */
function isShown({ readiness }: Diagnosis, { outcome }: Check): boolean {
  return outcome !== 'not tried' || readiness !== 'not ready'
}

const VERDICTS = { ready: 'passed', partly: 'warned', 'not ready': 'failed' } as const

function checkLines({ name, outcome, found, advice }: Check, style: Style): readonly string[] {
  const mark = style.verdict(COLOURS[outcome], MARKS[outcome].padEnd(3))
  return [
    `  ${mark} ${NAMES[name].padEnd(21)} ${excerpt(found)}`,
    ...(advice === undefined
      ? []
      : [`      ${''.padEnd(21)} ${style.dim(`→ ${excerpt(advice)}`)}`]),
  ]
}

function skippedLines(skipped: Diagnosis['skipped']): readonly string[] {
  if (skipped.length === 0) return []
  return [
    '',
    'A run would leave out',
    ...skipped.map(({ reason, requirements }) => {
      const names =
        requirements.length > NAMED
          ? `${counted(requirements.length, 'requirement')} (${firstOf(requirements, NAMED)})`
          : requirements.join(', ')
      return `  ${names}: ${excerpt(reason)}`
    }),
  ]
}

function filesSentence({ created, left }: Diagnosis['files']): string {
  if (created === 0) return 'no file was made'
  const fate = left.length === 0 ? 'all removed' : `left behind: ${left.map(printable).join(', ')}`
  return `${counted(created, 'file')} made, ${fate}`
}
