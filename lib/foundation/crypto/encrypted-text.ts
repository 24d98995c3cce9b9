/**
 * Encrypts and authenticates a text under one key, as compact JWE with `alg` `dir` and `enc` `A256GCM`. RFC 7516, section 7.1; RFC 7518,
 * sections 4.5 and 5.3.
 */

import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'

/** A key, with the header of every token under it. */
export interface EncryptionKey {
  /** 32 bytes. */
  readonly key: Uint8Array
  /** The encoded header. A token with any other header is not opened, so no token can choose an algorithm. */
  readonly header: string
}

const ALGORITHM = 'aes-256-gcm'
/** Bytes. A random one is safe for 2^32 texts under one key. NIST SP 800-38D, section 8.3. */
const NONCE_LENGTH = 12
/** Bytes. Node.js would also accept shorter tags, which are easier to forge. */
const TAG_LENGTH = 16

/** `kid` names the key in the header. It must not tell anything of the key. */
export function encryptionKey(key: Uint8Array, kid: string): EncryptionKey {
  const header = JSON.stringify({ alg: 'dir', enc: 'A256GCM', kid })
  return { key, header: Buffer.from(header).toString('base64url') }
}

/** The token: header, nothing (the key is shared), nonce, cipher text and tag. */
export function encryptText({ key, header }: EncryptionKey, text: string): string {
  const nonce = randomBytes(NONCE_LENGTH)
  const cipher = createCipheriv(ALGORITHM, key, nonce, { authTagLength: TAG_LENGTH })
  cipher.setAAD(Buffer.from(header, 'latin1'))
  const parts = [nonce, Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]), cipher.getAuthTag()]
  return `${header}..${parts.map((part) => part.toString('base64url')).join('.')}`
}

/** The text of a token under one of the keys; `null` for every other token. */
export function decryptText(keys: readonly EncryptionKey[], token: string): string | null {
  const [header, none, ...rest] = token.split('.', 6)
  const found = keys.find((candidate) => candidate.header === header)
  if (found === undefined || none !== '' || rest.length !== 3) return null
  const [nonce, encrypted, tag] = rest.map(decoded)
  if (nonce?.length !== NONCE_LENGTH || tag?.length !== TAG_LENGTH || encrypted == null) return null
  const decipher = createDecipheriv(ALGORITHM, found.key, nonce, { authTagLength: TAG_LENGTH })
  decipher.setAAD(Buffer.from(found.header, 'latin1')).setAuthTag(tag)
  try {
    return Buffer.concat([decipher.update(encrypted), decipher.final()]).toString('utf8')
  } catch {
    // `final` throws for a wrong tag. What was decrypted until then is dropped.
    return null
  }
}

/** `null` unless the text is the only one of its bytes, so that no second token opens to the same text. */
function decoded(text: string): Buffer | null {
  const bytes = Buffer.from(text, 'base64url')
  return bytes.toString('base64url') === text ? bytes : null
}
