import { type ConformanceListener, testConformance } from '../harness/conformance.ts'
import { RunInterrupted } from '../harness/inconclusive.ts'
import { select } from '../harness/selection.ts'
import { TOOL } from '../harness/tool.ts'
import { printable } from '../reporters/printable.ts'
import { closing, familyLine } from '../reporters/terminal.ts'
import { EXIT, EXIT_OF_VERDICT } from './exit-code.ts'
import { onInterrupt } from './interrupt.ts'
import type { Output } from './output.ts'
import { plan } from './plan.ts'
import { type PreparedRun, prepare } from './prepare.ts'
import { createProgress, type Progress } from './progress.ts'
import type { RunFlags } from './run-options.ts'

/**
 * `delete-conformance run`: tests a target, or the embedded reference server.
 *
 * @returns the exit code
 */
export async function run(flags: RunFlags, output: Output): Promise<number> {
  const prepared = await prepare(flags)
  try {
    if (flags.plan === true) return await plan(prepared, output)
    for (const line of heading(prepared)) output.line(line)
    for (const line of advice(prepared)) output.note(line)
    return await test(prepared, output)
  } finally {
    await prepared.close()
  }
}

async function test(prepared: PreparedRun, output: Output): Promise<number> {
  const { options, folder } = prepared
  const families = select(options.catalogue, options.only, options.skip)
  const progress = createProgress(
    process.stderr,
    families.flatMap(({ requirements }) => requirements),
  )
  const interrupt = onInterrupt((line) => {
    progress.clear()
    output.note(line)
  }, folder.ledgerPath)
  try {
    const report = await testConformance(
      { ...options, signal: interrupt.signal },
      listener(output, progress),
    )
    folder.write('report.json', `${JSON.stringify(report, null, 2)}\n`)
    output.line(closing(report, output.style).trimEnd())
    return interrupt.signal.aborted ? EXIT.interrupted : EXIT_OF_VERDICT[report.verdict]
  } catch (error) {
    if (!(error instanceof RunInterrupted)) throw error
    output.note(account(error.left, folder.ledgerPath))
    return EXIT.interrupted
  } finally {
    progress.clear()
    interrupt.release()
  }
}

function listener(output: Output, progress: Progress): ConformanceListener {
  return {
    requirementStarted: progress.requirementStarted,
    caseDone: progress.caseDone,
    sweeping: progress.clear,
    familyDone({ name }, results) {
      progress.clear()
      output.line(familyLine(name, results, output.style))
    },
  }
}

function heading({ options, embedded, folder }: PreparedRun): readonly string[] {
  const { contract, target, seed } = options
  const { document } = contract
  return [
    `${TOOL.name} ${TOOL.version}`,
    `  target       ${printable(target.url)}${embedded ? ' (embedded reference server)' : ''}`,
    `  document     ${printable(document.title)}, ${contract.method} ${contract.template}`,
    `  seed         ${seed}`,
    `  ledger       ${folder.ledgerPath}`,
    '',
  ]
}

/** What a person should look at before believing the verdict. */
function advice({ options: { contract, target } }: PreparedRun): readonly string[] {
  const first = `/${contract.template.split('/')[1]}`
  if (!target.basePath.endsWith(first)) return []
  return [
    `the target's path ends in ${first}, and the document's begins with it: requests go to ${target.basePath}${contract.template}`,
  ]
}

function account(left: readonly string[], ledgerPath: string): string {
  if (left.length === 0) return 'interrupted; no file was left behind, no report was written'
  return `interrupted; left behind: ${left.map(printable).join(', ')}; remove with: delete-conformance cleanup ${ledgerPath}`
}
