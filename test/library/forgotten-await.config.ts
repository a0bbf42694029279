import { defineConfig } from 'vitest/config'

/** Runs the one file whose tests must fail. */
export default defineConfig({
  test: { include: ['test/library/forgotten-await.fixture.ts'] },
})
