import type { Check, Diagnosis } from '../model/diagnosis.ts'
import { cleanupCommand } from './commands.ts'
import { excerpt, printable } from './printable.ts'
import type { Style } from './terminal.ts'
import { counted, firstOf } from './wording.ts'
import { wrapped } from './wrapped.ts'

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
  others: 'and nothing else',
  'second-account': 'has a second account',
  ids: 'ids are random',
}

const COLOURS = { yes: 'passed', no: 'failed', 'not tried': 'inapplicable' } as const
const MARKS = { yes: 'yes', no: 'no', 'not tried': '-' } as const
/** Requirements that the line of a reason names. */
const NAMED = 2

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
  const left = files.ledger && cleanupCommand(diagnosis.target, files.ledger)
  return [
    ...checks.flatMap((check) => (isShown(diagnosis, check) ? checkLines(check, style) : [])),
    ...(readiness === 'not ready' ? [] : skippedLines(skipped, style)),
    '',
    `Sent      ${counted(requests, 'request')}; ${filesSentence(files)}`,
    ...(left === undefined ? [] : [`          remove with: ${left}`]),
    `Verdict   ${style.verdict(VERDICTS[readiness], readiness)}`,
    // A command is copied: it stays on one line.
    `Next      ${printable(next)}`,
  ]
}

/** Leaves out what nobody can do anything about before something else is mended. */
function isShown({ readiness }: Diagnosis, { outcome }: Check): boolean {
  return outcome !== 'not tried' || readiness !== 'not ready'
}

const VERDICTS = { ready: 'passed', partly: 'warned', 'not ready': 'failed' } as const

/** Columns before the text of a check. */
const TEXT_AT = 28

function checkLines({ name, outcome, found, advice }: Check, style: Style): readonly string[] {
  const mark = style.verdict(COLOURS[outcome], MARKS[outcome].padEnd(3))
  const lines = [
    `  ${mark} ${NAMES[name].padEnd(21)} ${excerpt(found)}`,
    ...(advice === undefined ? [] : [`${' '.repeat(TEXT_AT)}${style.dim(`→ ${excerpt(advice)}`)}`]),
  ]
  return lines.map((line) => wrapped(line, style.columns, TEXT_AT))
}

function skippedLines(skipped: Diagnosis['skipped'], style: Style): readonly string[] {
  if (skipped.length === 0) return []
  const lines = skipped.map(({ reason, requirements }) => {
    return `  ${firstOf(requirements, NAMED)}: ${excerpt(reason)}`
  })
  return ['', 'A run would leave out', ...lines.map((line) => wrapped(line, style.columns, 4))]
}

function filesSentence({ created, left }: Diagnosis['files']): string {
  if (created === 0) return 'no file was made'
  const fate = left.length === 0 ? 'all deleted' : `left behind: ${left.map(printable).join(', ')}`
  return `${counted(created, 'file')} made, ${fate}`
}
