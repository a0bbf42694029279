import { closeSync, fstatSync, fsyncSync, ftruncateSync, lstatSync, writeSync } from 'node:fs'

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
 * Writes lines to the end of an open file.
 *
 * @param file - its descriptor, opened to append
 * @param path - where it was opened
 */
export function linesOf(file: number, path: string): LineFile {
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
        const found = lstatSync(path)
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
