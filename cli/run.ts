import type { EvidenceWriter } from '../harness/evidence/evidence-file.ts'
import { writeEvidence } from '../harness/evidence/evidence-file.ts'
import { gated } from '../harness/gate/gate.ts'
import { TOOL } from '../harness/http/tool.ts'
import type { ConformanceListener } from '../harness/run/run.ts'
import { chosenFamilies, testConformance } from '../harness/run/run.ts'
import { keepingEvidence } from '../library/carry-out.ts'
import { RunInterrupted } from '../model/errors.ts'
import type { Report } from '../model/report.ts'
import { cleanupCommand } from '../reporters/commands.ts'
import { printable } from '../reporters/printable.ts'
import { closing, familyLine } from '../reporters/terminal.ts'
import { updateBaseline } from './accepted.ts'
import { keepingSecrets } from './connection-options.ts'
import { EXIT, exitCodeOf } from './exit-code.ts'
import type { Interrupt } from './interrupt.ts'
import { onInterrupt } from './interrupt.ts'
import { leftSentence } from './left-behind.ts'
import type { Output, Progress } from './output.ts'
import { createProgress, withoutCredentials } from './output.ts'
import { plan } from './plan.ts'
import type { PreparedRun } from './prepare.ts'
import { prepare } from './prepare.ts'
import { writeProducts } from './products.ts'
import { replay } from './replay.ts'
import type { RunFlags } from './run-options.ts'

/**
 * `delete-conformance run`: tests a target, or the embedded reference server.
 *
 * @returns the exit code
 */
export function run(flags: RunFlags, output: Output): Promise<number> {
  return keepingSecrets(flags.target, flags, async (redaction) =>
    testAsPrepared(await prepare(flags, redaction), flags, withoutCredentials(output, redaction)),
  )
}

async function testAsPrepared(
  prepared: PreparedRun,
  flags: RunFlags,
  output: Output,
): Promise<number> {
  try {
    if (flags.plan === true) return await plan(prepared, flags.idSample, output)
    for (const line of heading(prepared, flags)) output.line(line)
    for (const line of advice(prepared)) output.note(line)
    return flags.replay === undefined
      ? await test(prepared, output)
      : await replay(prepared, flags.replay, output)
  } finally {
    await prepared.close()
  }
}

async function test(prepared: PreparedRun, output: Output): Promise<number> {
  const { options, folder } = prepared
  const families = chosenFamilies(options)
  const cleanup = cleanupCommand(options.target.url, folder.ledgerPath)
  const progress = createProgress(
    process.stderr,
    families.flatMap(({ requirements }) => requirements),
  )
  const interrupt = onInterrupt((line) => {
    progress.clear()
    output.note(line)
  }, cleanup)
  const evidence = keepsEvidence(prepared) ? writeEvidence(folder.evidencePath) : undefined
  try {
    const found = await examine(prepared, interrupt, evidence, listener(output, progress))
    // Reports are made of what is on disk.
    evidence?.identity()
    const report = prepared.accepted === undefined ? found : gated(found, prepared.accepted)
    output.line(closing(report, output.style).trimEnd())
    writeProducts(prepared, report, output)
    if (interrupt.signal.aborted) return EXIT.interrupted
    return prepared.newBaseline === undefined
      ? exitCodeOf(report)
      : updateBaseline(prepared.newBaseline, report, output)
  } catch (error) {
    if (!(error instanceof RunInterrupted)) throw error
    output.note(`interrupted; ${leftSentence(error.left, cleanup)}`)
    const kept =
      folder.out === undefined ? '' : `; what was sent until then is in ${folder.evidencePath}`
    output.note(`no report was written${kept}`)
    return EXIT.interrupted
  } finally {
    progress.clear()
    interrupt.release()
    try {
      evidence?.close()
    } finally {
      folder.discard()
    }
  }
}

/** What is written to disk while a run goes on is of use only to those who asked for something. */
function keepsEvidence({ folder, reports }: PreparedRun): boolean {
  return folder.out !== undefined || reports.length > 0
}

function examine(
  prepared: PreparedRun,
  { signal }: Interrupt,
  evidence: EvidenceWriter | undefined,
  listening: ConformanceListener,
): Promise<Report> {
  const keeping = evidence && keepingEvidence(evidence, prepared.folder)
  return testConformance(
    {
      ...prepared.options,
      ...keeping,
      openEnvironment: (files) => prepared.openEnvironment(signal, files),
    },
    listening,
  )
}

function listener(output: Output, progress: Progress): ConformanceListener {
  return {
    requirementStarted: progress.requirementStarted,
    caseDone: progress.caseDone,
    cleaningUp: progress.clear,
    familyDone({ name }, results) {
      progress.clear()
      output.line(familyLine(name, results, output.style))
    },
  }
}

function heading(
  { options, embedded, folder }: PreparedRun,
  { config }: RunFlags,
): readonly string[] {
  const { contract, target, seed } = options
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

/** What a person should look at before believing the verdict. */
function advice({ options: { contract, target } }: PreparedRun): readonly string[] {
  const first = `/${contract.template.split('/')[1]}`
  if (![first, contract.collection].some((path) => target.basePath.endsWith(path))) return []
  return [
    `the target's path ends in what the document's begins with: requests go to ${target.basePath}${contract.template}`,
  ]
}
