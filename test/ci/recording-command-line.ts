import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ownFolder } from '../process/command-line.ts'

/** What the command line was told. */
export interface Told {
  readonly words: readonly string[]
  readonly variables: Readonly<Record<string, string>>
}

/** A folder like that of the action, with a command line that only keeps what it was told. */
export function recordingCommandLine(): { readonly folder: string; told(): Told } {
  const folder = ownFolder()
  const file = join(folder, 'told.json')
  mkdirSync(join(folder, 'dist/cli'), { recursive: true })
  writeFileSync(
    join(folder, 'dist/cli/main.js'),
    `const variables = Object.fromEntries(
      Object.entries(process.env).filter(([name]) => /^(CONFORMANCE_|INPUT_.*TOKEN)/.test(name)),
    )
    const told = { words: process.argv.slice(2), variables }
    require('node:fs').writeFileSync(${JSON.stringify(file)}, JSON.stringify(told))`,
  )
  return { folder, told: () => JSON.parse(readFileSync(file, 'utf8')) }
}
