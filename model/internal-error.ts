/** A fault of this program, never of the target: a probe or judge that threw, a forbidden request. */
export class InternalError extends Error {
  override readonly name = 'InternalError'
}
