import { Command } from 'commander'
import { gated } from '../harness/gate/gate.ts'
import { chosenFamilies } from '../harness/run/run.ts'
import { registerTests } from '../library/conformance.ts'
import { launchKept } from '../library/launch.ts'
import { loadContract } from '../library/load-contract.ts'
import { framesAbove } from '../library/user-frames.ts'
import { catalogueFor } from '../suites/catalogue.ts'
import { keepingSecrets } from './connection-options.ts'
import { prepare } from './prepare.ts'
import { addRunOptions, type RunFlags } from './run-options.ts'
import { completeFlags } from './settings.ts'

/*
 * Shows the requirements as vitest tests:
 *
 *     CONFORMANCE_TARGET=http://localhost:8080 npx vitest run --project conformance
 *
 * They are those of `conformance({ … })`. Settings are those of the command line, from CONFORMANCE_… variables and
 * the config file: options of the library are for files of tests, which say themselves where theirs come from.
 */
const command = addRunOptions(new Command()).parse([], { from: 'user' })
for (const note of await completeFlags(command)) console.warn(note)
const flags = command.opts<RunFlags>()
const contract = await loadContract(flags.spec, flags)

registerTests(
  {
    families: chosenFamilies({
      ...flags,
      catalogue: catalogueFor(contract),
      readOnly: flags.readOnly ?? false,
    }),
    only: flags.only,
    strict: flags.strict ?? false,
    examine: (only, signal) =>
      keepingSecrets(flags.target, flags, async (redaction) => {
        // What a shard is dealt depends on what is chosen.
        const chosen = flags.shard === undefined ? only : flags.only
        const prepared = await prepare({ ...flags, only: chosen }, redaction)
        try {
          const report = await launchKept(prepared, { signal })
          const { accepted } = prepared
          return accepted === undefined ? report : gated(report, accepted)
        } finally {
          await prepared.close()
        }
      }),
  },
  framesAbove(registerTests),
)
