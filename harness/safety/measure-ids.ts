import {
  type IdFacts,
  type IdScheme,
  type Place,
  UNGUESSABLE_BITS,
  UUID,
} from '../../model/id-scheme.ts'
import {
  alphabetOf,
  drawnCharacters,
  isLetterOrDigit,
  leadingWord,
  possibleCharacters,
} from './alphabet.ts'

/**
 * Measures ids: length and alphabet say nothing of whether an id can be guessed, since zero-padded
 * counters and sequential GUIDs look random. So ids are compared, place by place and as a whole. A place
 * is independent if it varies as chance varies it; all others are taken for what can be told.
 *
 * What is learnt later only makes it stricter.
 */
interface IdMeasure {
  /** Takes in an id. Those of the preflight come first, in the order in which they were made. */
  learn(id: string): void
  /** The scheme of an id of this length and making; undefined where no such id was seen. */
  schemeOf(id: string): IdScheme | undefined
  readonly schemes: readonly IdScheme[]
  /** Goes up whenever a scheme has changed. */
  readonly version: number
}

/** Ids by which the places of a scheme are told apart. */
const FIRST = 8
/** With fewer ids than this, nothing is taken for independent. */
const ENOUGH = 4
/** Ids that a new one is compared with: those of one burst come close together. */
const RECENT = 16
/** A decimal number of so many digits or more did not grow to them by counting from 1. */
const LONG_NUMBER = 12
/** Independent bits from which a short id is drawn and not counted, so that all have one length. */
const DRAWN_BITS = 20

export function createIdMeasure(): IdMeasure {
  const groups = new Map<string, Group>()
  let schemes: readonly IdScheme[] | undefined
  let version = 0
  return {
    learn(id) {
      const key = groupOf(id)
      const group = groups.get(key) ?? createGroup(id)
      groups.set(key, group)
      if (!group.add(id)) return
      schemes = undefined
      version += 1
    },
    schemeOf: (id) => groups.get(groupOf(id))?.scheme(),
    get schemes() {
      schemes ??= withoutChanceNumbers([...groups.values()].map((group) => group.scheme()))
      return schemes
    },
    get version() {
      return version
    },
  }
}

/** Of random ids, a few are digits alone: these are no numbers. */
function withoutChanceNumbers(schemes: readonly IdScheme[]): readonly IdScheme[] {
  return schemes.filter(
    ({ number, places, measured, varies }) =>
      number === undefined ||
      number.word !== '' ||
      !varies ||
      !schemes.some(
        (other) =>
          other.number === undefined &&
          other.places.length === places.length &&
          other.measured > 2 * measured &&
          other.places.every(
            ({ kind, characters }) => kind === 'independent' && /0.*9/.test(characters),
          ),
      ),
  )
}

/** Facts from samples, for those who make cases: they stay as they are for the whole run. */
export function idFactsOf(samples: readonly string[]): IdFacts {
  const measure = createIdMeasure()
  for (const id of samples) measure.learn(id)
  const { schemes } = measure
  return {
    samples,
    guessable: schemes.length === 0 || schemes.some(({ guessable }) => guessable),
    finding: schemes.map(describe),
  }
}

/** Ids of one length and making. */
interface Group {
  /** Returns whether its scheme may have changed. */
  add(id: string): boolean
  scheme(): IdScheme
}

/** Numbers without leading zeros belong together, however long; all else by its length. */
function groupOf(id: string): string {
  const number = shortNumber(id)
  return number === undefined ? `length ${id.length}` : `number behind ${number.word}`
}

function shortNumber(id: string): { word: string; digits: string } | undefined {
  const [, word = '', digits = ''] = /^((?:[A-Za-z]+[-_:.])?)(0|[1-9][0-9]*)$/.exec(id) ?? []
  return digits === '' || digits.length >= LONG_NUMBER ? undefined : { word, digits }
}

function createGroup(one: string): Group {
  const number = shortNumber(one)
  return number === undefined ? lengthGroup() : numberGroup(number.word)
}

/** The first numbers, if they are so far apart, were drawn and not counted. */
const DRAWN_APART = 10_000n

