import { TOOL } from '../harness/http/tool.ts'
import { launchDiagnosis } from '../library/launch.ts'
import type { Diagnosis } from '../model/diagnosis.ts'
import { shellQuoted } from '../reporters/commands.ts'
import { diagnosisLines } from '../reporters/diagnosis.ts'
import { printable } from '../reporters/printable.ts'
import { DEFAULTS, type TAKEN_BY } from '../settings/table.ts'
import { keepingSecrets } from './connection-options.ts'
import { EXIT } from './exit-code.ts'
import { interruptible } from './interrupt.ts'
import { type Output, withoutCredentials } from './output.ts'
import { prepare } from './prepare.ts'
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
          ? [JSON.stringify({ tool: TOOL, ...diagnosis }, undefined, 2)]
          : diagnosisLines(diagnosis, nextStep(diagnosis, flags), clean.style)
      for (const line of lines) clean.line(line)
      return diagnosis.readiness === 'not ready' ? EXIT.inconclusive : EXIT.conforms
    } finally {
      prepared.folder.discard()
      await prepared.close()
    }
  })
}

function heading({ settings, embedded }: Awaited<ReturnType<typeof prepare>>): string {
  const { contract, target } = settings
  return [
    `${TOOL.name} ${TOOL.version} looks at ${printable(target.url)}${embedded ? ' (embedded reference server)' : ''}`,
    `for ${contract.method} ${contract.template} of ${printable(contract.document.title)}`,
  ].join('\n')
}

/** Says what to do after a diagnosis: a command, or what to mend before it. */
export function nextStep(
  { readiness, checks, target }: Diagnosis,
  { target: given, readOnly, files }: Pick<DoctorFlags, 'target' | 'readOnly' | 'files'>,
): string {
  const isOther = files !== DEFAULTS.files && !files.startsWith('command:')
  const flags = [
    ...(given === undefined ? [] : [`-t ${shellQuoted(target)}`]),
    ...(readOnly === true ? ['--read-only'] : []),
    ...(isOther ? [`--files ${shellQuoted(files)}`] : []),
  ]
  const command = (name: string) => ['delete-conformance', name, ...flags].join(' ')
  if (readiness !== 'not ready') return command('run')
  const wrong = checks.find(({ outcome }) => outcome === 'no')
  return `${wrong?.advice ?? 'mend that'}; then again: ${command('doctor')}`
}
