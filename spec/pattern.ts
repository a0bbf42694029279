import { quote } from '../model/violation.ts'
import { OUT_OF_TIME, within } from './time-limit.ts'

/** A regular expression with what ajv needs of one. */
interface Testing {
  test(text: string): boolean
  toString(): string
}

/** Makes the regular expressions of schemas, and knows which of them is at work. */
export interface PatternEngine {
  /** For the option `code.regExp` of ajv. */
  readonly regExp: ((pattern: string, flags: string) => Testing) & { code: string }
  /** The pattern whose test has begun and not ended: after a test that was broken off, that one. */
  atWork(): string | undefined
  /** Forgets it. */
  rest(): void
}

/** Texts that show whether the engine can compile a pattern, which it does at the first test of each kind. */
const FIRST_TEXTS = ['', '\u{10000}']
const FIRST_TEST_MS = 1_000

/** An engine for the patterns of one document: those of JavaScript, as JSON Schema wants them. */
export function patternEngine(): PatternEngine {
  let current: string | undefined
  const regExp = (pattern: string, flags: string): Testing => {
    const expression = new RegExp(pattern, flags)
    const tested = within(FIRST_TEST_MS, () => FIRST_TEXTS.map((text) => expression.test(text)))
    if (tested === OUT_OF_TIME) {
      throw new Error(`pattern ${quote(pattern)} backtracks without end on an empty text`)
    }
    return {
      test(text) {
        current = pattern
        const matches = expression.test(text)
        current = undefined
        return matches
      },
      // ajv takes patterns that are written alike for one.
      toString: () => String(expression),
    }
  }
  return {
    regExp: Object.assign(regExp, { code: 'patternEngine().regExp' }),
    atWork: () => current,
    rest() {
      current = undefined
    },
  }
}

/**
 * Whether a pattern cannot backtrack without end on a short text: it has no group and one quantifier at
 * most, so that n characters take some n² steps. Most patterns of ids are of this kind.
 */
export function isPlainPattern(pattern: string): boolean {
  return !pattern.includes('(') && (pattern.match(/[*+?{]/g)?.length ?? 0) <= 1
}
