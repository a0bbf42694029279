import { expect, test } from 'vitest'
import { OWN_FRAME, runUserTests, VITEST_ENTRY } from './user-tests.ts'

/** Statements of tests that fail, each with a part of its message. */
const FAILING: Readonly<Record<string, string>> = {
  "expect({ status: 404, body: '' }).toMatchContract(contract)":
    'application/json, received nothing',
  'await expect(answer()).toMatchContract(contract)': 'a property "error"',
  'await expect.soft(answer()).toMatchContract(contract)': 'a property "error"',
  'expect(7).toMatchContract(contract)': 'found no answer',
  'await expect(answer()).toMatchContract(7)': 'found no contract',
  'await expect(answer()).toMatchContract(contract, 500)': 'which is not documented',
  'expect(answer()).toMatchContract(contract)': 'not awaited',
  'expect([answer()]).toEqual([expect.toMatchContract(contract)])': 'within another value',
  'expect(Promise.resolve(answer())).toMatchContract(contract)': 'found a promise',
  'await expect(used).toMatchContract(contract)': 'was read already',
}

test('every failure of the matcher leads to the line of the user, and into no file of this package', async () => {
  const statements = Object.keys(FAILING)
  const { tests } = await runUserTests(
    [
      `import ${VITEST_ENTRY}`,
      "import { expect, test } from 'vitest'",
      `import { loadContract } from ${VITEST_ENTRY.replace('vitest.js', 'index.js')}`,
      'const contract = await loadContract()',
      "const headers = { 'content-type': 'application/json' }",
      "const answer = () => new Response('{}', { status: 404, headers })",
      'const used = answer()',
      'await used.text()',
      ...statements.map((one, at) => `test('${at}', async () => { ${one} })`),
    ].join('\n'),
  )
  expect(tests.map(({ status }) => status)).toEqual(statements.map(() => 'failed'))
  for (const [at, { messages }] of tests.entries()) {
    const text = messages.join('\n')
    expect(text).toContain(FAILING[statements[at] ?? ''])
    expect(text).toContain(`api.test.ts:${at + 10}:`)
    expect(text).not.toMatch(OWN_FRAME)
  }
})
