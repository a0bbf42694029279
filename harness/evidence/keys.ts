import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import { UsageError } from '../../model/errors.ts'
import { octetsOf } from '../../spec/bounded-file.ts'
import type { Subject } from './attestation.ts'

/** Room for any key: an Ed25519 key in PEM takes some 120 octets. */
const MAX_KEY_BYTES = 64 * 1024

/**
 * Reads the Ed25519 key of `--sign`.
 *
 * @throws UsageError if the file holds none; the message quotes nothing of it
 */
export function privateKeyFrom(file: string): Promise<KeyObject> {
  return keyFrom(`--sign ${file}`, file, 'an Ed25519 private key, PKCS#8 in PEM', createPrivateKey)
}

/** Reads the Ed25519 key of `--public-key`; otherwise as {@link privateKeyFrom}. */
export function publicKeyFrom(file: string): Promise<KeyObject> {
  return keyFrom(`--public-key ${file}`, file, 'an Ed25519 public key in PEM', createPublicKey)
}

async function keyFrom(
  flag: string,
  path: string,
  accepted: string,
  read: (pem: string) => KeyObject,
): Promise<KeyObject> {
  const octets = await octetsOf({ named: flag, path, accepted, maxBytes: MAX_KEY_BYTES })
  const refused = (found: string) =>
    new UsageError(`${flag}: found ${found}, accepted is ${accepted}`)
  const pem = octets.toString()
  if (pem.includes('ENCRYPTED')) throw refused('an encrypted key')
  if (read === createPublicKey && pem.includes('PRIVATE KEY')) {
    throw refused('a private key, which must stay with its owner')
  }
  let key: KeyObject
  try {
    key = read(pem)
  } catch {
    throw refused('no key')
  }
  if (key.asymmetricKeyType === 'ed25519') return key
  throw refused(`a key for ${key.asymmetricKeyType}`)
}

/**
 * Reads the subject that `--subject` names: `NAME@sha256:…`.
 *
 * @throws UsageError if it is something else
 */
export function subjectFrom(text: string): Subject {
  const { name, sha256 } = /^(?<name>.+)@sha256:(?<sha256>[0-9a-f]{64})$/s.exec(text)?.groups ?? {}
  if (name !== undefined && sha256 !== undefined) return { name, sha256 }
  throw new UsageError(
    `--subject ${text}: accepted is NAME@sha256: and 64 hexadecimal digits in lower case`,
  )
}
