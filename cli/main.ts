#!/usr/bin/env node
import { EXIT, exitCodeFor } from './exit-code.ts'
import { standardOutput } from './output.ts'
import { createProgram } from './program.ts'

const output = standardOutput()
try {
  const program = createProgram(output, (code) => {
    process.exitCode = code
  })
  process.exitCode = EXIT.conforms
  await program.parseAsync()
} catch (error) {
  process.exitCode = exitCodeFor(error, output)
}
