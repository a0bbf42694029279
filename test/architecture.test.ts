import { existsSync, readFileSync } from 'node:fs'
import { posix } from 'node:path'
import { expect, test } from 'vitest'

const text = readFileSync('ARCHITECTURE.md', 'utf8')
const walk = [...text.matchAll(/^\d+\. `([^`]+)`/gm)].map(([, file = '']) => file)

/** Files that one imports, by any kind of import. */
function importedBy(file: string): readonly string[] {
  const source = readFileSync(file, 'utf8')
  return [...source.matchAll(/(?:from|import\() ?'(\.[^']+)'/g)].map(([, path = '']) =>
    posix.join(posix.dirname(file), path),
  )
}

test('the way of one request goes from file to file by their imports', () => {
  expect(walk.length).toBeGreaterThan(20)
  const strangers = walk.filter(
    (file, at) => at > 0 && !walk.slice(0, at).some((before) => importedBy(before).includes(file)),
  )
  expect(strangers).toEqual([])
})

test('every file and folder that the page names is there', () => {
  const named = [...text.matchAll(/`([\w./-]+\/[\w.-]*)`/g)].map(([, path = '']) => path)
  expect(named.filter((path) => !existsSync(path))).toEqual([])
})
