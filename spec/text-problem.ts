/** Lists and objects in one another in one text. Descriptions of large services have some thirty. */
export const MAX_TEXT_LEVELS = 200

/** Why a text cannot be used: on which line, and what was found. */
export interface TextProblem {
  readonly line: number
  readonly found: string
}
