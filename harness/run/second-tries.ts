import type { CaseOutcome } from './case.ts'
import { isUnanswered, type Loss, type Losses, lossIn } from './losses.ts'

/** Sends cases again that were not judged for want of an answer. */
export interface SecondTries {
  /**
   * Sends such cases again, one after the other: what happens to a request alone is no matter of load.
   *
   * @param outcomes - in the order of the cases
   * @param goesOn - tells whether anything may be sent
   * @returns what counts in place of each
   */
  of(
    outcomes: readonly CaseOutcome[],
    run: (first: CaseOutcome, key: string) => Promise<CaseOutcome>,
    goesOn: () => boolean,
  ): Promise<readonly CaseOutcome[]>
}

interface SecondTriesParts {
  readonly losses: Losses
  /** Waits until the target answers, and tells whether it does. */
  readonly answers: () => Promise<boolean>
}

/** Ends the key of a case that is sent once more, unchanged. */
export const AGAIN = ':again'

/** Times that a case is sent again. */
const MAX_TRIES = 2
/** Times that cases of a run are sent again, and of these those that take the whole time limit. */
const MAX_TRIES_OF_A_RUN = 12
const MAX_LATE_TRIES_OF_A_RUN = 2

export function createSecondTries({ losses, answers }: SecondTriesParts): SecondTries {
  let left = MAX_TRIES_OF_A_RUN
  let lateLeft = MAX_LATE_TRIES_OF_A_RUN
  /** Takes one of the tries that are left. */
  const takeTry = (isLate: boolean) => {
    if (left === 0 || (isLate && lateLeft === 0)) return false
    left -= 1
    if (isLate) lateLeft -= 1
    return true
  }

  return {
    async of(outcomes, run, goesOn) {
      let isSilent = outcomes.some(isUnanswered) && goesOn() && !(await answers())
      const again = async (first: CaseOutcome, loss: Loss): Promise<CaseOutcome> => {
        const isLate = loss.exchange.failure?.kind === 'timeout'
        const sent = [...first.sent]
        let tries = 0
        let { key } = first
        while (!isSilent && goesOn() && tries < MAX_TRIES && takeTry(isLate)) {
          key += AGAIN
          const outcome = await run(first, key)
          if (isJudged(outcome)) {
            losses.recovered(loss.exchange)
            return outcome
          }
          sent.push(...outcome.sent)
          isSilent = !(await answers())
          // It is no finding unless the same request is lost again, and the target answers afterwards.
          if (isSilent || lossIn(outcome)?.place !== loss.place) {
            losses.stays(loss, 0, sent)
            return first
          }
          tries += 1
        }
        losses.stays(loss, tries, sent)
        return first
      }
      const results: CaseOutcome[] = []
      for (const first of outcomes) {
        const loss = lossIn(first)
        results.push(loss === undefined ? first : await again(first, loss))
      }
      return results
    },
  }
}

function isJudged(outcome: CaseOutcome): boolean {
  const { kind } = outcome
  return kind === 'passed' || kind === 'failed' || outcome.blockedBy !== undefined
}
