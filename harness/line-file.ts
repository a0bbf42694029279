import {
  closeSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  statSync,
  writeSync,
} from 'node:fs'

/** A file to whose end lines are written, each of them whole or not at all. */
export interface LineFile {
  /** @throws NodeJS.ErrnoException if it cannot be written; nothing of the line is there then */
  append(line: string): void
  /** Whether it still is where it was opened: a folder can be removed under whoever writes to it. */
  isInPlace(): boolean
  /** Waits until the disk has it, which the end of this process does not take, but a power cut may. */
  sync(): void
  close(): void
}

/**
 * Opens a file of lines, for nobody but its owner.
 *
 * @param flags - `ax` for a new one
 * @throws NodeJS.ErrnoException if that cannot be done
 */
export function openLines(path: string, flags: 'a' | 'ax'): LineFile {
  const file = openSync(path, flags, 0o600)
  return {
    append(line) {
      const octets = Buffer.from(`${line}\n`)
      let written = 0
      try {
        // A disk that is nearly full takes a part, and says so only of the next one.
        while (written < octets.length) written += writeSync(file, octets, written)
      } catch (error) {
        // What is there of the line would run into the next.
        if (written > 0) ftruncateSync(file, fstatSync(file).size - written)
        throw error
      }
    },
    isInPlace() {
      const { dev, ino } = fstatSync(file)
      try {
        const found = statSync(path)
        return found.dev === dev && found.ino === ino
      } catch (error) {
        // What cannot be looked at is not there for anybody else either.
        if ((error as NodeJS.ErrnoException).code === undefined) throw error
        return false
      }
    },
    sync: () => fsyncSync(file),
    close: () => closeSync(file),
  }
}
