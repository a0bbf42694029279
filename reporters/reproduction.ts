import { authorizationsFor } from '../harness/http/target.ts'
import { responseOf } from '../model/evidence.ts'
import type { Answered, Credentials, NearCredentials } from '../model/exchange.ts'
import { NEVER_ISSUED } from '../model/learnt.ts'
import { segmentOf } from '../model/path-segment.ts'
import { bodyText } from '../model/reads.ts'
import type { RecordedExchange, Report } from '../model/report.ts'
import { openAiApi } from '../resources/openai-api.ts'
import { ID_FROM_ANSWER, isReadInShell, uploadInShell } from '../resources/openai-files.ts'
import { headerFlags, replayCommand, shellQuoted } from './commands.ts'
import { isShort } from './printable.ts'
import { counted } from './wording.ts'

/** Requests and uploads that shell lines repeat; a replay sends any number. */
const MOST = { requests: 7, uploads: 3 } as const

/** Upload of a case, and the id of the file that it made. */
interface Made {
  readonly id: string
  readonly upload: RecordedExchange
}

/** File that shell lines upload anew, and the variable for its new id. */
interface NewFile extends Made {
  readonly variable: string
}

/**
 * Gives the shell lines that send the request at fault again, after the uploads and requests of its case
 * that led to it. Credentials and new ids are variables. Gives a comment where only a replay can do it.
 */
export function reproduction(report: Report, atFault: RecordedExchange): readonly string[] {
  const lines = shellLines(report, atFault)
  if (lines.every(isShort)) return lines
  const replay = replayCommand(report, atFault)
  return [isShort(replay) ? `# too long to show: ${replay} sends it` : '# too long to show']
}

function shellLines(report: Report, atFault: RecordedExchange): readonly string[] {
  const others = othersOfCase(report, atFault)
  const before = others.filter(({ step }) => step < atFault.step)
  const crowd = others.filter((one) => isAtOnce(one, atFault))
  const isCrowd = crowd.every((one) => requestOf(one) === requestOf(atFault))
  const leading = leadingTo(
    atFault,
    before.filter((one) => !crowd.includes(one)),
  )
  if (!isCrowd || leading.some((one, at) => isAtOnce(one, leading[at + 1] ?? atFault))) {
    return ['# several requests at once led to this: the replay sends them']
  }
  const untold = report.options.files === 'upload' ? atFault.step - before.length : 0
  const inCase = before.flatMap(madeBy)
  const elsewhere = inCase.some(({ id }) => id === atFault.id) ? [] : uploadOf(report, atFault)
  if (elsewhere.length > 0 && untold === 0) {
    return ['# the file was there before this case: only a whole run shows what happened to it']
  }
  const made = [...elsewhere, ...inCase]
  const needed = [...leading, atFault]
  if (!needed.every((one) => canBeSent(report, one, made))) {
    return ['# only the replay can make this id again']
  }
  const files = made
    .filter((file) =>
      needed.some((one) => holds(report, one, file.id) || holdsName(report, one, file)),
    )
    .map((one, at) => ({ ...one, variable: at === 0 ? 'ID' : `ID${at + 1}` }))
  if (needed.length > MOST.requests || files.length > MOST.uploads) {
    return ['# many requests led to this: the replay sends them']
  }
  const further = untold - elsewhere.length
  return [
    ...(further > 0
      ? [`# ${counted(further, 'more request')} came before: the replay sends them, too`]
      : []),
    ...(isProvided(report, atFault)
      ? ['# of a file that was provided: put the id of another']
      : []),
    ...linesOf(report, files, leading, crowd.length > 0 ? [atFault, ...crowd] : [atFault]),
  ]
}

/** Finds the other requests of a case that the report holds, in order. */
function othersOfCase(
  { requirements, broughtAlong }: Report,
  { requirement, case: caseKey, step }: RecordedExchange,
): readonly RecordedExchange[] {
  const byStep = new Map<number, RecordedExchange>()
  for (const one of [...requirements, ...broughtAlong].flatMap(({ exchanges }) => exchanges)) {
    if (one.requirement === requirement && one.case === caseKey) byStep.set(one.step, one)
  }
  byStep.delete(step)
  return [...byStep.values()].toSorted((one, other) => one.step - other.step)
}

/** Tells whether two requests of a case were under way at the same time. */
function isAtOnce(one: RecordedExchange, other: RecordedExchange): boolean {
  return (
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
  if (atFault.follows === true) return before.filter(({ action }) => action !== 'create').slice(-1)
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
    // After a deletion, a read is repeated until it shows what was done.
    const isRepeat = isRead(one) && requestOf(one) === requestOf(next)
    return !isRepeat || !others.slice(0, at).some(({ action }) => action === 'delete')
  })
}

