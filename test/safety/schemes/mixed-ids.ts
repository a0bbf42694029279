import { BASE62, type Draw, HEX } from '../draw.ts'
import { type IdScheme, type Issue, scheme } from '../id-source.ts'
import { inTurn } from './time-ids.ts'
import { uuid } from './uuid-text.ts'

/** Ids of two kinds on one server, and ids that count in one part and are random in another. */
export const mixedIds: readonly IdScheme[] = [
  scheme('every-other-counts', 'random and counting ids in turn', (draw) => {
    return inTurn([random(draw), counter()])
  }),
  scheme('one-in-five-counts', 'one counting id after four random ones', (draw) => {
    const drawn = random(draw)
    return inTurn([drawn, drawn, drawn, drawn, counter()])
  }),
  scheme('counter-hex', 'a counter, a hyphen, and eight random hexadecimal digits', (draw) => {
    const count = counter()
    return (issued) => `${count(issued)}-${draw.text(HEX, 8)}`
  }),
  scheme('counter-uuid4', 'a counter, a hyphen, and a random UUID', (draw) => {
    const count = counter()
    return (issued) => `${count(issued)}-${uuid(draw.octets(16), 4)}`
  }),
]

function random(draw: Draw): Issue {
  return () => draw.text(BASE62, 24)
}

function counter(): Issue {
  let count = 179_041
  return () => {
    count += 1
    return String(count)
  }
}