function numberGroup(word: string): Group {
  let largest = -1n
  let measured = 0
  let longest = ''
  let least: bigint | undefined
  let counted = false
  const lengths = new Set<number>()
  return {
    add(id) {
      const before = [longest, lengths.size, counted].join()
      measured += 1
      const value = BigInt(id.slice(word.length))
      lengths.add(id.length)
      if (least === undefined || value < least) least = value
      if (value > largest) {
        largest = value
        longest = id
      }
      // A counter gets far from its first value in time, and is one still.
      if (measured >= ENOUGH && largest - least < DRAWN_APART) counted = true
      return before !== [longest, lengths.size, counted].join()
    },
    scheme: () => ({
      places: [...longest].map((character, at) =>
        at < word.length
          ? { kind: 'constant', characters: character, bits: 0 }
          : { kind: 'counting', characters: '0123456789', bits: 0 },
      ),
      drawn: '0123456789',
      bits: 0,
      guessable: true,
      timeOrdered: false,
      varies: measured < ENOUGH || lengths.size > 1 || counted,
      number: { word, largest },
      measured,
    }),
  }
}

function lengthGroup(): Group {
  const first: string[] = []
  const recent: string[] = []
  let measured = 0
  let dependent = false
  let scheme: IdScheme | undefined
  return {
    add(id) {
      // A sample may be handed out later, and equal content get an id twice.
      if (first.includes(id) || recent.includes(id)) return false
      measured += 1
      const known = scheme ?? schemeFrom(first, dependent, measured)
      const alike = recent.some((other) => other !== id && shareTooMuch(known.places, id, other))
      const changes = first.length < FIRST || (alike && !dependent)
      if (first.length < FIRST) first.push(id)
      recent.push(id)
      if (recent.length > RECENT) recent.shift()
      if (alike) dependent = true
      if (changes) scheme = undefined
      return changes
    },
    scheme() {
      scheme ??= schemeFrom(first, dependent, measured)
      return scheme
    },
  }
}

/** Places that are compared by chance: of fewer, half could agree without any reason. */
const COMPARABLE = 8

/** Whether two ids agree in more of the independent places than chance would have it: one came of the other. */
function shareTooMuch(places: readonly Place[], id: string, other: string): boolean {
  let independent = 0
  let agreeing = 0
  for (const [at, { kind }] of places.entries()) {
    if (kind !== 'independent') continue
    independent += 1
    if (id[at] === other[at]) agreeing += 1
  }
  return independent >= COMPARABLE && agreeing * 2 > independent
}

function schemeFrom(ids: readonly string[], knownDependent: boolean, measured: number): IdScheme {
  const length = ids[0]?.length ?? 0
  const word = leadingWord(ids)
  const ordered = ids.length >= ENOUGH ? orderedUpTo(ids) : -1
  const variant = variantPlace(ids)
  const timed = Math.min(...ids.map(timePlaces))
  const followsTime = ids.every((id) => isObjectId(id) || isTimeUuid(id))
  const varying = Array.from({ length }, (_, at) => {
    const values = ids.map((id) => id.charAt(at))
    const distinct = new Set(values).size
    if (distinct === 1) return 'constant'
    const random = ids.length >= ENOUGH && distinct * 3 > ids.length
    const told = at <= ordered || at < timed || at === variant || followsTime || countsUp(values)
    return random && !told ? 'independent' : 'counting'
  })
  const spelled = (wanted: (kind: string) => boolean) =>
    ids.map((id) => [...id].filter((_, at) => at >= word && wanted(varying[at] ?? '')).join(''))
  const independent = spelled((kind) => kind === 'independent').join('')
  const drawn = drawnCharacters(
    independent ||
      spelled(() => true)
        .join('')
        .replaceAll(/[^0-9A-Za-z]/g, ''),
  )
  const bitsEach = Math.log2(drawn.length)
  const possible = possibleCharacters(ids.map((id) => id.slice(word)))
  const filled = padding(ids, varying, word)
  const place = (kind: Place['kind'], at: number): Place => {
    const seen = [...new Set(ids.map((id) => id.charAt(at)))].join('')
    if (kind === 'independent') {
      return { kind, characters: alphabetOf(possible, seen), bits: bitsEach }
    }
    const literal = kind === 'constant' && (at < word || !isLetterOrDigit(seen) || filled.has(at))
    return { kind, characters: literal ? seen : alphabetOf(possible, seen), bits: 0 }
  }
  const draft = varying.map(place)
  const dependent =
    knownDependent ||
    ids.some((id, at) => ids.slice(0, at).some((other) => shareTooMuch(draft, id, other)))
  const places = dependent
    ? draft.map((one) =>
        one.kind === 'independent' ? { ...one, kind: 'counting' as const, bits: 0 } : one,
      )
    : draft
  const bits = places.reduce((sum, one) => sum + one.bits, 0)
  const padded = ids.some((id) => /^0|^(.)\1\1/.test(id.slice(word)))
  const own = length - word
  return {
    places,
    drawn,
    bits,
    guessable: bits < UNGUESSABLE_BITS,
    timeOrdered:
      ((ordered >= 0 && movesSlowly(ids)) || ids.some(holdsTime)) && !drawnInOneTick(ids, places),
    varies:
      bits < DRAWN_BITS &&
      own < LONG_NUMBER &&
      !padded &&
      ids.every((id) => /^[0-9A-Za-z]*$/.test(id.slice(word))),
    ...decimal(ids, word),
    measured,
  }
}

