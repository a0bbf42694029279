import { gated } from '../harness/gate/gate.ts'
import { TOOL } from '../harness/http/tool.ts'
import { launchLive } from '../library/launch.ts'
import type { Progress } from '../model/progress.ts'
import { printable } from '../reporters/printable.ts'
import { closing, familyLine } from '../reporters/terminal.ts'
import { updateBaseline } from './baseline.ts'
import { keepingSecrets } from './connection-options.ts'
import { EXIT, exitCodeOf } from './exit-code.ts'
import { interruptible } from './interrupt.ts'
import { createProgressLine, type Output, type ProgressLine, withoutCredentials } from './output.ts'
import { plan } from './plan.ts'
import { type PreparedRun, prepare } from './prepare.ts'
import { writeProducts } from './products.ts'
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
  for (const line of heading(prepared, flags)) output.line(line)
  for (const line of advice(prepared)) output.note(line)
  return flags.replay === undefined
    ? test(prepared, output)
    : replay(prepared, flags.replay, output)
}

async function test(prepared: PreparedRun, output: Output): Promise<number> {
  const { folder, reports, accepted, newBaseline } = prepared
  const line = createProgressLine(process.stderr)
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
        onProgress: (progress) => show(progress, line, output),
      })
      const report = accepted === undefined ? found : gated(found, accepted)
      output.line(closing(report, output.style).trimEnd())
      writeProducts(prepared, report, output)
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
    line.clear()
    folder.discard()
  }
}

function show(progress: Progress, line: ProgressLine, output: Output): void {
  line.show(progress)
  if (progress.kind !== 'family') return
  line.clear()
  output.line(familyLine(progress.family, progress.results, output.style))
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

/** Warns of a likely mistake that would make the verdict worthless. */
function advice({ settings: { contract, target } }: PreparedRun): readonly string[] {
  const first = `/${contract.template.split('/')[1]}`
  if (![first, contract.collection].some((path) => target.basePath.endsWith(path))) return []
  return [
    `the target's path ends as the document's begins: requests go to ${target.basePath}${contract.template}`,
  ]
}
