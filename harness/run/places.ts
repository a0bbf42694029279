/** Places for the resources of a run that are alive at once, bystanders among them. */
export interface Places {
  /**
   * Waits for places, in turn. All come together, so that no two cases wait for each other.
   *
   * @returns a reason if so many will never be free
   */
  take(count: number): Promise<string | undefined>
  /**
   * Gives places back.
   *
   * @param kept - how many of them stay taken: their resources could not be deleted
   */
  give(count: number, kept?: number): void
  /** Number of places that stay taken. */
  readonly kept: number
}

/** @param most - resources that may be alive at once */
export function createPlaces(most: number): Places {
  const waiting: { readonly count: number; answer(refusal?: string): void }[] = []
  let free = most
  let kept = 0
  const admit = () => {
    for (let first = waiting[0]; first !== undefined; first = waiting[0]) {
      const { count } = first
      if (count <= most - kept) {
        if (count > free) return
        free -= count
        first.answer()
      } else {
        first.answer(
          `not sent: of ${most} files that may be there at once (--max-live), ${kept} stay to the end of the run, and this needs ${count}`,
        )
      }
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
        admit()
      })
    },
    give(count, stay = 0) {
      free += count - stay
      kept += stay
      admit()
    },
  }
}
