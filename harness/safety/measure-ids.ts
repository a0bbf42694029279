import type { IdFacts, IdScheme, Place } from '../../model/id-scheme.ts'
import { ENOUGH, FIRST, LONG_NUMBER, schemeFrom, shareTooMuch } from './scheme.ts'

/**
 * Measures the ids that a target gives.
 *
 * Length and alphabet do not tell whether an id can be guessed: zero-padded counters and sequential GUIDs
 * look random. So ids of one length and making are gathered in a group and compared with each other. Each
 * group follows one scheme. What is learnt later only makes it stricter.
 */
export function createIdMeasure() {
  const groups = new Map<string, Group>()
  let schemes: readonly IdScheme[] | undefined
  let version = 0
  return {
    /** Notes an id. Those of the preflight come first, in the order in which they were made. */
    learn(id: string) {
      const key = groupOf(id)
      const group = groups.get(key) ?? createGroup(id)
      groups.set(key, group)
      if (!group.add(id)) return
      schemes = undefined
      version += 1
    },
    /** Returns the scheme of an id of this length and making; undefined if no such id was seen. */
    schemeOf: (id: string) => groups.get(groupOf(id))?.scheme(),
    get schemes() {
      schemes ??= withoutChanceNumbers([...groups.values()].map((group) => group.scheme()))
      return schemes
    },
    /** Goes up whenever a scheme may have changed. */
    get version() {
      return version
    },
  }
}

/** Leaves out numbers that are random ids: of many, a few consist of digits alone. */
function withoutChanceNumbers(schemes: readonly IdScheme[]): readonly IdScheme[] {
  return schemes.filter(({ number, places, measured, varies }) => {
    if (number === undefined || number.word !== '' || !varies) return true
    return !schemes.some(
      (other) =>
        other.number === undefined &&
        other.places.length === places.length &&
        other.measured > 2 * measured &&
        other.places.every(
          ({ kind, characters }) => kind === 'independent' && /0.*9/.test(characters),
        ),
    )
  })
}

/**
 * Derives facts from samples, for those who make cases: they stay as they are for the whole run.
 *
 * @param areOthers - whether they are ids of others, of which no text may show a part
 */
export function idFactsOf(samples: readonly string[], areOthers = false): IdFacts {
  const measure = createIdMeasure()
  for (const id of samples) measure.learn(id)
  const { schemes } = measure
  return {
    samples: areOthers ? [] : samples,
    guessable: schemes.length === 0 || schemes.some(({ guessable }) => guessable),
    finding: schemes.map((scheme) => describe(scheme, areOthers)),
  }
}

/** Number of listed ids that are measured. */
const MAX_LISTED = 64

/**
 * Chooses ids of a list to measure, over all of it. They are sorted: then whatever order they have is found, as
 * a list need not have that in which they were made.
 */
export function sampleOf(listed: readonly string[]): readonly string[] {
  const ids = listed.toSorted()
  const every = Math.max(1, Math.ceil(ids.length / MAX_LISTED))
  return ids.filter((_, at) => at % every === 0)
}

/** Ids of one length and making. */
interface Group {
  /** Returns whether its scheme may have changed. */
  add(id: string): boolean
  scheme(): IdScheme
}

/** Names the group of an id: numbers without leading zeros belong together, all else by its length. */
function groupOf(id: string): string {
  const number = shortNumber(id)
  return number === undefined ? `length ${id.length}` : `number behind ${number.word}`
}

function shortNumber(id: string): { readonly word: string } | undefined {
  const [, word = '', digits = ''] = /^((?:[A-Za-z]+[-_:.])?)(0|[1-9][0-9]*)$/.exec(id) ?? []
  return digits === '' || digits.length >= LONG_NUMBER ? undefined : { word }
}

function createGroup(first: string): Group {
  const number = shortNumber(first)
  return number === undefined ? lengthGroup() : numberGroup(number.word)
}

