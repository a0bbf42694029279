import { BASE36, BASE62, DIGITS, type Draw, HEX, inDigits, UPPER } from '../draw.ts'
import { type IdScheme, scheme } from '../id-source.ts'
import { bigEndian, uuidText } from './uuid-text.ts'

/** A server that has been in use for a while. */
const IN_USE = 179_042n
const BASE32 = `${UPPER}234567`

/** Processes of one server, each of which takes a block of numbers at a time. */
const PROCESSES = 3n

/** Ids that count, in plain sight. */
export const plainCounters: readonly IdScheme[] = [
  counting('decimal-from-1', 'counts from 1', 1n, String),
  counting('decimal', 'counts from 179042', IN_USE, String),
  counting('padded-24', 'counts, padded with zeros to 24 digits', IN_USE, (count) =>
    inDigits(count, DIGITS, 24),
  ),
  counting('file-padded-24', '`file-` and a counter of 24 digits', IN_USE, (count) => {
    return `file-${inDigits(count, DIGITS, 24)}`
  }),
  counting('padded-24-blocks', 'the same in three processes, by blocks of 1,000', 0n, (count) =>
    inDigits(IN_USE + inBlocks(count, 1_000n), DIGITS, 24),
  ),
  counting('word-counter', '`file-` and a counter', 17n, (count) => `file-${count}`),
  counting('hex-counter', 'counts in hexadecimal', IN_USE, (count) => inDigits(count, HEX)),
  counting('base36-counter', 'counts in base 36', IN_USE, (count) => inDigits(count, BASE36)),
  counting('base62-counter', 'counts in base 62', IN_USE, (count) => inDigits(count, BASE62)),
  counting('base32-counter', 'counts in capital base 32 of 13 places', IN_USE, (count) =>
    inDigits(count, BASE32, 13),
  ),
  counting('base64-counter', 'base64 of `file:` and a counter', IN_USE, (count) =>
    Buffer.from(`file:${count}`).toString('base64'),
  ),
]

/** Ids that count and look random. */
export const hiddenCounters: readonly IdScheme[] = [
  counting(
    'little-endian',
    'counts in 24 hexadecimal digits, the low octet first',
    IN_USE,
    (count) => lowFirst(count, 12).toString('hex'),
  ),
  hidden('little-endian-part', 'the same in four octets of eight', 8, (octets, count) => {
    return Buffer.concat([lowFirst(count + IN_USE, 4), octets.subarray(4)]).toString('hex')
  }),
  hidden(
    'uuid-tail',
    'a UUID that is constant but for the end, which counts',
    16,
    (octets, count) =>
      uuidText(Buffer.concat([octets.subarray(0, 10), bigEndian(after(octets, 10, 6, count), 6)])),
  ),
  hidden(
    'uuid-tail-blocks',
    'the same in three processes, by blocks of 4,096',
    16,
    (octets, count) => {
      const tail = bigEndian(after(octets, 10, 6, inBlocks(count, 4_096n)), 6)
      return uuidText(Buffer.concat([octets.subarray(0, 10), tail]))
    },
  ),
  hidden(
    'uuid-head',
    'a UUID that is constant but for the first group, which counts',
    16,
    (octets, count) =>
      uuidText(Buffer.concat([bigEndian(after(octets, 0, 4, count), 4), octets.subarray(4)])),
  ),
  hidden(
    'sql-server',
    "SQL Server's NEWSEQUENTIALID: the first group counts, its octets swapped",
    16,
    (octets, count) => {
      const first = lowFirst(after(octets, 0, 4, count), 4)
      return uuidText(Buffer.concat([first, octets.subarray(4)])).toUpperCase()
    },
  ),
  hidden(
    'oracle',
    "Oracle's SYS_GUID: octets in the middle count, the tail is constant",
    16,
    (octets, count) => {
      const counting = bigEndian(after(octets, 0, 6, count), 6)
      return Buffer.concat([counting, octets.subarray(6)])
        .toString('hex')
        .toUpperCase()
    },
  ),
]

function counting(
  name: string,
  does: string,
  first: bigint,
  write: (count: bigint) => string,
): IdScheme {
  return scheme(name, does, () => {
    let count = first
    return () => {
      const id = write(count)
      count += 1n
      return id
    }
  })
}

/** A counter among octets that the server draws once, when it starts. */
function hidden(
  name: string,
  does: string,
  octetCount: number,
  write: (octets: Buffer, count: bigint) => string,
): IdScheme {
  return scheme(name, does, (draw: Draw) => {
    const octets = draw.octets(octetCount)
    let count = 0n
    return () => {
      const id = write(octets, count)
      count += 1n
      return id
    }
  })
}

/** The number that the process gives out whose turn it is: ids of the same time are whole blocks apart. */
function inBlocks(count: bigint, size: bigint): bigint {
  const [process, own] = [count % PROCESSES, count / PROCESSES]
  const block = (own / size) * PROCESSES + process
  return block * size + (own % size)
}

/** Adds to the number that stands in some of the octets. */
function after(octets: Buffer, begin: number, count: number, add: bigint): bigint {
  return BigInt(`0x${octets.subarray(begin, begin + count).toString('hex')}`) + add
}

function lowFirst(value: bigint, count: number): Buffer {
  return bigEndian(value, count).reverse()
}
