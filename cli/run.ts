import { gated } from '../harness/gate/gate.ts'
import { TOOL } from '../harness/http/tool.ts'
import { launchLive } from '../library/launch.ts'
import type { Progress } from '../model/progress.ts'
import { printable } from '../reporters/printable.ts'
import { closing, exchangeLine, familyLine } from '../reporters/terminal.ts'
import { updateBaseline } from './baseline.ts'
import { keepingSecrets } from './connection-options.ts'
import { EXIT, exitCodeOf } from './exit-code.ts'
import { interruptible } from './interrupt.ts'
import { createProgressLine, type Output, type ProgressLine, withoutCredentials } from './output.ts'
import { plan } from './plan.ts'
import { type PreparedRun, prepare } from './prepare.ts'
import { sayNext, writeProducts } from './products.ts'
import { replay } from './replay.ts'
import type { RunFlags } from './run-options.ts'

/**
 * Runs `delete-conformance run`: tests a target, or the embedded reference server.
 *
 * @returns the exit code
 */
export function run(flags: RunFlags, output: Output): Promise<number> {
  return keepingSecrets(flags.target, flags, async (redaction) => {
    const prepared = await prepare(flags, redaction)
    try {
      return await runPrepared(prepared, flags, withoutCredentials(output, redaction))
    } finally {
      await prepared.close()
    }
  })
}

async function runPrepared(
  prepared: PreparedRun,
  flags: RunFlags,
  output: Output,
): Promise<number> {
  if (flags.plan === true) return plan(prepared, flags.idSample, output)
  if (flags.quiet !== true) for (const line of heading(prepared, flags)) output.line(line)
  return flags.replay === undefined
    ? test(prepared, flags, output)
    : replay(prepared, flags.replay, output)
}

async function test(prepared: PreparedRun, flags: RunFlags, output: Output): Promise<number> {
  const { folder, reports, accepted, newBaseline } = prepared
  const line = createProgressLine(process.stderr)
  const show = progressShown(flags, line, output)
  const note = (text: string) => {
    line.clear()
    output.note(text)
  }
  try {
    const code = await interruptible(prepared, note, async (signal) => {
      const found = await launchLive(prepared, {
        signal,
        // Reports are made from it.
        keepsEvidence: folder.out !== undefined || reports.length > 0,
        onProgress: show,
      })
      const report = accepted === undefined ? found : gated(found, accepted)
      const closed = closing(report, output.style, {
        isQuiet: flags.quiet,
        isEmbedded: prepared.embedded,
      }).trimEnd()
      output.line(flags.quiet === true ? closed.trimStart() : closed)
      writeProducts(prepared, report, output)
      sayNext(report, output)
      if (signal.aborted) return EXIT.interrupted
      return newBaseline === undefined
        ? exitCodeOf(report)
        : updateBaseline(newBaseline, report, output)
    })
    if (code !== undefined) return code
    const kept =
      folder.out === undefined ? '' : `; the evidence so far is in ${folder.evidencePath}`
    output.note(`no report was written${kept}`)
    return EXIT.interrupted
  } finally {
    line.end()
    folder.discard()
  }
}

/** Makes what shows the progress of a run: a line for each family, and for each exchange if asked for. */
function progressShown(
  { verbose, quiet }: RunFlags,
  line: ProgressLine,
  output: Output,
): (progress: Progress) => void {
  if (quiet === true) return () => undefined
  return (progress) => {
    line.show(progress)
    if (progress.kind === 'exchange' && verbose === true) {
      line.clear()
      output.line(exchangeLine(progress.exchange, output.style))
    } else if (progress.kind === 'family') {
      line.clear()
      output.line(familyLine(progress.family, progress.results, output.style))
    }
  }
}

function heading(
  { settings, embedded, folder }: PreparedRun,
  { config }: RunFlags,
): readonly string[] {
  const { contract, target, seed } = settings
  const { document } = contract
  return [
    `${TOOL.name} ${TOOL.version}`,
    `  target       ${printable(target.url)}${embedded ? ' (embedded reference server)' : ''}`,
    `  document     ${printable(document.title)}, ${contract.method} ${contract.template}`,
    ...(config ? [`  config       ${printable(config)}`] : []),
    `  seed         ${seed}`,
    `  ledger       ${folder.ledgerPath}`,
    '',
  ]
}