/** Distance of the first numbers from which on they were drawn, not counted. */
const DRAWN_APART = 10_000n

function numberGroup(word: string): Group {
  let largest = -1n
  let least: bigint | undefined
  let measured = 0
  let longest = ''
  let counted = false
  const lengths = new Set<number>()
  return {
    add(id) {
      const state = () => [longest, lengths.size, counted].join()
      const before = state()
      measured += 1
      const value = BigInt(id.slice(word.length))
      lengths.add(id.length)
      if (least === undefined || value < least) least = value
      if (value > largest) {
        largest = value
        longest = id
      }
      // A counter gets far from its first value in time, and still is one.
      if (measured >= ENOUGH && largest - least < DRAWN_APART) counted = true
      return state() !== before
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

/** Ids that a new one is compared with: those of one burst come close together. */
const RECENT = 16

function lengthGroup(): Group {
  const first: string[] = []
  const recent: string[] = []
  let measured = 0
  let dependent = false
  let scheme: IdScheme | undefined
  return {
    add(id) {
      // A sample may be provided later, and equal content may get an id twice.
      if (first.includes(id) || recent.includes(id)) return false
      measured += 1
      const { places } = scheme ?? schemeFrom(first, dependent, measured)
      const isAlike = recent.some((other) => shareTooMuch(places, id, other))
      const changes = first.length < FIRST || (isAlike && !dependent)
      if (first.length < FIRST) first.push(id)
      recent.push(id)
      if (recent.length > RECENT) recent.shift()
      if (isAlike) dependent = true
      if (changes) scheme = undefined
      return changes
    },
    scheme() {
      scheme ??= schemeFrom(first, dependent, measured)
      return scheme
    },
  }
}

/** Describes a scheme in a sentence: what is where in an id, and what follows from it. */
function describe(scheme: IdScheme, areOthers: boolean): string {
  const { places, bits, guessable, measured, varies, number } = scheme
  const verdict = guessable ? 'guessable' : `${Math.floor(bits)} bits that nobody can guess`
  if (varies && number !== undefined) {
    const word = areOthers ? 'a word' : JSON.stringify(number.word)
    const behind = number.word === '' ? 'numbers' : `numbers behind ${word}`
    return `${behind}${areOthers ? '' : `, up to ${number.largest}`}: ${verdict}`
  }
  const length = `${places.length} characters`
  if (measured < ENOUGH) {
    const times = measured === 1 ? 'once' : `${measured} times`
    return `${length}, seen ${times}: too few to tell, taken for ${verdict}`
  }
  const parts = runsOf(places).map(({ kind, from, to }) => {
    const where = from === to ? `place ${from + 1}` : `places ${from + 1} to ${to + 1}`
    const named = to === places.length - 1 ? `the last ${to - from + 1}` : where
    return `${named} ${VERBS[kind][from === to ? 'one' : 'many']}`
  })
  return `${[length, ...parts].join(', ')}: ${verdict}`
}

const VERBS = {
  constant: { one: 'constant', many: 'constant' },
  counting: { one: 'counts or follows time', many: 'count or follow time' },
  independent: { one: 'random', many: 'random' },
} as const

/** Joins places of one kind in a row; up to two constant ones between two of a kind belong to them. */
function runsOf(places: readonly Place[]) {
  const runs: { kind: Place['kind']; from: number; to: number }[] = []
  for (const [at, { kind }] of places.entries()) {
    const last = runs.at(-1)
    if (last?.kind === kind) last.to = at
    else runs.push({ kind, from: at, to: at })
  }
  const joined: typeof runs = []
  for (const run of runs) {
    const [before, between] = [joined.at(-2), joined.at(-1)]
    const isShort = between?.kind === 'constant' && between.to - between.from < 2
    if (before?.kind === run.kind && isShort) {
      joined.pop()
      before.to = run.to
    } else joined.push(run)
  }
  return joined
}
