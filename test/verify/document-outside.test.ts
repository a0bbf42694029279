import { readFileSync, writeFileSync } from 'node:fs'
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
  expect(alone.stdout).toContain('where it refers to other files, use --spec')
  expect(alone.code).toBe(1)
  expect(await invoke('verify', out, '--spec', spec)).toMatchObject({ code: 0 })
})
