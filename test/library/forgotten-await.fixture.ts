import '../../library/vitest.ts'
import { setTimeout as sleep } from 'node:timers/promises'
import { beforeAll, expect, test } from 'vitest'
import { loadContract } from '../../library/index.ts'

/* Run by `forgotten-await.test.ts`, which judges the tests that pass and fail here. */

const contract = await loadContract()
const headers = { 'content-type': 'application/json' }
const body = '{"error":{"message":"No such file","type":"not_found"}}'

/** Makes an answer whose body comes after a delay. */
function slow(status = 404): Response {
  const stream = new ReadableStream<Uint8Array>({
    async start(controller) {
      await sleep(50)
      controller.enqueue(Buffer.from(body))
      controller.close()
    },
  })
  return new Response(stream, { status, headers })
}

test('passes: awaited', async () => {
  await expect(slow()).toMatchContract(contract)
})
test('passes: returned', () => expect(slow()).toMatchContract(contract))
test('passes: awaited with others', async () => {
  await Promise.all([slow(), slow()].map((one) => expect(one).toMatchContract(contract)))
})
test('passes: awaited later', async () => {
  const checked = expect(slow()).toMatchContract(contract)
  await sleep(1)
  await checked
})
test.concurrent('passes: awaited beside another', async ({ expect: own }) => {
  await own(slow()).toMatchContract(contract)
})
test('fails: forgotten, and wrong', () => {
  expect(slow(200)).toMatchContract(contract)
})
test('fails: forgotten, and right', () => {
  expect(slow()).toMatchContract(contract)
})
test('fails: forgotten with .not', () => {
  expect(slow()).not.toMatchContract(contract)
})
test.concurrent('fails: forgotten beside another', ({ expect: own }) => {
  own(slow()).toMatchContract(contract)
})
test('fails: soft, and wrong', async () => {
  await expect.soft(slow(200)).toMatchContract(contract)
})
test('fails: soft, forgotten, and wrong', () => {
  expect.soft(slow(200)).toMatchContract(contract)
})

beforeAll(async () => {
  await expect(slow()).toMatchContract(contract)
})
