import type { NewFile } from '../../fixtures/server/store.ts'
import { type Draw, stream } from './draw.ts'

/** Names that people give, and names that programs trip over; where the name is the id, these are ids. */
const NAMES = [
  ...['data.jsonl', 'a', 'b', 'x', 'test', 'file', 'files', 'content', 'report (1).pdf', 'Ä.txt'],
  ...['0', '1', '2', '42', '-1', 'null', 'undefined', 'true', 'NaN', '__proto__', 'constructor'],
  ...['data', 'data.json', 'DATA.JSONL', 'data.jsonl.bak', 'a,b', 'a b', '*', '%', '.txt'],
]
/** The empty file, then every file of one octet. */
const TINY = 1 + 256
const EXTENSIONS = ['.jsonl', '.json', '.txt', '.pdf', '']
const MAX_OCTETS = 300

/** Makes up the files of other people, the tiny ones first, so that content-addressed ids meet. */
export function foreignFiles(seed: number): (account: string) => NewFile {
  const draw = stream(seed)
  let made = 0
  return (account) => {
    const at = made
    made += 1
    const filename = NAMES[at] ?? `upload-${at}${EXTENSIONS[draw.below(EXTENSIONS.length)]}`
    return { account, filename, purpose: 'batch', content: contentOf(at, draw) }
  }
}

function contentOf(at: number, draw: Draw): Uint8Array {
  if (at === 0) return new Uint8Array()
  if (at < TINY) return Uint8Array.of(at - 1)
  return draw.octets(2 + draw.below(MAX_OCTETS))
}
