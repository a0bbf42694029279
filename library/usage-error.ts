/** Wrong usage or configuration; the message names the flag, option or file, what was found and what is accepted. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}
