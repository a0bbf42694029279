import type { Reporter, TestModule } from 'vitest/node'

/** Prints at the end of a run how long each file took, the slowest first. */
export function times(): Reporter {
  return {
    onTestRunEnd(modules) {
      const rows = modules
        .map((module) => ({ name: nameOf(module), seconds: secondsOf(module) }))
        .sort((one, other) => other.seconds - one.seconds)
      const shown = rows.filter(({ seconds }) => seconds >= LEAST_SECONDS)
      const rest = rows.slice(shown.length)
      if (shown.length === 0) return
      const lines = shown.map(({ name, seconds }) => `${seconds.toFixed(1).padStart(8)}  ${name}`)
      const others = `${sum(rest).toFixed(1).padStart(8)}  ${rest.length} other files`
      const all = `${sum(rows).toFixed(1).padStart(8)}  all ${rows.length} files`
      console.log(['', ' Seconds', ...lines, others, all, ''].join('\n'))
    },
  }
}

const LEAST_SECONDS = 1

function nameOf({ relativeModuleId }: TestModule): string {
  return relativeModuleId
}

function secondsOf(module: TestModule): number {
  const { duration, collectDuration, setupDuration } = module.diagnostic()
  return (duration + collectDuration + setupDuration) / 1_000
}

function sum(rows: readonly { readonly seconds: number }[]): number {
  return rows.reduce((total, { seconds }) => total + seconds, 0)
}