function requestOf({ request }: RecordedExchange): string {
  return `${request.method} ${request.target}`
}

/** Reads the file that a request has made, if it is an upload. */
function madeBy(upload: RecordedExchange): readonly Made[] {
  const { action, request, response } = upload
  if (action !== 'create' || response === undefined || request.body === undefined) return []
  const answered = { ...upload, response: responseOf(response) } as Answered
  const id = openAiApi.readings.created(answered)?.id
  return id !== undefined && isReadInShell(bodyText(answered), id) ? [{ id, upload }] : []
}

/** Derives the upload of a file from its deletion: an invariant holds no other request of the case. */
function uploadOf(report: Report, deletion: RecordedExchange): readonly Made[] {
  const { id = '', upload: body } = deletion
  if (body === undefined) return []
  const headers = [['accept', 'application/json']] as const
  const to = { method: 'POST', target: collectionOf(report), headers } as const
  const request = { ...to, credentials: 'configured', body } as const
  return [{ id, upload: { ...deletion, action: 'create', step: -1, request } }]
}

/** Gives the path of the collection, below which ids stand. */
function collectionOf({ target, document }: Report): string {
  const basePath = new URL(target.url).pathname.replace(/\/+$/, '')
  const template = document.operation.slice(document.operation.indexOf('/'))
  return basePath + template.replace(/\/\{.*$/, '')
}

/** Characters of an id that does not stand in another text by chance. */
const LONG_ID = 8

/** Splits a text at an id; at a short one only where it is a word. */
function splitAt(text: string, id: string): readonly string[] {
  if (id === '' || segmentOf(id) !== id) return [text]
  if (id.length >= LONG_ID) return text.split(id)
  return text.split(new RegExp(`(?<![\\w%.~-])${id.replaceAll('.', '\\.')}(?![\\w.~-])`))
}

/** Gives the parts of a request in which an id can stand: its target below the collection, and its body. */
function partsOf(report: Report, { request: { target, body } }: RecordedExchange) {
  const collection = collectionOf(report)
  const isBelow = target.startsWith(collection)
  return {
    // An id must not replace a part of the address: the token would go elsewhere.
    fixed: isBelow ? collection : target,
    rest: isBelow ? target.slice(collection.length) : '',
    text: body && 'text' in body ? body.text : '',
  }
}

/** Tells whether a request names a file by its id as it stands, which a shell can put another in for. */
function holds(report: Report, exchange: RecordedExchange, id: string): boolean {
  const { rest, text } = partsOf(report, exchange)
  return [rest, text].some((part) => splitAt(part, id).length > 1)
}

/** Tells whether a request names a file by the name of its upload, with its extension or without. */
function holdsName(report: Report, exchange: RecordedExchange, { upload }: Made): boolean {
  const { body } = upload.request
  if (body === undefined || !('filename' in body)) return false
  return holds(report, exchange, body.filename.replace(/\.[^.]*$/, ''))
}

/** Tells whether a request can be sent again: with a new id in it, or with one that is nobody's. */
function canBeSent(report: Report, exchange: RecordedExchange, made: readonly Made[]): boolean {
  if (made.some(({ id }) => holds(report, exchange, id)) || isOfRun(report, exchange)) return true
  return exchange.purpose !== 'negative' && !made.some(({ id }) => id === exchange.id)
}

/** Tells whether an id holds the run id: it is nobody's. */
function isOfRun({ runId, shards = [] }: Report, { request }: RecordedExchange): boolean {
  const ids = [runId, ...shards.map((one) => one.runId)]
  return ids.some((one) => one !== undefined && request.target.includes(one))
}

function isProvided(report: Report, exchange: RecordedExchange): boolean {
  // Its ids are made up.
  if (exchange.requirement === NEVER_ISSUED) return false
  const { action, purpose } = exchange
  const isDeletion = action === 'delete' && purpose === 'operation'
  return report.options.files !== 'upload' && isDeletion && !isOfRun(report, exchange)
}

/** Writes the lines of uploads and requests in their order. Those at fault go out at once, if they are several. */
function linesOf(
  report: Report,
  files: readonly NewFile[],
  leading: readonly RecordedExchange[],
  atFault: readonly [RecordedExchange, ...RecordedExchange[]],
): readonly string[] {
  const line = lineWriter(report, files)
  const steps = [...files.map(({ upload }) => upload), ...leading]
    .toSorted((one, other) => one.step - other.step)
    .map((one) => {
      const file = files.find(({ upload }) => upload === one)
      return file === undefined
        ? line(one, '-o /dev/null')
        : `${file.variable}=$(${line(one)} | ${ID_FROM_ANSWER})`
    })
  if (atFault.length > 1) {
    const numbers = atFault.map((_, at) => at + 1).join(' ')
    const each = line(atFault[0], `-o /dev/null -w '%{http_code}\\n'`)
    return [...steps, `for i in ${numbers}; do ${each} & done; wait`]
  }
  const shown = line(atFault[0], '-i')
  if (atFault[0].follows !== true || leading.length === 0) return [...steps, shown]
  return [...steps.slice(0, -1), `${steps.at(-1)} --next ${shown.replace(/^curl /, '')}`]
}

/** Makes the writer of a request as one line, with variables in place of ids and credentials. */
function lineWriter(report: Report, files: readonly NewFile[]) {
  const { target } = report
  const { origin } = new URL(target.url)

  const quoted = (text: string, [file, ...others]: readonly NewFile[] = files): string => {
    if (file === undefined) return text === '' ? '' : shellQuoted(text)
    const parts = splitAt(text, file.id).map((part) => quoted(part, others))
    return parts.join(`"\${${file.variable}:?}"`)
  }

  return (exchange: RecordedExchange, output?: string): string => {
    const { method, headers, body, credentials } = exchange.request
    const { fixed, rest, text } = partsOf(report, exchange)
    const isUpload = body !== undefined && 'sha256' in body
    const fields = headers.filter(
      ([name]) => name !== 'user-agent' && !(isUpload && name === 'content-type'),
    )
    const curl = [
      'curl -sS',
      ...credentialFlags(target, credentials),
      // curl takes a semicolon for a field without a value.
      ...fields.map(
        ([name, value]) => `-H ${shellQuoted(value === '' ? `${name};` : `${name}: ${value}`)}`,
      ),
      ...(output === undefined ? [] : [output]),
    ]
    if (isUpload) return uploadInShell(curl.join(' '), origin + fixed, body, shellQuoted)
    const isOneLine = !/\p{Cc}/u.test(text)
    const isTyped = fields.some(([name]) => name === 'content-type')
    const words = [
      ...curl,
      ...(text === '' || isTyped ? [] : ['-H content-type:']),
      '-g --path-as-is',
      // With -X HEAD, curl would wait for a body.
      method === 'HEAD' ? '-I' : `-X ${method}`,
      ...(text === '' ? [] : [isOneLine ? `--data-raw ${quoted(text)}` : '--data-binary @-']),
      shellQuoted(origin + fixed) + quoted(rest),
    ]
    return isOneLine ? words.join(' ') : `printf ${quoted(printfFormat(text))} | ${words.join(' ')}`
  }
}

/** Gives the flags for the credentials of a request: variables, or made-up ones as they were sent. */
function credentialFlags(target: Report['target'], credentials: Credentials): readonly string[] {
  const { tokenEnv, secondTokenEnv, userInfo } = target
  if (credentials in NEAR_IN_SHELL) {
    const near = NEAR_IN_SHELL[credentials as NearCredentials]
    const flag = userInfo
      ? `-u "${near('USER_AND_PASSWORD')}"`
      : `-H "Authorization: ${credentials === 'other-scheme' ? 'Token' : 'Bearer'} ${near(tokenEnv ?? '')}"`
    return [flag, ...headerFlags(target)]
  }
  const values = authorizationsFor(
    {
      authorization: tokenEnv && `Bearer $${tokenEnv}`,
      secondAuthorization: secondTokenEnv && `Bearer $${secondTokenEnv}`,
    },
    credentials,
  )
  const isOfUser = credentials === 'configured' || credentials === 'second'
  const fields = values.map((value) => `Authorization: ${value}`)
  return [
    ...fields.map((field) => `-H ${isOfUser ? `"${field}"` : shellQuoted(field)}`),
    ...(userInfo && credentials === 'configured' ? ['-u "$USER_AND_PASSWORD"'] : []),
    ...headerFlags(target),
  ]
}

/** Parameter expansions that change a token as requests did. */
const NEAR_IN_SHELL: Readonly<Record<NearCredentials, (variable: string) => string>> = {
  cut: (variable) => `\${${variable}%?}`,
  beheaded: (variable) => `\${${variable}#?}`,
  extended: (variable) => `\${${variable}}x`,
  'other-case': (variable) => `$(printf %s "$${variable}" | tr A-Za-z a-zA-Z)`,
  'other-scheme': (variable) => `$${variable}`,
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
