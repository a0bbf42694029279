import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { startReferenceServer } from '../../fixtures/server/reference-server.ts'
import { invoke } from '../cli/invoke.ts'
import { folderFor } from './faulty-bundle.ts'

test('a document that refers to other files is read from a bundle only where it is named', async () => {
  const folder = folderFor('outside')
  const spec = join(folder, 'own.yaml')
  const out = join(folder, 'run')
  const shipped = readFileSync('spec/openai-api-swagger.yaml', 'utf8')
  writeFileSync(join(folder, 'schemas.yaml'), shipped)
  // By its path: what a bundle could name on the machine of whoever verifies it.
  const elsewhere = `${join(folder, 'schemas.yaml')}#/components/schemas/DeleteFileResponseModel`
  writeFileSync(spec, shipped.replaceAll('#/components/schemas/DeleteFileResponseModel', elsewhere))
  const server = await startReferenceServer()
  const few = ['--only', 'deleted/', '--runs', '5']
  const ran = await invoke('run', '-t', server.url, '--spec', spec, ...few, '--out', out)
  expect(ran.code).toBe(0)
  await server.close()
  const alone = await invoke('verify', out)
  expect(alone.stdout).toContain('if it refers to other files, use --spec')
  expect(alone.code).toBe(1)
  expect(await invoke('verify', out, '--spec', spec)).toMatchObject({ code: 0 })
})

test('a document that refers out of its folder is followed beside a bundle only where that is allowed', async () => {
  const folder = folderFor('beyond')
  const spec = join(folder, 'own', 'own.yaml')
  mkdirSync(join(folder, 'own'))
  const out = join(folder, 'run')
  const shipped = readFileSync('spec/openai-api-swagger.yaml', 'utf8')
  writeFileSync(join(folder, 'schemas.yaml'), shipped)
  const above = '../schemas.yaml#/components/schemas/DeleteFileResponseModel'
  writeFileSync(spec, shipped.replaceAll('#/components/schemas/DeleteFileResponseModel', above))
  const few = ['--only', 'deleted/body', '--runs', '5', '--seed', '1']
  const given = ['--spec', spec, '--allow-remote-refs']
  const shard = ['--shard', '1/1', ...few, '--out', out]
  expect(await invoke('run', ...given, ...shard)).toMatchObject({ code: 0 })
  const without = await invoke('verify', out, '--spec', spec)
  expect(without.stdout).toContain('--allow-remote-refs')
  expect(without.code).toBe(1)
  expect(await invoke('verify', out, ...given)).toMatchObject({ code: 0 })
  const merged = ['merge', out, '--out', join(folder, 'merged')]
  expect(await invoke(...merged, '--spec', spec)).toMatchObject({ code: 2 })
  expect(await invoke(...merged, ...given)).toMatchObject({ code: 0 })
})
