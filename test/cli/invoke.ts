import { exitCodeFor } from '../../cli/exit-code.ts'
import type { Output } from '../../cli/output.ts'
import { createProgram } from '../../cli/program.ts'
import { createStyle } from '../../reporters/terminal.ts'

/** Exit code and output of a command. */
export interface Invocation {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs the command line inside this process, without colours. */
export async function invoke(...words: readonly string[]): Promise<Invocation> {
  let stdout = ''
  let stderr = ''
  let code = 0
  const output: Output = {
    line: (text = '') => {
      stdout += `${text}\n`
    },
    note: (text) => {
      stderr += `${text}\n`
    },
    style: createStyle(false),
  }
  const program = createProgram(output, (finished) => {
    code = finished
  })
  try {
    await program.parseAsync(words, { from: 'user' })
  } catch (error) {
    code = exitCodeFor(error, output)
  }
  return { code, stdout, stderr }
}
