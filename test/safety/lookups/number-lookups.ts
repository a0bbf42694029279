import { type Lookup, lookup } from '../lookup.ts'

/** Reads the number that a text means to a server; undefined for none. */
type Read = (text: string) => number | bigint | undefined

/** An id that is a number, or a word, a separator and a number. */
const NUMBERED = /^(?:[A-Za-z]{1,12}[-_:])?(\d+)$/
const WORD = /^[A-Za-z]+[-_:]/

/** Lookups that take what was sent for a number, and compare it with the numbers in ids. */
export const numberLookups: readonly Lookup[] = [
  numeric('parse-int', 'reads the digits at the beginning (parseInt)', (text) =>
    sure(Number.parseInt(text, 10)),
  ),
  numeric('number', 'reads any notation of a number (Number)', whole),
  numeric(
    'number-32',
    'reads a number and keeps 32 bits of it',
    (text) => {
      const read = whole(text)
      return read === undefined ? undefined : read | 0
    },
    (digits) => Number(digits) | 0,
  ),
  numeric('parse-float', 'reads a number and rounds it (parseFloat)', (text) => {
    const read = sure(Number.parseFloat(text))
    return read === undefined ? undefined : Math.round(read)
  }),
  numeric('digits-alone', 'drops all that is no digit', (text) =>
    integer(text.replaceAll(/\D/g, '')),
  ),
  numeric(
    'any-digits',
    'reads digits of any script, underlines between (int of Python)',
    (text) => {
      const ascii = text.trim().replaceAll(/\p{Nd}/gu, digitOf)
      return /^[+-]?\d+(?:_\d+)*$/.test(ascii) ? integer(ascii.replaceAll('_', '')) : undefined
    },
  ),
  lookup('leading-number', 'reads the number before the hyphen of an id', (ids, sought) => {
    const wanted = Number.parseInt(sought, 10)
    // Random ids may look so by chance; no server takes them for numbers.
    if (!ids.every((id) => /^\d+-/.test(id))) return []
    return ids.filter((id) => Number.parseInt(id, 10) === wanted)
  }),
  lookup('coerced', 'compares as numbers where a number was sent (MySQL)', (ids, sought) => {
    const wanted = /^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?\s*$/i.test(sought)
    return wanted ? ids.filter((id) => beginning(id) === beginning(sought)) : []
  }),
  lookup('hex-number', 'compares the hexadecimal digits at the beginning', (ids, sought) => {
    const wanted = hexadecimal(sought)
    return wanted === undefined ? [] : ids.filter((id) => hexadecimal(id, true) === wanted)
  }),
]

/** @param stored - what the server keeps of the digits of an id */
function numeric(
  name: string,
  does: string,
  read: Read,
  stored: Read = exactOrRounded(read),
): Lookup {
  return lookup(name, does, (ids, sought) => {
    // Servers with `file-17` strip the word first; those that do not find nothing at all.
    const wanted = read(sought) ?? read(sought.replace(WORD, ''))
    if (wanted === undefined) return []
    return ids.filter((id) => {
      const digits = NUMBERED.exec(id)?.[1]
      return digits !== undefined && stored(digits) === wanted
    })
  })
}

/** Keeps an id in the type that the server reads numbers in, with its rounding. */
function exactOrRounded(read: Read): Read {
  return typeof read('1') === 'bigint' ? (digits) => BigInt(digits) : (digits) => Number(digits)
}

function whole(text: string): number | undefined {
  return text.trim() === '' ? undefined : sure(Number(text))
}

function sure(value: number): number | undefined {
  return Number.isFinite(value) ? value : undefined
}

function integer(digits: string): bigint | undefined {
  return digits === '' ? undefined : BigInt(digits)
}

/** Digits of a script stand in a row of ten, from zero. */
function digitOf(character: string): string {
  const code = character.codePointAt(0) ?? 0
  let zero = code
  while (code - zero < 9 && /\p{Nd}/u.test(String.fromCodePoint(zero - 1))) zero -= 1
  return String((code - zero) % 10)
}

function beginning(text: string): number {
  const read = Number.parseFloat(text)
  return Number.isNaN(read) ? 0 : read
}

function hexadecimal(text: string, entirely = false): bigint | undefined {
  const digits = (entirely ? /^([\dA-Fa-f]+)$/ : /^\s*(?:0x)?([\dA-Fa-f]+)/i).exec(text)?.[1]
  return digits === undefined ? undefined : BigInt(`0x${digits}`)
}
