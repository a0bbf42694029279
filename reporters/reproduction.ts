import { authorizationFor } from '../harness/http/target.ts'
import { responseOf } from '../model/evidence.ts'
import type { Answered, SentUpload } from '../model/exchange.ts'
import { segmentOf } from '../model/path-segment.ts'
import type { RecordedExchange, Report } from '../model/report.ts'
import { openAiApi } from '../resources/openai-api.ts'
import { ID_FROM_ANSWER, uploadInShell } from '../resources/openai-files.ts'
import { headerFlags, replayCommand, shellQuoted } from './commands.ts'
import { isShort } from './printable.ts'

/** Requests and uploads that lines in a shell repeat; a replay sends any number. */
const MOST = { requests: 7, uploads: 3 } as const

/** Request that lines in a shell send again. */
interface Step {
  readonly exchange: RecordedExchange
  /** Upload that it makes. */
  readonly upload?: SentUpload
}

/** File of the run that lines in a shell upload anew: its id, and the variable for that of the new one. */
interface NewFile {
  readonly id: string
  readonly variable: string
}

/**
 * Gives the shell lines that send the request at fault again, after the uploads and requests of its case
 * that led to it. Credentials and new ids are variables. Gives a comment where only a replay can do it.
 *
 * @param exchanges - those of the case that the report holds, and perhaps others
 */
export function reproduction(
  report: Report,
  atFault: RecordedExchange,
  exchanges: readonly RecordedExchange[] = [],
): readonly string[] {
  const lines = shellLines(report, atFault, exchanges)
  if (lines.every(isShort)) return lines
  const replay = replayCommand(report, atFault)
  return [isShort(replay) ? `# too long to show: ${replay} sends it` : '# too long to show']
}

function shellLines(
  report: Report,
  atFault: RecordedExchange,
  exchanges: readonly RecordedExchange[],
): readonly string[] {
  const before = exchanges
    .filter((one) => isOfCase(one, atFault) && one.step < atFault.step)
    .toSorted((one, other) => one.step - other.step)
  const atOnce = exchanges.filter((one) => one !== atFault && isAtOnce(one, atFault))
  const needed = [
    ...leadingTo(
      atFault,
      before.filter((one) => !atOnce.includes(one)),
    ),
    atFault,
  ]
  const made = before.flatMap(createdBy)
  const { id = '', upload } = atFault
  // An invariant knows the answer that it judges, and no other of its case.
  const ofOthers = upload !== undefined && !made.some((one) => one.id === id)
  const untold = report.options.files === 'upload' ? atFault.step - before.length : 0
  if (ofOthers && untold === 0) {
    return ['# the file was there before this case: what happened to it, only a whole run shows']
  }
  const files = (ofOthers ? [{ id, step: { exchange: atFault, upload } }] : made)
    .filter((one) => [...needed, ...atOnce].some((other) => holds(other, one.id)))
    .map((one, at) => ({ ...one, variable: at === 0 ? 'ID' : `ID${at + 1}` }))
  if (needed.some((one) => !canBeMade(report, one, files))) {
    return ['# resembles the id of a file that is gone: the replay uploads another']
  }
  if (needed.length > MOST.requests || files.length > MOST.uploads) {
    return [
      `# ${needed.length} requests and ${files.length} uploads led to this: the replay sends them`,
    ]
  }
  const shell = shellOf(report, files)
  const uploads = new Map(files.map(({ step, variable }) => [step.exchange, { step, variable }]))
  const steps = [...new Set([...uploads.keys(), ...needed])].filter((one) => one !== atFault)
  const further = untold - (ofOthers ? 1 : 0)
  return [
    ...(further > 0
      ? [`# ${further} more of this case came before: the replay sends them, too`]
      : []),
    ...(isProvided(report, atFault) ? ['# the file was provided: put the id of another here'] : []),
    ...(ofOthers ? [...uploads.values()].map((one) => shell.upload(one.step, one.variable)) : []),
    ...connected(
      steps
        .toSorted((one, other) => one.step - other.step)
        .map((one) => {
          const { step, variable } = uploads.get(one) ?? {}
          return step && variable ? shell.upload(step, variable) : shell.request(one, 'quiet')
        }),
      steps.at(-1),
      atOnce.length > 0 ? shell.atOnce([atFault, ...atOnce]) : [shell.request(atFault, 'shown')],
    ),
  ]
}

