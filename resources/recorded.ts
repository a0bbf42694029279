import { InternalError } from '../model/internal-error.ts'
import { uploadSupply } from './openai-files.ts'
import { noSupply } from './provided.ts'
import type { FileSupply } from './provider.ts'

/**
 * The supply of a run that is held again over its evidence: uploads are derived as they were, files
 * that were handed over are read from the record.
 *
 * @param description - the supply as the report names it
 * @param samples - ids that the run measured the target's ids by
 */
export function recordedSupply(description: string, samples: readonly string[]): FileSupply {
  const name = (['upload', 'none', 'ids', 'command', 'function'] as const).find(
    (one) => description === one || description.startsWith(`${one}:`),
  )
  if (name === 'upload') return uploadSupply()
  if (name === 'none' || name === undefined) return noSupply()
  const kind = name === 'ids' ? 'ids' : 'command'
  return {
    kind,
    description,
    // Those of a command are in the evidence.
    samples: kind === 'ids' ? samples : [],
    create: (setUp) =>
      setUp.handOver(() =>
        Promise.reject(new InternalError('a recorded file was asked of the user')),
      ),
  }
}
