import { exec } from 'node:child_process'
import { promisify } from 'node:util'
import { Inconclusive, InternalError } from '../model/errors.ts'
import type { Provided } from '../model/evidence.ts'
import { openAiFiles } from './openai-files.ts'
import type { ResourceProvider } from './provider.ts'

/** How long a command may take to print an id. */
const COMMAND_TIMEOUT_MS = 60_000

/** Ids by which those of a file are measured. */
const MAX_SAMPLES = 64

/** Makes an id that may be deleted, one a call. */
export type MakeFile = () => string | Promise<string>

/**
 * Ids that the user provides to be deleted, each used once.
 *
 * @param file - where they came from, for messages; undefined where a program handed them over
 */
export function idsProvider(file: string | undefined, ids: readonly string[]): ResourceProvider {
  const left = [...ids]
  const source = file === undefined ? '' : ` of ${file}`
  return {
    kind: 'ids',
    description: file === undefined ? 'ids' : `ids:${file}`,
    available: ids.length,
    samples: ids.slice(0, MAX_SAMPLES),
    create: (setUp) =>
      setUp.provide(async () => {
        const id = left.shift()
        return id === undefined ? { refused: `the ${ids.length} ids${source} are used up` } : { id }
      }),
  }
}

/** Ids that a shell command makes, one a call, on the first line of its standard output. */
export function commandProvider(command: string): ResourceProvider {
  // Without the command itself, in which somebody may have written a token.
  return providerMaking('command', () => firstLineOf(command))
}

/** Ids that a function makes, one a call. */
export function functionProvider(make: MakeFile): ResourceProvider {
  return providerMaking('function', () => resultOf(make))
}

function providerMaking(description: string, find: () => Promise<Provided>): ResourceProvider {
  return {
    kind: 'command',
    description,
    samples: [],
    create: (setUp) => setUp.provide(find),
  }
}

/** No files: what deletes one cannot be judged. */
export function noProvider(): ResourceProvider {
  const reason = 'there are no disposable files (--files none)'
  return {
    kind: 'none',
    description: 'none',
    reason,
    samples: [],
    create: () => Promise.reject(new Inconclusive(reason)),
  }
}

async function firstLineOf(command: string): Promise<Provided> {
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

async function resultOf(make: MakeFile): Promise<Provided> {
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
 * The provider of a run that is held again over its evidence: uploads are derived as they were, files
 * that were provided are read from the record.
 *
 * @param description - the provider as the report names it
 * @param samples - ids that the run measured the target's ids by
 */
export function recordedProvider(
  description: string,
  samples: readonly string[],
): ResourceProvider {
  const name = (['upload', 'none', 'ids', 'command', 'function'] as const).find(
    (one) => description === one || description.startsWith(`${one}:`),
  )
  if (name === 'upload') return openAiFiles()
  if (name === 'none' || name === undefined) return noProvider()
  const kind = name === 'ids' ? 'ids' : 'command'
  return {
    kind,
    description,
    // Those of a command are in the evidence.
    samples: kind === 'ids' ? samples : [],
    create: (setUp) =>
      setUp.provide(() =>
        Promise.reject(new InternalError('a recorded file was asked of the user')),
      ),
  }
}
