/**
 * A value as JSON that is safe to print: `JSON.stringify` leaves as they are DEL, the one-octet
 * control sequences, and the characters that turn the direction of writing; here they are escapes.
 */
export function jsonText(value: unknown, indent?: number): string {
  const text = JSON.stringify(value, undefined, indent)
  return text.replaceAll(
    /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufffe\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
