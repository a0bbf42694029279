import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { fileURLToPath } from 'node:url'

/** A server program that listens on the loopback interface. */
export interface RunningProgram {
  readonly url: string
  stop(): Promise<void>
}

/**
 * Starts a program of a development dependency, and waits until it says that it listens.
 *
 * @param bin - its name in node_modules/.bin
 * @param words - its arguments, given a free port
 * @param ready - what it prints then
 */
export async function startProgram(
  bin: string,
  words: (port: number) => readonly string[],
  ready: RegExp,
): Promise<RunningProgram> {
  const port = await freePort()
  const path = fileURLToPath(new URL(`../../node_modules/.bin/${bin}`, import.meta.url))
  const program = spawn(path, words(port), { stdio: ['ignore', 'pipe', 'pipe'] })
  await saying(program, ready)
  return {
    url: `http://127.0.0.1:${port}`,
    async stop() {
      if (program.exitCode !== null || program.signalCode !== null) return
      program.kill('SIGKILL')
      await once(program, 'exit')
    },
  }
}

async function saying(program: ChildProcess, ready: RegExp): Promise<void> {
  let said = ''
  await new Promise<void>((resolve, reject) => {
    const receive = (chunk: Buffer) => {
      said += chunk.toString('utf8')
      if (ready.test(said)) resolve()
    }
    program.stdout?.on('data', receive)
    program.stderr?.on('data', receive)
    program.once('error', reject)
    program.once('exit', (code) =>
      reject(new Error(`ended with ${code} before it listened: ${said}`)),
    )
  })
}

async function freePort(): Promise<number> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
