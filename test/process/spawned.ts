import { spawn } from 'node:child_process'

/** Result of a process, and its output. */
export interface Ending {
  /** Undefined if a signal ended it. */
  readonly code: number | undefined
  readonly signal: NodeJS.Signals | undefined
  readonly stdout: string
  readonly stderr: string
}

/** Running process. */
export interface Spawned {
  readonly ended: Promise<Ending>
  /**
   * Waits until it writes a text, on either stream.
   *
   * @throws Error with all that it wrote, if it ends before
   */
  says(text: string): Promise<void>
  kill(signal: NodeJS.Signals): void
}

export interface SpawnOptions {
  readonly cwd: string
  /** Whole environment: nothing of this process is inherited. */
  readonly env: Readonly<Record<string, string>>
  /** Whether signals go to the processes that it starts, too, as those of a terminal do. */
  readonly asGroup?: boolean
}

/** Starts a process without a terminal. */
export function spawnProcess(
  program: string,
  words: readonly string[],
  { cwd, env, asGroup = false }: SpawnOptions,
): Spawned {
  const child = spawn(program, words, {
    cwd,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: asGroup,
  })
  const written = { stdout: '', stderr: '' }
  const listeners = new Set<() => void>()
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      written[name] += text
      for (const listener of listeners) listener()
    })
  }
  const ended = new Promise<Ending>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => {
      resolve({ ...written, code: code ?? undefined, signal: signal ?? undefined })
    })
  })
  return {
    ended,
    async says(text) {
      const seen = new Promise<void>((resolve) => {
        const look = () => {
          if (written.stdout.includes(text) || written.stderr.includes(text)) resolve()
        }
        listeners.add(look)
        look()
      })
      const endedBefore = ended.then(({ stdout, stderr }) => {
        if ((stdout + stderr).includes(text)) return
        throw new Error(`ended before it said ${JSON.stringify(text)}:\n${stdout}\n${stderr}`)
      })
      await Promise.race([seen, endedBefore])
    },
    kill: (signal) =>
      asGroup && child.pid ? process.kill(-child.pid, signal) : child.kill(signal),
  }
}

/**
 * Makes an environment of nothing but the path of programs, own folders, and a late look that is not late: no
 * other `CONFORMANCE_…`, no npm configuration, no proxy, no choice of colours.
 */
export function bareEnvironment(home: string): Readonly<Record<string, string>> {
  const linger = { CONFORMANCE_LINGER: '20ms' }
  return { PATH: process.env.PATH ?? '', HOME: home, TMPDIR: home, ...linger }
}
