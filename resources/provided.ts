import { exec } from 'node:child_process'
import { promisify } from 'node:util'
import { Inconclusive, InternalError } from '../model/errors.ts'
import type { HandedOver } from '../model/evidence.ts'
import { uploadSupply } from './openai-files.ts'
import type { FileSupply } from './provider.ts'

/** How long a command may take to print an id. */
const COMMAND_TIMEOUT_MS = 60_000

/** Ids by which those of a file are measured. */
const MAX_SAMPLES = 64

/** Makes an id that may be deleted, one a call. */
export type MakeFile = () => string | Promise<string>

/**
 * Ids that the user hands over to be deleted, each used once.
 *
 * @param file - where they came from, for messages; undefined where a program handed them over
 */
export function idsSupply(file: string | undefined, ids: readonly string[]): FileSupply {
  const left = [...ids]
  const source = file === undefined ? '' : ` of ${file}`
  return {
    kind: 'ids',
    description: file === undefined ? 'ids' : `ids:${file}`,
    available: ids.length,
    samples: ids.slice(0, MAX_SAMPLES),
    create: (setUp) =>
      setUp.handOver(async () => {
        const id = left.shift()
        return id === undefined ? { refused: `the ${ids.length} ids${source} are used up` } : { id }
      }),
  }
}

/** Ids that a shell command makes, one a call, on the first line of its standard output. */
export function commandSupply(command: string): FileSupply {
  // Without the command itself, in which somebody may have written a token.
  return madeSupply('command', () => firstLineOf(command))
}

/** Ids that a function makes, one a call. */
export function functionSupply(make: MakeFile): FileSupply {
  return madeSupply('function', () => resultOf(make))
}

function madeSupply(description: string, find: () => Promise<HandedOver>): FileSupply {
  return {
    kind: 'command',
    description,
    samples: [],
    create: (setUp) => setUp.handOver(find),
  }
}

/** No files: what deletes one cannot be judged. */
export function noSupply(): FileSupply {
  const reason = 'there are no disposable files (--files none)'
  return {
    kind: 'none',
    description: 'none',
    reason,
    samples: [],
    create: () => Promise.reject(new Inconclusive(reason)),
  }
}

async function firstLineOf(command: string): Promise<HandedOver> {
  let stdout: string
  try {
    ;({ stdout } = await promisify(exec)(command, { timeout: COMMAND_TIMEOUT_MS }))
  } catch (error) {
    const { code, signal } = error as { code?: unknown; signal?: unknown }
    return { refused: `the command of --files ended with ${signal ?? `exit code ${code}`}` }
  }
  const [line = ''] = stdout.split('\n')
  const id = line.trim()
  return id === '' ? { refused: 'the command of --files printed no id' } : { id }
}

async function resultOf(make: MakeFile): Promise<HandedOver> {
  let id: unknown
  try {
    id = await make()
  } catch (error) {
    return { refused: `the function of files threw: ${error}` }
  }
  if (typeof id === 'string' && id !== '') return { id }
  const found = id === '' ? 'empty text' : `a value of type ${typeof id}`
  return { refused: `the function of files gave ${found}, accepted is an id` }
}

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
