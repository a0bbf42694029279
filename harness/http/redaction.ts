import { PLACEHOLDER, type Response, type TransportFailure } from '../../model/exchange.ts'
import { decodingsFor, type Span, utf8Of } from './spellings.ts'

/** Spellings in one another that are decoded, such as JSON in a JSON string, percent-encoded, in base 64. */
const MAX_LAYERS = 4

/** Characters that are looked at for each of a text, in all layers; ordinary texts take eight at most. */
const MAX_WORK = 16

/** Characters that are looked at for a short text beside these. */
const LEAST_WORK = 64 * 1024

/** Parts of header fields that are remembered: most are the same in every answer. */
const MAX_KNOWN = 1_000

/** Redaction of credentials, in whatever spelling, before anything else sees them. */
export interface Redaction {
  response(response: Response): Response
  failure(failure: TransportFailure): TransportFailure
  /** Redacts a text of any length: a message, a line for a terminal. */
  text(text: string): string
  /** Redacts an error, in place, and whatever caused it. */
  error(error: unknown): void
}

/** @param secrets - each of eight characters or more */
export function redactionOf(secrets: readonly string[]): Redaction {
  if (secrets.length === 0) return NOTHING_SECRET
  const find = searchFor(secrets)
  const octets = (binary: string) => withPlaceholders(binary, find(binary))
  const text = (given: string) => {
    const binary = utf8Of(given)
    const clean = octets(binary)
    return clean === binary ? given : Buffer.from(clean, 'latin1').toString('utf8')
  }
  const name = remembering(text)
  const value = remembering(octets)
  return {
    text,
    response(response) {
      const binary = Buffer.from(response.body).toString('latin1')
      const clean = octets(binary)
      return {
        ...response,
        headers: response.headers.map((field) => [name(field[0]), value(field[1])] as const),
        ...(clean === binary ? {} : { body: Buffer.from(clean, 'latin1') }),
        ...(response.cut && { cut: { ...response.cut, message: text(response.cut.message) } }),
      }
    },
    failure: (failure) => ({ ...failure, message: text(failure.message) }),
    error: (error) => redactError(error, text, new Set()),
  }
}

const NOTHING_SECRET: Redaction = {
  response: (response) => response,
  failure: (failure) => failure,
  text: (text) => text,
  error: () => undefined,
}

/**
 * Prepares the search for secrets in texts. Texts are strings of octets (latin1), since a secret may come
 * back as UTF-8 or as Latin-1.
 *
 * The search decodes a text in every way, then each result, and so on. It finds the stretches of the text
 * from which a secret was decoded, in order and without overlap. It ignores case, which names of fields and
 * hosts lose. If decoding takes too long, all that is left to decode counts as a secret.
 */
function searchFor(secrets: readonly string[]): (text: string) => readonly Span[] {
  const spelled = secrets.flatMap(octetsOf)
  const needles = [...new Set(spelled.map((one) => one.toLowerCase()))]
  const shortest = Math.min(...needles.map(({ length }) => length))
  const decodings = decodingsFor(spelled)

  return (text) => {
    const known = new Map<string, { readonly layers: number; readonly spans: readonly Span[] }>()
    let work = MAX_WORK * text.length + LEAST_WORK
    const look = (one: string, layers: number): readonly Span[] => {
      const before = known.get(one)
      if (before !== undefined && before.layers >= layers) return before.spans
      work -= one.length
      if (work < 0) return [[0, one.length]]
      const found = occurrences(one.toLowerCase(), needles)
      if (layers > 0) {
        for (const { text: decoded, origins } of decodings(one)) {
          const inner = look(decoded, layers - 1)
          for (const span of inner.length > 0 ? origins(inner) : []) found.push(span)
        }
      }
      const spans = joined(found)
      if (layers < MAX_LAYERS) known.set(one, { layers, spans })
      return spans
    }
    return text.length < shortest ? [] : look(text, MAX_LAYERS)
  }
}

/** Spells a secret as UTF-8, as Latin-1, as UTF-8 that was read as Latin-1, and with spaces as in forms. */
function octetsOf(secret: string): readonly string[] {
  const utf8 = utf8Of(secret)
  const latin1 = /^[\0-\xff]*$/.test(secret) ? [secret] : []
  const all = [utf8, ...latin1, utf8Of(utf8)]
  return [...all, ...all.map((octets) => octets.replaceAll(' ', '+'))]
}

function occurrences(text: string, needles: readonly string[]): Span[] {
  const found: Span[] = []
  for (const needle of needles) {
    for (let at = text.indexOf(needle); at >= 0; at = text.indexOf(needle, at + 1)) {
      add(found, [at, at + needle.length])
    }
  }
  return found
}

/** Adds a stretch, or extends the last one if it begins within that. */
function add(spans: Span[], [start, end]: Span): void {
  const last = spans.at(-1)
  if (last !== undefined && last[0] <= start && start <= last[1]) {
    spans[spans.length - 1] = [last[0], Math.max(last[1], end)]
  } else spans.push([start, end])
}

/** Sorts stretches, and joins those that meet. */
function joined(spans: Span[]): readonly Span[] {
  const all: Span[] = []
  for (const span of spans.sort(([a], [b]) => a - b)) add(all, span)
  return all
}

function withPlaceholders(text: string, spans: readonly Span[]): string {
  if (spans.length === 0) return text
  let left = ''
  let at = 0
  for (const [start, end] of spans) {
    left += text.slice(at, start) + PLACEHOLDER
    at = end
  }
  return left + text.slice(at)
}

function remembering(clean: (text: string) => string): (text: string) => string {
  const known = new Map<string, string>()
  return (text) => {
    const before = known.get(text)
    if (before !== undefined) return before
    if (known.size === MAX_KNOWN) known.clear()
    const after = clean(text)
    known.set(text, after)
    return after
  }
}

/** Errors of Node and of libraries quote their input in properties of their own, too. */
function redactError(error: unknown, clean: (text: string) => string, seen: Set<unknown>): void {
  if (!(error instanceof Error) || seen.has(error)) return
  seen.add(error)
  for (const name of Object.getOwnPropertyNames(error)) {
    const value: unknown = Reflect.get(error, name)
    if (typeof value === 'string') {
      const left = clean(value)
      if (left !== value) Reflect.set(error, name, left)
    } else if (Array.isArray(value)) for (const one of value) redactError(one, clean, seen)
    else redactError(value, clean, seen)
  }
}
