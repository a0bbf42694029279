import { TOOL } from '../harness/http/tool.ts'
import { NEEDED } from '../harness/run/checks.ts'
import { startedWith } from '../harness/run/report.ts'
import { launchDiagnosis } from '../library/launch.ts'
import type { Diagnosis } from '../model/diagnosis.ts'
import { runFlags } from '../reporters/commands.ts'
import { diagnosisLines } from '../reporters/diagnosis.ts'
import { printable } from '../reporters/printable.ts'
import { DEFAULTS, type TAKEN_BY } from '../settings/table.ts'
import { keepingSecrets } from './connection-options.ts'
import { EXIT } from './exit-code.ts'
import { interruptible } from './interrupt.ts'
import { type Output, withoutCredentials } from './output.ts'
import { type PreparedRun, prepare } from './prepare.ts'
import type { RunFlags } from './run-options.ts'

/** Flags of a diagnosis. */
export type DoctorFlags = Pick<RunFlags, (typeof TAKEN_BY.doctor)[number]> & {
  readonly format: 'text' | 'json'
}

/**
 * Runs `delete-conformance doctor`: looks at what a run needs from a target, in at most twelve requests.
 *
 * @returns the exit code: 3 if a run could not judge deletions
 */
export function doctor(flags: DoctorFlags, output: Output): Promise<number> {
  return keepingSecrets(flags.target, { ...DEFAULTS, ...flags }, async (redaction) => {
    const clean = withoutCredentials(output, redaction)
    const prepared = await prepare({ ...DEFAULTS, ...flags }, redaction)
    try {
      if (flags.format === 'text') clean.line(`${heading(prepared)}\n`)
      const diagnosis = await interruptible(prepared, clean.note, (signal) =>
        launchDiagnosis(prepared, signal),
      )
      if (diagnosis === undefined) return EXIT.interrupted
      const lines =
        flags.format === 'json'
          ? [escaped(JSON.stringify({ tool: TOOL, ...diagnosis }, undefined, 2))]
          : diagnosisLines(diagnosis, stepAfter(diagnosis, flagsOf(prepared)), clean.style)
      for (const line of lines) clean.line(line)
      return diagnosis.readiness === 'not ready' ? EXIT.inconclusive : EXIT.conforms
    } finally {
      prepared.folder.discard()
      await prepared.close()
    }
  })
}

/** Escapes what a terminal could take for a command, in JSON that stays the same value. */
function escaped(json: string): string {
  const toEscape = /[\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g
  return json.replaceAll(
    toEscape,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/** Gives the flags with which the same target is tested; the embedded one needs none. */
function flagsOf({ settings, embedded }: PreparedRun): readonly string[] {
  return embedded ? [] : runFlags(startedWith(settings))
}

function heading({ settings, embedded }: PreparedRun): string {
  const { contract, target } = settings
  return [
    `${TOOL.name} ${TOOL.version} looks at ${printable(target.url)}${embedded ? ' (embedded reference server)' : ''}`,
    `for ${contract.method} ${contract.template} of ${printable(contract.document.title)}`,
  ].join('\n')
}

/**
 * Says what to do after a diagnosis: a command, or what to mend before it.
 *
 * @param flags - those that a run needs
 */
export function stepAfter({ readiness, checks }: Diagnosis, flags: readonly string[]): string {
  const command = (name: string) => ['delete-conformance', name, ...flags].join(' ')
  if (readiness !== 'not ready') return command('run')
  const wrong = checks.find(({ name, outcome }) => outcome === 'no' && NEEDED.includes(name))
  return `${wrong?.advice ?? 'see the line that says no'}; then again: ${command('doctor')}`
}
