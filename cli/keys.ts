import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import type { Subject } from '../harness/evidence/attestation.ts'
import { UsageError } from '../model/errors.ts'
import { octetsOf } from '../spec/bounded-file.ts'

/** An Ed25519 key in PEM takes some 120 octets; another key is told what it is. */
const MAX_KEY_BYTES = 64 * 1024

/**
 * The Ed25519 key of `--sign`.
 *
 * @throws UsageError if the file holds none; nothing of what it holds is quoted
 */
export function privateKeyFrom(file: string): Promise<KeyObject> {
  return keyFrom(`--sign ${file}`, file, 'an Ed25519 private key, PKCS#8 in PEM', createPrivateKey)
}

/** The Ed25519 key of `--public-key`. */
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
  const pem = octets.toString()
  if (pem.includes('ENCRYPTED')) {
    throw new UsageError(`${flag}: found an encrypted key, accepted is ${accepted}`)
  }
  if (read === createPublicKey && pem.includes('PRIVATE KEY')) {
    throw new UsageError(
      `${flag}: found a private key, which is to stay with its owner; accepted is ${accepted}`,
    )
  }
  let key: KeyObject
  try {
    key = read(pem)
  } catch {
    throw new UsageError(`${flag}: found no key, accepted is ${accepted}`)
  }
  if (key.asymmetricKeyType === 'ed25519') return key
  throw new UsageError(`${flag}: found a key for ${key.asymmetricKeyType}, accepted is ${accepted}`)
}

/**
 * What `--subject` names: `NAME@sha256:…`.
 *
 * @throws UsageError if it is something else
 */
export function subjectFrom(text: string): Subject {
  const { name, sha256 } = /^(?<name>.+)@sha256:(?<sha256>[0-9a-f]{64})$/s.exec(text)?.groups ?? {}
  if (name === undefined || sha256 === undefined) {
    throw new UsageError(
      `--subject ${text}: accepted is NAME@sha256: and 64 hexadecimal digits in lower case`,
    )
  }
  return { name, sha256 }
}
