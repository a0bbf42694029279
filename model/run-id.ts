/** Letters that no number is written with, not even a hexadecimal one. */
export const RUN_ID_LETTERS = 'ghijklmnopqrstuvwxyz'
/** Length that gives a run id 69 bits. */
export const RUN_ID_LENGTH = 16
/** Run id of any run of this program, in the name of a file or in a made-up id. */
export const RUN_ID = /[g-z]{16}/

/** Draws a text without bias: octets that do not divide evenly are thrown away. */
export function draw(alphabet: string, length: number, octet: () => number): string {
  const bound = 256 - (256 % alphabet.length)
  let drawn = ''
  while (drawn.length < length) {
    const value = octet()
    if (value < bound) drawn += alphabet[value % alphabet.length]
  }
  return drawn
}
