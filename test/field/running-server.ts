import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

/** Program to start, and its words. */
export interface Launch {
  readonly program: string
  readonly words: readonly string[]
  readonly env?: Readonly<Record<string, string>>
}

/** Server program that listens on the loopback interface. */
export interface RunningServer {
  readonly url: string
  /** Kills it and its children. */
  stop(): Promise<void>
}

/** Longest time until a server answers: LiteLLM imports for half a minute on a busy machine. */
export const START_MS = 120_000

/** Time between two tries to reach a server that starts. */
const PAUSE_MS = 100

/**
 * Starts a server in a folder of its own, and waits until it answers.
 *
 * @param folder - its home; its output goes there
 * @param ready - path that is answered as soon as the server is ready
 */
export async function startServer(
  { program, words, env }: Launch,
  { folder, port, ready }: { folder: string; port: number; ready: string },
): Promise<RunningServer> {
  const log = join(folder, 'server.log')
  const output = openSync(log, 'w')
  // A group of its own: a signal to the group reaches its children.
  const child = spawn(program, words, {
    cwd: folder,
    env: {
      PATH: process.env.PATH ?? '',
      HOME: folder,
      TMPDIR: folder,
      // Applications of ours lie in the repository.
      PYTHONDONTWRITEBYTECODE: '1',
      ...env,
    },
    stdio: ['ignore', output, output],
    detached: true,
  })
  closeSync(output)
  const kill = () => {
    if (child.pid === undefined) return
    try {
      process.kill(-child.pid, 'SIGKILL')
    } catch {
      // Nobody of the group is left.
    }
  }
  process.once('exit', kill)
  const ended = once(child, 'exit')
  ended.catch(() => undefined)
  const stop = async () => {
    kill()
    process.off('exit', kill)
    if (child.exitCode === null && child.signalCode === null) await ended
  }
  const url = `http://127.0.0.1:${port}`
  const deadline = Date.now() + START_MS
  try {
    while (!(await answers(url + ready))) {
      if (child.exitCode !== null || child.signalCode !== null) throw new Error('it has ended')
      if (Date.now() > deadline) throw new Error(`no answer within ${START_MS / 1_000} s`)
      await Promise.race([pause(PAUSE_MS), ended])
    }
  } catch (error) {
    await stop().catch(() => undefined)
    throw new Error(
      `${program} did not start: ${error}\n${readFileSync(log, 'utf8').slice(-4_000)}`,
    )
  }
  return { url, stop }
}

async function answers(url: string): Promise<boolean> {
  try {
    const { status, body } = await fetch(url, { signal: AbortSignal.timeout(PAUSE_MS * 20) })
    await body?.cancel()
    return status < 500
  } catch {
    return false
  }
}

/** Gives a port of the loopback interface that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
