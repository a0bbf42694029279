import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { reportedTool } from '../../../harness/http/tool.ts'

test('the digest of the program is that of all modules that are built', () => {
  const build = JSON.parse(readFileSync('tsconfig.build.json', 'utf8')) as {
    readonly include: readonly string[]
  }
  const folders = [...build.include].sort()
  const modules = folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .map((name) => `${folder}/${name}`)
      .filter((path) => /(?<!\.suite)\.ts$/.test(path))
      .sort(),
  )
  const hash = createHash('sha256')
  for (const path of modules) {
    const content = readFileSync(path)
    hash.update(`${path}\n${content.byteLength}\n`).update(content)
  }
  expect(reportedTool().sha256).toBe(hash.digest('hex'))
})
