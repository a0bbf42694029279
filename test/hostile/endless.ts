import { setInterval } from 'node:timers'
import type { Spoil } from './spoiled-server.ts'

/** Writes a piece over and over, as fast as it is taken, until the other side has had enough. */
export function endlessly(before: string, piece: string | Uint8Array): Spoil {
  return ({ socket }) =>
    new Promise((resolve) => {
      const pour = () => {
        while (!socket.destroyed && socket.write(piece));
      }
      socket.on('drain', pour).on('close', () => resolve(undefined))
      socket.write(before)
      pour()
    })
}

/** Writes octet by octet, with a pause before each, until the other side has had enough. */
export function slowly(text: string, pauseMs: number): Spoil {
  return ({ socket }) =>
    new Promise((resolve) => {
      let at = 0
      const drip = setInterval(() => socket.write(text.charAt(at++)), pauseMs)
      socket.on('close', () => {
        clearInterval(drip)
        resolve(undefined)
      })
    })
}
