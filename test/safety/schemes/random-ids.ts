import { BASE62, BASE64URL, DIGITS, type Draw, HEX, LOWER } from '../draw.ts'
import { type IdScheme, scheme, withoutRepetition } from '../id-source.ts'
import { uuid } from './uuid-text.ts'

/** Ids drawn at random, with nothing of time, order or content in them. */
export const randomIds: readonly IdScheme[] = [
  random('openai', '`file-` and 24 letters and digits', (draw) => `file-${draw.text(BASE62, 24)}`),
  random('hex-24', '24 hexadecimal digits', (draw) => draw.text(HEX, 24)),
  random('base64url-22', '16 octets in base64url', (draw) => draw.octets(16).toString('base64url')),
  random('nanoid', '21 characters of the base64url alphabet', (draw) => draw.text(BASE64URL, 21)),
  random('uuid4', 'a random UUID', (draw) => uuid(draw.octets(16), 4)),
  random(
    'file-uuid4',
    'a random UUID behind `file_`',
    (draw) => `file_${uuid(draw.octets(16), 4)}`,
  ),
]

/** Random ids so short that a changed character may well be somebody's. */
export const shortIds: readonly IdScheme[] = [
  random('digits-6', 'six random digits', (draw) => draw.text(DIGITS, 6)),
  random('base62-4', 'four random letters and digits', (draw) => draw.text(BASE62, 4)),
  random('base62-6', 'six random letters and digits', (draw) => draw.text(BASE62, 6)),
  random('base62-8', 'eight random letters and digits', (draw) => draw.text(BASE62, 8)),
  random('hex-8', 'eight random hexadecimal digits', (draw) => draw.text(HEX, 8)),
  random('letters-5', 'five random small letters', (draw) => draw.text(LOWER, 5)),
]

function random(name: string, does: string, make: (draw: Draw) => string): IdScheme {
  return scheme(name, does, (draw) => withoutRepetition(() => make(draw)))
}
