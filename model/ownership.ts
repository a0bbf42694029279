import type { Answered, Exchange } from './exchange.ts'
import { isSuccess } from './reads.ts'
import { quote, type Violation } from './violation.ts'

/** What an upload was answered, and what was read back at its id. */
interface ReadBack {
  readonly created: Answered
  readonly file: Answered | undefined
  readonly content: Answered | undefined
}

/** Sorts the answers to an upload and to the reads after it. */
export function readBackOf([created, ...reads]: readonly Answered[]): ReadBack {
  const ofContent = ({ request }: Answered) => request.target.endsWith('/content')
  return {
    created: created as Answered,
    file: reads.find((read) => !ofContent(read)),
    content: reads.find(ofContent),
  }
}

/** Clocks of servers and of their storage may differ by this much. */
const CLOCK_SKEW_MS = 60_000

/**
 * What shows that the resource at the id of an upload is somebody else's: another name, an earlier time of
 * creation, other content. Nothing does where the run id stands in any of it, or nothing can be read.
 */
export function showsAnother(
  { created, file, content }: ReadBack,
  runId: string,
): Violation | undefined {
  const reads = [file, content].filter((one) => one !== undefined && isSuccess(one))
  if (reads.some((one) => one !== undefined && holdsRunId(one, runId))) return undefined
  const received = reads.includes(file) ? otherFile(file as Answered, created) : undefined
  // A router that takes any path below the file for the file shows no content.
  const isContent = content !== undefined && (!file || bodyText(content) !== bodyText(file))
  const isOtherContent = isContent && reads.includes(content) && couldHold(created, runId)
  if (received === undefined && !isOtherContent) return undefined
  return {
    exchange: created,
    where: '/body/id',
    expected: 'the id of the file that was uploaded',
    received: `that of ${received ?? 'a file of other content'}`,
  }
}

function otherFile(file: Answered, created: Answered): string | undefined {
  const { filename, name = filename, created_at: seconds } = propertiesOf(file)
  if (isNamed(file)) return `a file named ${quote(name)}`
  if (typeof seconds !== 'number' || !isOlder(seconds, created)) return undefined
  return `a file that was created ${quote(seconds)}`
}

/** Whether the file that was uploaded was long enough to hold a run id. */
export function couldHold({ request: { body } }: Exchange, runId: string): boolean {
  return body !== undefined && 'fileBytes' in body && body.fileBytes >= runId.length
}

/** Whether the body of an answer holds a run id, in any case. */
export function holdsRunId(exchange: Exchange, runId: string): boolean {
  return bodyText(exchange).toLowerCase().includes(runId)
}

/** Whether what was read back tells a name. */
export function isNamed(file: Exchange): boolean {
  const { filename, name } = propertiesOf(file)
  return [filename, name].some((one) => typeof one === 'string' && one !== '')
}

function bodyText({ response }: Exchange): string {
  return response === undefined ? '' : Buffer.from(response.body).toString('utf8')
}

/** Whether a file was created before its upload, by the clock of the server. */
function isOlder(seconds: number, { response }: Answered): boolean {
  const date = response.headers.find(([name]) => name === 'date')?.[1]
  return date !== undefined && seconds * 1_000 < Date.parse(date) - CLOCK_SKEW_MS
}

function propertiesOf(file: Exchange): {
  filename?: unknown
  name?: unknown
  created_at?: unknown
} {
  try {
    return (JSON.parse(bodyText(file)) ?? {}) as object
  } catch {
    return {}
  }
}
