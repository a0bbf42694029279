import { createInterface } from 'node:readline'

/** Asks the person at the terminal, and gives the answer without the spaces around it. */
export type Ask = (question: string) => Promise<string>

/** Finds the person at the terminal; undefined if nobody can be asked. */
export function personAtTerminal(): Ask | undefined {
  if (!(process.stdin.isTTY && process.stdout.isTTY)) return undefined
  return async (question) => {
    process.stdout.write(question)
    const lines = createInterface({ input: process.stdin })
    try {
      for await (const answer of lines) return answer.trim()
      return ''
    } finally {
      lines.close()
    }
  }
}

/** Tells whether an answer is yes. */
export function isYes(answer: string): boolean {
  return /^y(es)?$/i.test(answer)
}
