/** Places for the resources of a run that are alive at once, bystanders among them. */
export interface Places {
  /**
   * Waits for places, in turn; all of them are given together, so that no two cases wait for each other.
   *
   * @returns why there are none, where so many will never be free
   */
  take(count: number): Promise<string | undefined>
  /**
   * Gives places back.
   *
   * @param kept - how many of them stay taken: their resources could not be deleted
   */
  give(count: number, kept?: number): void
  /** How many are taken for good. */
  readonly kept: number
}

/** @param most - how many resources may be alive at once */
export function createPlaces(most: number): Places {
  const waiting: { readonly count: number; answer(refusal?: string): void }[] = []
  let free = most
  let kept = 0
  const refusal = (count: number) =>
    `not sent: of ${most} files that may be there at once (--max-live), ${kept} stay to the end of the run, and this needs ${count}`
  const letIn = () => {
    for (let first = waiting[0]; first !== undefined; first = waiting[0]) {
      if (first.count > most - kept) first.answer(refusal(first.count))
      else if (first.count <= free) {
        free -= first.count
        first.answer()
      } else return
      waiting.shift()
    }
  }

  return {
    get kept() {
      return kept
    },
    take(count) {
      if (count === 0) return Promise.resolve(undefined)
      return new Promise((answer) => {
        waiting.push({ count, answer })
        letIn()
      })
    },
    give(count, stay = 0) {
      free += count - stay
      kept += stay
      letIn()
    },
  }
}