function isOfCase(one: RecordedExchange, other: RecordedExchange): boolean {
  return one.requirement === other.requirement && one.case === other.case
}

/** Tells whether two requests of a case were under way at the same time. */
function isAtOnce(one: RecordedExchange, other: RecordedExchange): boolean {
  return (
    isOfCase(one, other) &&
    one.startedAtMs < other.startedAtMs + other.durationMs &&
    other.startedAtMs < one.startedAtMs + one.durationMs
  )
}

function isRead({ action }: RecordedExchange): boolean {
  return action === 'retrieve' || action === 'content' || action === 'list'
}

/** Picks the requests that the one at fault may depend on, uploads apart. */
function leadingTo(
  atFault: RecordedExchange,
  before: readonly RecordedExchange[],
): readonly RecordedExchange[] {
  const isNearMiss = ({ purpose }: RecordedExchange) => purpose === 'negative'
  // The near-misses before it were refused, or the case would have ended there.
  if (isNearMiss(atFault)) return []
  const others = before.filter(({ action }) => action !== 'create')
  if (others.some(isNearMiss)) {
    return isRead(atFault)
      ? others.filter(isNearMiss).slice(-1)
      : others.filter((one) => !isRead(one))
  }
  return others.filter((one, at) => {
    const next = others[at + 1] ?? atFault
    // A read is repeated until it shows what was done.
    return !isRead(one) || requestOf(one) !== requestOf(next)
  })
}

function requestOf({ request }: RecordedExchange): string {
  return `${request.method} ${request.target}`
}

/** Reads the file that an upload has made, if it was one. */
function createdBy(
  exchange: RecordedExchange,
): readonly { readonly id: string; readonly step: Step }[] {
  const { action, request, response } = exchange
  const { body } = request
  if (action !== 'create' || body === undefined || !('sha256' in body) || !response) return []
  const answered = { ...exchange, response: responseOf(response) } as Answered
  const id = openAiApi.readings.created(answered)?.id
  return id === undefined ? [] : [{ id, step: { exchange, upload: body } }]
}

/** Tells whether a request names a file by its id as it stands, which a shell can put another in for. */
function holds({ request }: RecordedExchange, id: string): boolean {
  const body = request.body && 'text' in request.body ? request.body.text : ''
  return id !== '' && segmentOf(id) === id && (request.target.includes(id) || body.includes(id))
}

/** Tells whether a request can be sent again: with a new id in it, or with one that is nobody's. */
function canBeMade(report: Report, exchange: RecordedExchange, files: readonly NewFile[]): boolean {
  if (files.some(({ id }) => holds(exchange, id)) || isOfRun(report, exchange)) return true
  return exchange.purpose !== 'negative' && exchange.upload === undefined
}

/** Tells whether an id holds the run id: it is nobody's. */
function isOfRun({ runId, shards = [] }: Report, { request }: RecordedExchange): boolean {
  const ids = [runId, ...shards.map((one) => one.runId)]
  return ids.some((one) => one !== undefined && request.target.includes(one))
}

function isProvided(report: Report, exchange: RecordedExchange): boolean {
  const { action, purpose } = exchange
  const isDeletion = action === 'delete' && purpose === 'operation'
  return report.options.files !== 'upload' && isDeletion && !isOfRun(report, exchange)
}

/** Sends a request on the connection of the one before, if that has a body: what is left of it shows there. */
function connected(
  lines: readonly string[],
  last: RecordedExchange | undefined,
  shown: readonly string[],
): readonly string[] {
  const [only = '', ...rest] = shown
  const { body } = last?.request ?? {}
  if (body === undefined || 'sha256' in body || rest.length > 0) return [...lines, ...shown]
  return [...lines.slice(0, -1), `${lines.at(-1)} --next ${only.replace(/^curl /, '')}`]
}

