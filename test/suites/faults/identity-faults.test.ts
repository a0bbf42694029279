import { expect, test } from 'vitest'
import { identityFaults } from '../../../fixtures/faults/identity-faults.ts'
import { examinedFault, findOut } from './find-out.ts'

findOut(identityFaults)

test.each([
  ['router-takes-slash', /, not the answer to a path that leads nowhere$/],
  ['slash-in-another-shape', /^a property "error"$/],
])('what %s answers is told to be that of a router only where it is', async (name, expected) => {
  const [fault] = identityFaults.filter((one) => one.name === name)
  if (fault === undefined) throw new Error(`no such fault: ${name}`)
  const { requirements } = await examinedFault(fault)
  const [violation] = requirements.flatMap(({ violations }) => violations)
  expect(violation?.expected).toMatch(expected)
})