/** Fixed-length numbers: padded, or as long as those that hold a time. */
function decimal(ids: readonly string[], word: number): Pick<IdScheme, 'number'> {
  const digits = ids.map((id) => id.slice(word))
  if (digits.length === 0 || !digits.every((text) => /^[0-9]+$/.test(text))) return {}
  const largest = digits.map(BigInt).reduce((one, other) => (one > other ? one : other))
  return { number: { word: ids[0]?.slice(0, word) ?? '', largest } }
}

/**
 * The last place by which ids are in the order in which they were made, upwards or downwards; -1 where they
 * are in none. The first half of the samples were made one after the other, the others at once.
 */
function orderedUpTo(ids: readonly string[]): number {
  const singly = ids.slice(0, Math.max(ENOUGH, ids.length - ENOUGH))
  const atOnce = ids.slice(singly.length)
  const last = singly.at(-1) ?? ''
  const rising = (a: string, b: string) => a < b
  const falling = (a: string, b: string) => a > b
  const inOrder = [rising, falling].some(
    (follows) =>
      singly.slice(1).every((id, at) => follows(singly[at] ?? '', id)) &&
      atOnce.every((id) => follows(last, id)),
  )
  if (!inOrder) return -1
  return Math.max(...singly.slice(1).map((id, at) => firstDifference(singly[at] ?? '', id)))
}

function firstDifference(a: string, b: string): number {
  const at = [...a].findIndex((character, place) => character !== b[place])
  return at < 0 ? a.length : at
}

/** Whether the characters of a place are neighbours in their alphabet, each there once: counters look so. */
function countsUp(values: readonly string[]): boolean {
  const order = [...new Set(values)].map((one) => Number.parseInt(one, 36)).sort((a, b) => a - b)
  const [low = 0, high = 0] = [order[0], order.at(-1)]
  return order.length === values.length && values.length >= FIRST && high - low <= values.length
}

/**
 * Places at the beginning of an id that hold a time: of ULIDs ten characters, of UUIDs of version 7 (RFC 9562
 * §5.7) those before the version. In whatever order such ids come, the time is not drawn.
 */
function timePlaces(id: string): number {
  if (/^0[0-9A-HJKMNP-TV-Z]{25}$/i.test(id)) return ULID_TIME
  const at = UUID.exec(id)?.index
  return at !== undefined && id.charAt(at + VERSION) === '7' ? at + VERSION : 0
}

const ULID_TIME = 10

/** ULIDs and the versions of UUIDs that begin with a time. */
function holdsTime(id: string): boolean {
  return timePlaces(id) > 0 || isTimeUuid(id)
}

/** Versions of UUIDs that are made of a time and of a machine (RFC 9562 §5.1, §5.2, §5.6). */
function isTimeUuid(id: string): boolean {
  return UUID.test(id) && /[126]/.test(id.charAt((UUID.exec(id)?.index ?? 0) + VERSION))
}

/** The years in which ids of MongoDB were made, in seconds. */
const OBJECT_ID_SECONDS = [1_230_000_000, 2_500_000_000] as const

