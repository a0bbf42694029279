import { readdirSync, statSync } from 'node:fs'
import { hostname } from 'node:os'

/** A process, and the machine that it runs on. */
export interface RunningProcess {
  readonly host: string
  readonly pid: number
}

export function thisProcess(): RunningProcess {
  return { host: hostname(), pid: process.pid }
}

/**
 * Whether a process has a file open. Where the system does not tell who has what open, whether there
 * is a process of this number: it may be another by now. Of another machine nothing can be said: no.
 */
export function hasOpen({ host, pid }: RunningProcess, path: string): boolean {
  if (host !== hostname()) return false
  return tellsOpenFiles() ? opened(pid, path) : isAlive(pid)
}

/** Linux shows the open files of each process, to its own user. */
function tellsOpenFiles(): boolean {
  return statSync('/proc/self/fd', { throwIfNoEntry: false })?.isDirectory() === true
}

function opened(pid: number, path: string): boolean {
  const folder = `/proc/${pid}/fd`
  try {
    const { dev, ino } = statSync(path)
    return readdirSync(folder).some((name) => {
      const found = statSync(`${folder}/${name}`, { throwIfNoEntry: false })
      return found?.ino === ino && found.dev === dev
    })
  } catch (error) {
    // It has ended, or is another user's, who could not have opened it.
    if ((error as NodeJS.ErrnoException).code === undefined) throw error
    return false
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
