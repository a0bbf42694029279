import fc from 'fast-check'

/*
 * Spellings of secrets, and a search that undoes them: nothing of it is the product's.
 */

/** Writes octets otherwise. */
export type Spelling = (octets: Buffer) => Buffer

const each = (write: (octet: number) => string): Spelling =>
  function spell(octets) {
    return Buffer.from([...octets].map(write).join(''), 'latin1')
  }
const hex2 = (octet: number) => octet.toString(16).padStart(2, '0')
const char = (octet: number) => String.fromCharCode(octet)
const isPlain = (octet: number) => /[\w.~-]/.test(char(octet))
/** By character and not by octet, where the octets are UTF-8. */
const characters = (write: (character: string) => string): Spelling =>
  function spell(octets) {
    const text = octets.toString('utf8')
    return Buffer.from([...text].map(write).join(''))
  }
const u = (character: string) =>
  [...Array(character.length).keys()]
    .map((at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`)
    .join('')
const NAMED: Readonly<Record<string, string>> = {
  '&': 'amp',
  '<': 'lt',
  '>': 'gt',
  '"': 'quot',
  "'": 'apos',
  '/': 'sol',
  '+': 'plus',
  '=': 'equals',
  '%': 'percnt',
  '\\': 'bsol',
  ä: 'auml',
  é: 'eacute',
  '€': 'euro',
}
const padded =
  (before: string, encoding: 'base64' | 'base64url'): Spelling =>
  (octets) =>
    Buffer.from(
      Buffer.concat([Buffer.from(before), octets, Buffer.from('!after')]).toString(encoding),
    )

/** By name; every one can be spelled again in another. */
export const SPELLINGS: Readonly<Record<string, Spelling>> = {
  'as it is': (octets) => octets,
  'JSON with \\/': (octets) =>
    Buffer.from(JSON.stringify(octets.toString('utf8')).slice(1, -1).replaceAll('/', '\\/')),
  'JSON with \\u00.. for signs': characters((one) => (/^[\w]$/.test(one) ? one : u(one))),
  'JSON with \\u.... for all': characters(u),
  'JSON with \\U00.. in capitals': characters((one) =>
    u(one).replaceAll(/[a-f]/g, (digit) => digit.toUpperCase()),
  ),
  percent: each((octet) => (isPlain(octet) ? char(octet) : `%${hex2(octet).toUpperCase()}`)),
  'percent in lower case': each((octet) => (isPlain(octet) ? char(octet) : `%${hex2(octet)}`)),
  'percent for all': each((octet) => `%${hex2(octet)}`),
  'HTML by name': characters((one) => (NAMED[one] === undefined ? one : `&${NAMED[one]};`)),
  'HTML in decimal': characters((one) => `&#${one.codePointAt(0)};`),
  'HTML in hexadecimal': characters((one) => `&#x${one.codePointAt(0)?.toString(16)};`),
  base64: (octets) => Buffer.from(octets.toString('base64')),
  base64url: (octets) => Buffer.from(octets.toString('base64url')),
  'base64 behind one octet': padded(':', 'base64'),
  'base64url behind two': padded('a:', 'base64url'),
  'base64 behind a name': padded('user:', 'base64'),
  'base64 in a word': (octets) => Buffer.from(`id7${octets.toString('base64url')}xyz`),
  'base64 in lines': (octets) =>
    Buffer.from(
      (
        padded(
          'x'.repeat(70),
          'base64',
        )(octets)
          .toString()
          .match(/.{1,76}/g) ?? []
      ).join('\r\n'),
    ),
  hex: (octets) => Buffer.from(octets.toString('hex')),
  'hex in capitals': (octets) => Buffer.from(octets.toString('hex').toUpperCase()),
  'hex in a word': (octets) => Buffer.from(`fa${octets.toString('hex')}0`),
}

/** Some octets of a secret: as UTF-8, or as Latin-1 where it can be. */
export function octetsOf(secret: string): readonly Buffer[] {
  const utf8 = Buffer.from(secret)
  const latin1 = Buffer.from(secret, 'latin1')
  return latin1.toString('latin1') === secret && !latin1.equals(utf8) ? [utf8, latin1] : [utf8]
}

const SIGNS = [...'/&"<>%\\+=\'!$?#:@;,.-_~'].filter((sign) => sign !== ':')

/** Secrets that no text holds by chance, full of what is spelled otherwise somewhere. */
export function secret(beyond: string = ''): fc.Arbitrary<string> {
  const letters = [...'abcXYZ0189', ...SIGNS, ...beyond]
  return fc
    .string({ unit: fc.constantFrom(...letters), minLength: 7, maxLength: 30 })
    .map((text) => `Zq7${text}9j`)
}

/** Which of these secrets stand in a text, however it has to be decoded: in up to so many layers. */
export function foundIn(octets: Buffer, secrets: readonly string[], layers = 4): readonly string[] {
  const wanted = secrets.map(
    (one) => [one, octetsOf(one).map((form) => form.toString('latin1'))] as const,
  )
  const found = new Set<string>()
  const seen = new Set<string>()
  const look = (text: string, left: number) => {
    if (seen.has(text) || text.length < 8) return
    seen.add(text)
    for (const [one, forms] of wanted) if (forms.some((form) => text.includes(form))) found.add(one)
    if (left === 0) return
    const utf8 = (code: number) =>
      Buffer.from(String.fromCodePoint(Math.min(code, 0x10ffff))).toString('latin1')
    look(
      text.replaceAll(/%([\da-f]{2})/gi, (_, digits) => char(Number.parseInt(digits, 16))),
      left - 1,
    )
    look(
      text.replaceAll(
        /\\(?:u([\da-f]{4})|u\{([\da-f]+)\}|(["'\\/nrt]))/gi,
        (_, four, some, sign) =>
          sign === undefined
            ? utf8(Number.parseInt(four ?? some, 16))
            : sign.replace(/[nrt]/i, ' '),
      ),
      left - 1,
    )
    look(
      text.replaceAll(/&(?:#x([\da-f]+)|#(\d+)|(\w+));/gi, (whole, x, d, name) => {
        if (name === undefined) return utf8(Number.parseInt(x ?? d, x === undefined ? 10 : 16))
        const sign = Object.entries(NAMED).find(([, one]) => one === name)?.[0]
        return sign === undefined ? whole : Buffer.from(sign).toString('latin1')
      }),
      left - 1,
    )
    for (const [run] of text.replaceAll(/\s/g, '').matchAll(/[\w+/-]{11,}/g)) {
      for (let first = 0; first < 4; first += 1) {
        const decoded = Buffer.from(run.slice(first), 'base64').toString('latin1')
        for (const [stretch] of decoded.matchAll(/[\t\r\n\x20-\x7e\x80-\xff]{8,}/g))
          look(stretch, left - 1)
      }
    }
    for (const [run] of text.matchAll(/[\da-f]{16,}/gi)) {
      for (const first of [0, 1])
        look(Buffer.from(run.slice(first), 'hex').toString('latin1'), left - 1)
    }
  }
  look(octets.toString('latin1'), layers)
  return [...found]
}
