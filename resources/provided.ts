import { exec } from 'node:child_process'
import { promisify } from 'node:util'
import { InternalError } from '../model/errors.ts'
import type { Provided } from '../model/evidence.ts'
import { READ_ONLY } from '../model/report.ts'
import type { UploadChoices } from '../model/resource.ts'
import { openAiApi } from './openai-api.ts'
import { openAiFiles } from './openai-files.ts'
import type { ResourceProvider } from './provider.ts'

/** Time that a command may take to print an id. */
const COMMAND_TIMEOUT_MS = 60_000

/** Number of ids in a file that are measured. */
const MAX_SAMPLES = 64

/** Makes an id that may be deleted, one a call. */
export type MakeFile = () => string | Promise<string>

/**
 * Provides ids that the user gives to be deleted, each used once.
 *
 * @param file - their source, for messages; undefined if a program gave them
 */
export function idsProvider(file: string | undefined, ids: readonly string[]): ResourceProvider {
  const left = [...ids]
  const source = file === undefined ? '' : ` of ${file}`
  return {
    ...provided(file === undefined ? 'ids' : `ids:${file}`, false, async () => {
      const id = left.shift()
      return id === undefined ? { refused: `the ${ids.length} ids${source} are used up` } : { id }
    }),
    available: ids.length,
    samples: ids.slice(0, MAX_SAMPLES),
  }
}

/** Provides ids that a shell command prints, one a call, on the first line of its standard output. */
export function commandProvider(command: string): ResourceProvider {
  // Without the command itself, in which somebody may have written a token.
  return provided('command', true, () => firstLineOf(command))
}

/** Provides ids that a function makes, one a call. */
export function functionProvider(make: MakeFile): ResourceProvider {
  return provided('function', true, () => resultOf(make))
}

/** Provides nothing: requirements on deletions that succeed cannot be judged. */
export function noProvider(): ResourceProvider {
  const none = 'there are no disposable files (--files none)'
  return { ...provided('none', false, async () => ({ refused: none })), none }
}

/** Provides nothing to a run that must leave everything on its target as it is. */
export function readOnlyProvider(): ResourceProvider {
  const none = 'a read-only run has no files to delete'
  return { ...provided(READ_ONLY, false, async () => ({ refused: none })), none, readOnly: true }
}

/**
 * Provides resources to a run that is replayed from its evidence: uploads are derived again, ids that
 * the user provided are in the record.
 *
 * @param description - the provider as the report names it
 * @param samples - ids by which the run measured the ids of the target
 * @param upload - what the user chose of uploads
 */
export function recordedProvider(
  description: string,
  samples: readonly string[],
  upload?: UploadChoices,
): ResourceProvider {
  const [kind] = description.split(':')
  if (kind === 'upload') return openAiFiles(upload)
  if (kind === READ_ONLY) return readOnlyProvider()
  if (kind !== 'ids' && kind !== 'command' && kind !== 'function') return noProvider()
  const find = () => Promise.reject(new InternalError('a recorded file was asked of the user'))
  const onDemand = kind !== 'ids'
  // Those of a command are in the evidence.
  return { ...provided(description, onDemand, find), samples: onDemand ? [] : samples }
}

function provided(
  description: string,
  onDemand: boolean,
  provide: () => Promise<Provided>,
): ResourceProvider {
  return {
    description,
    onDemand,
    contentChoice: false,
    samples: [],
    api: openAiApi,
    source: { provide },
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
