import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ReportedTool, ToolIdentity } from '../../model/report.ts'

const require = createRequire(import.meta.url)
const manifest = require('delete-conformance/package.json') as ToolIdentity

/** This program, as its package manifest names it. */
export const TOOL: ToolIdentity = { name: manifest.name, version: manifest.version }

/** Libraries that cases and verdicts depend on: with other versions, a verification could differ. */
const LIBRARIES = ['ajv', 'ajv-formats', 'fast-check']
const FOLDERS = [
  'cli',
  'fixtures',
  'harness',
  'library',
  'model',
  'reporters',
  'resources',
  'settings',
  'spec',
  'suites',
]

let known: ReportedTool | undefined

/** Identifies this program by its code, for reports. */
export function reportedTool(): ReportedTool {
  known ??= { ...TOOL, sha256: codeSha256(), libraries: libraryVersions() }
  return known
}

/** Digests all modules, built or as source, in the order of their paths: path, size, content. */
function codeSha256(): string {
  const root = fileURLToPath(new URL('../..', import.meta.url))
  const extension = import.meta.url.endsWith('.ts') ? '.ts' : '.js'
  const hash = createHash('sha256')
  for (const folder of FOLDERS) {
    const modules = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
      .filter((path) => path.endsWith(extension) && !path.endsWith('.suite.ts'))
    for (const path of modules.sort()) {
      const content = readFileSync(join(root, path))
      hash.update(`${path}\n${content.byteLength}\n`).update(content)
    }
  }
  return hash.digest('hex')
}

function libraryVersions(): Readonly<Record<string, string>> {
  return Object.fromEntries(
    LIBRARIES.map((name) => [name, (require(`${name}/package.json`) as ToolIdentity).version]),
  )
}
