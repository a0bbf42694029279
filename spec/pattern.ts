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
  /** Whether every pattern so far is one that cannot backtrack without end on a short text. */
  readonly plain: boolean
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
  let plain = true
  const regExp = (pattern: string, flags: string): Testing => {
    const expression = new RegExp(pattern, flags)
    const tested = within(FIRST_TEST_MS, () => FIRST_TEXTS.map((text) => expression.test(text)))
    if (tested === OUT_OF_TIME) {
      throw new Error(`pattern ${JSON.stringify(pattern)} backtracks without end on an empty text`)
    }
    plain &&= isPlain(pattern)
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
    get plain() {
      return plain
    },
    atWork: () => current,
    rest() {
      current = undefined
    },
  }
}

/**
 * Whether a pattern has no group and one quantifier at most: then a text of n characters takes some n²
 * steps at most. Most patterns of ids are of this kind.
 */
function isPlain(pattern: string): boolean {
  return !pattern.includes('(') && (pattern.match(/[*+?{]/g)?.length ?? 0) <= 1
}
