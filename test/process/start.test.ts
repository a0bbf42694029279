import { resolve } from 'node:path'
import { expect, it } from 'vitest'
import { ownFolder } from './command-line.ts'
import { bareEnvironment, spawnProcess } from './spawned.ts'

const MAIN = resolve(import.meta.dirname, '../../dist/cli/main.js')

/** Program that prints at its end which packages were loaded. */
const TELL_PACKAGES = `
  import { createRequire } from 'node:module'
  const { cache } = createRequire('/')
  process.on('exit', () => process.stderr.write(Object.keys(cache).join('\\n')))
`

function packagesOf(...words: readonly string[]) {
  const folder = ownFolder()
  const tell = `data:text/javascript,${encodeURIComponent(TELL_PACKAGES)}`
  const spawned = spawnProcess(process.execPath, ['--import', tell, MAIN, ...words], {
    cwd: folder,
    env: bareEnvironment(folder),
  })
  return spawned.ended.then(({ stderr }) => [
    ...new Set([...stderr.matchAll(/node_modules[/\\]([^/\\\n]+)/g)].map(([, name]) => name)),
  ])
}

it('shows its help without loading what a run needs', async () => {
  expect(await packagesOf('--help')).toEqual(['commander'])
  expect(await packagesOf('run', '--help')).toEqual(['commander'])
})

it('loads it for a run', async () => {
  const packages = await packagesOf('--only', 'deleted/status')
  expect(packages).toEqual(expect.arrayContaining(['commander', 'ajv', 'yaml', 'undici']))
})
