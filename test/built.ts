import { execFileSync } from 'node:child_process'
import { resolve } from 'node:path'

/** Builds the program before tests that run it, if something has changed. */
export function setup(): void {
  const cwd = resolve(import.meta.dirname, '..')
  execFileSync(process.execPath, ['build.mjs'], { cwd, stdio: 'inherit' })
}
