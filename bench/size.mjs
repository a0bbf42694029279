import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { row } from './table.mjs'

const PACKAGE = fileURLToPath(new URL('..', import.meta.url))

/** Measures the package and counts what npm installs with it. */
export async function size() {
  const { dependencies } = JSON.parse(readFileSync(`${PACKAGE}package.json`, 'utf8'))
  const [packed] = JSON.parse(npm('pack', '--dry-run', '--json', '--ignore-scripts'))
  const installed = new Set(
    npm('ls', '--omit=dev', '--all', '--parseable').trim().split('\n').slice(1),
  )
  const kilobytes = Math.round(packed.size / 1000)
  const unpacked = `${Math.round(packed.unpackedSize / 1000)} kB unpacked, ${packed.entryCount} files`
  return [
    row('package, kB', unpacked, kilobytes),
    row(
      'packages installed with it',
      `${Object.keys(dependencies).length} of them direct`,
      installed.size,
    ),
  ]
}

/** @param {readonly string[]} words */
function npm(...words) {
  return execFileSync('npm', words, {
    cwd: PACKAGE,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
}