/** Makes the writer of the lines for one target and the new files. */
function shellOf({ target }: Report, files: readonly NewFile[]) {
  const { origin } = new URL(target.url)
  const authorization = target.tokenEnv && `Bearer $${target.tokenEnv}`
  const secondAuthorization = target.secondTokenEnv && `Bearer $${target.secondTokenEnv}`

  /** Quotes a text, with the variables in place of ids. */
  const quoted = (text: string) => {
    const [first, ...others] = files
    const withIds = (part: string, [file, ...left]: readonly NewFile[]): string =>
      file === undefined
        ? part && shellQuoted(part)
        : part
            .split(file.id)
            .map((between) => withIds(between, left))
            .join(`"\${${file.variable}:?}"`)
    return first === undefined ? shellQuoted(text) : withIds(text, [first, ...others])
  }

  const credentials = ({ request }: RecordedExchange): readonly string[] => {
    const kind = request.credentials
    const value = authorizationFor({ authorization, secondAuthorization }, kind)
    const ofUser = target.userInfo && kind === 'configured' ? ['-u "$USER_AND_PASSWORD"'] : []
    if (value === undefined) return [...ofUser, ...headerFlags(target)]
    const field = `Authorization: ${value}`
    const isVariable = kind === 'configured' || kind === 'second'
    return [`-H ${isVariable ? `"${field}"` : shellQuoted(field)}`, ...headerFlags(target)]
  }

  const fields = ({ request: { headers, body } }: RecordedExchange): readonly string[] => {
    const own = headers.filter(([name]) => name !== 'user-agent')
    const isTyped = own.some(([name]) => name === 'content-type')
    return [
      // curl takes a semicolon for a field without a value, and a colon for no field.
      ...own.map(
        ([name, value]) => `-H ${quoted(value === '' ? `${name};` : `${name}: ${value}`)}`,
      ),
      ...(body === undefined || isTyped ? [] : ['-H content-type:']),
    ]
  }

  const request = (exchange: RecordedExchange, output: 'shown' | 'quiet' | 'status'): string => {
    const { method, body } = exchange.request
    if (body !== undefined && 'sha256' in body) {
      return uploadLine({ exchange, upload: body }, output === 'shown' ? ['-i'] : [])
    }
    const text = body?.text ?? ''
    const isOneLine = !/\p{Cc}/u.test(text)
    const words = [
      'curl -sS',
      ...credentials(exchange),
      ...fields(exchange),
      { shown: '-i', quiet: '-o /dev/null', status: `-o /dev/null -w '%{http_code}\\n'` }[output],
      '-g --path-as-is',
      // With -X HEAD, curl would wait for a body.
      method === 'HEAD' ? '-I' : `-X ${method}`,
      ...(text === '' ? [] : [isOneLine ? `--data-raw ${quoted(text)}` : '--data-binary @-']),
      quoted(origin + exchange.request.target),
    ]
    return isOneLine ? words.join(' ') : `printf ${quoted(printfFormat(text))} | ${words.join(' ')}`
  }

  const uploadLine = ({ exchange, upload }: Required<Step>, output: readonly string[]): string => {
    const { path } = collectionOf(exchange)
    const curl = ['curl -sS', ...credentials(exchange), '-H "accept: application/json"', ...output]
    return uploadInShell(curl.join(' '), origin + path, upload, shellQuoted)
  }

  return {
    request,
    upload: ({ exchange, upload }: Step, variable: string) =>
      upload === undefined
        ? ''
        : `${variable}=$(${uploadLine({ exchange, upload }, [])} | ${ID_FROM_ANSWER})`,
    /** Sends requests at once, and shows their statuses. */
    atOnce(exchanges: readonly RecordedExchange[]): readonly string[] {
      const lines = exchanges.map((one) => request(one, 'status'))
      const [first] = lines
      const numbers = lines.map((_, at) => at + 1).join(' ')
      return new Set(lines).size === 1
        ? [`for i in ${numbers}; do ${first} & done; wait`]
        : [...lines.map((line) => `${line} &`), 'wait']
    },
  }
}

/** Finds the path of the collection: an upload goes to it, and other requests below it. */
function collectionOf({ action, request }: RecordedExchange): { readonly path: string } {
  const [path = ''] = request.target.split('?')
  return { path: action === 'create' ? request.target : path.slice(0, path.lastIndexOf('/')) }
}

/** Writes a text as the format of `printf`, in one line. */
function printfFormat(text: string): string {
  return text
    .replaceAll('\\', '\\\\')
    .replaceAll('%', '%%')
    .replaceAll(/\p{Cc}/gu, (control) =>
      [...Buffer.from(control)].map((octet) => `\\${octet.toString(8).padStart(3, '0')}`).join(''),
    )
}