/** An id of MongoDB: seconds, a process, a counter. In any order, their differences look random. */
function isObjectId(id: string): boolean {
  if (!/^[0-9a-f]{24}$/i.test(id)) return false
  const seconds = Number.parseInt(id.slice(0, 8), 16)
  return seconds >= OBJECT_ID_SECONDS[0] && seconds <= OBJECT_ID_SECONDS[1]
}

/** Where a UUID holds its variant (RFC 9562 §4.1): one of four digits. */
const VARIANT = 19
/** Where it holds its version. */
const VERSION = 14

function variantPlace(ids: readonly string[]): number {
  const at = UUID.exec(ids[0] ?? '')?.index
  return at === undefined ? -1 : at + VARIANT
}

/** Whether ids share their first varying place with others, as they do that begin with a time. */
function movesSlowly(ids: readonly string[]): boolean {
  const first = [...(ids[0] ?? '')].findIndex((_, at) => new Set(ids.map((id) => id[at])).size > 1)
  return first >= 0 && new Set(ids.map((id) => id[first])).size * 2 <= ids.length
}

/** Whether two ids of one tick were seen that have nothing else in common: then none counts within a tick. */
function drawnInOneTick(ids: readonly string[], places: readonly Place[]): boolean {
  const told = (id: string) =>
    places.map(({ kind }, at) => (kind === 'independent' ? '' : id[at])).join('')
  return new Set(ids.map(told)).size < new Set(ids).size
}

/** Zeros, whatever they look like, that fill a counter up and stay: all but the one next to it. */
function padding(
  ids: readonly string[],
  varying: readonly string[],
  word: number,
): ReadonlySet<number> {
  const constant = varying.map((kind, at) =>
    kind === 'constant' ? (ids[0]?.charAt(at) ?? '') : '',
  )
  const filler = /^(.)\1\1/.exec(ids[0]?.slice(word) ?? '')?.[1]
  const first = constant.findIndex((one, at) => at >= word && one !== filler)
  return new Set(
    constant.flatMap((one, at) =>
      (one === '0' && constant[at + 1] === '0') ||
      (filler !== undefined && at >= word && at + 1 < first)
        ? [at]
        : [],
    ),
  )
}

/** A sentence on a scheme: what is where in an id, and what follows. */
function describe(scheme: IdScheme): string {
  const { places, bits, guessable, measured, varies, number } = scheme
  const verdict = guessable ? 'guessable' : `${Math.floor(bits)} bits that nobody can guess`
  if (varies && number !== undefined) {
    const behind = number.word === '' ? 'numbers' : `numbers behind ${JSON.stringify(number.word)}`
    return `${behind}, up to ${number.largest}: ${verdict}`
  }
  const length = `${places.length} characters`
  if (measured < ENOUGH)
    return `${length}, seen ${measured === 1 ? 'once' : `${measured} times`}: too few to tell, taken for ${verdict}`
  const parts = runsOf(places).map(({ kind, from, to }) => {
    const where = from === to ? `place ${from + 1}` : `places ${from + 1} to ${to + 1}`
    const named = to === places.length - 1 ? `the last ${to - from + 1}` : where
    return `${named} ${from === to ? VERBS[kind].one : VERBS[kind].many}`
  })
  return `${[length, ...parts].join(', ')}: ${verdict}`
}

const VERBS = {
  constant: { one: 'constant', many: 'constant' },
  counting: { one: 'counts or follows time', many: 'count or follow time' },
  independent: { one: 'random', many: 'random' },
} as const

/** Places of one kind in a row; constant ones between two of a kind belong to them. */
function runsOf(places: readonly Place[]) {
  const runs: { kind: Place['kind']; from: number; to: number }[] = []
  for (const [at, { kind }] of places.entries()) {
    const last = runs.at(-1)
    if (last?.kind === kind) last.to = at
    else runs.push({ kind, from: at, to: at })
  }
  const joined: typeof runs = []
  for (const run of runs) {
    const before = joined.at(-2)
    const between = joined.at(-1)
    if (
      before?.kind === run.kind &&
      between?.kind === 'constant' &&
      between.to - between.from < 2
    ) {
      joined.pop()
      before.to = run.to
    } else joined.push(run)
  }
  return joined
}
