import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { reportedTool } from '../../../harness/http/tool.ts'

const { include } = JSON.parse(readFileSync('tsconfig.build.json', 'utf8')) as {
  readonly include: readonly string[]
}

/** Digests the modules that are built, as they stand below a folder. */
function digestOf(root: string, module: RegExp): string {
  const hash = createHash('sha256')
  for (const folder of [...include].sort()) {
    const paths = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
      .filter((path) => module.test(path))
    for (const path of paths.sort()) {
      const content = readFileSync(join(root, path))
      hash.update(`${path}\n${content.byteLength}\n`).update(content)
    }
  }
  return hash.digest('hex')
}

test('the digest of the program is that of all modules, as source or built', () => {
  const source = digestOf('.', /(?<!\.suite)\.ts$/)
  const built = existsSync('dist') ? digestOf('dist', /\.js$/) : undefined
  expect([source, built]).toContain(reportedTool().sha256)
})
