/**
 * Refuses forms that ask for secrets, because what a person types goes through the client and the model's context. A host asks for a secret on
 * its own web page, with mode `url`. MCP 2025-11-25 and 2026-07-28, client/elicitation, Form Mode Security.
 */

import type { InputRequest } from '../../adapters/input-requests.js'
import { isRecord } from '../../foundation/json/guards.js'

/** Whole words, in singular. A name is split into words at case, digits and punctuation; it is also compared without spaces. */
const SECRET_WORDS: ReadonlySet<string> = new Set([
  ...['password', 'passwd', 'pwd', 'passphrase', 'passcode', 'secret', 'credential', 'otp', 'totp'],
  ...['pin', 'cvv', 'cvc', 'cvv2', 'cvc2', 'csc', 'apikey', 'jwt', 'mnemonic'],
])
/** Names that mean a secret only as a whole: `token` is one, `tokenCount` and `cardTitle` are not. */
const SECRET_NAMES: ReadonlySet<string> = new Set(['token', 'card', 'bearer', 'pass', 'authorization'])
const SECRET_PHRASES: readonly RegExp[] = [
  /\b(api|access|private|secret|signing|encryption|master|service|account|ssh|pgp|gpg|aws|license|recovery|auth) ?keys?\b/,
  /\b(api|access|secret|auth|bearer|refresh|session|id|csrf|oauth|security|service|personal access) ?tokens?\b/,
  /\b(access|security|verification|one ?time|login|auth|recovery|backup) ?codes?\b|\b(seed|recovery|secret|pass) ?phrases?\b/,
  /\b(credit|debit|bank|payment) ?cards?\b|\bcard ?(number|no|num|code|holder|expiry|expiration|security)s?\b|\bone ?time ?pass\b/,
]

/** Throws a TypeError that names the field when a form asks for a password, a key, a token or a payment card. */
export function assertNoSecretFields({ method, params }: InputRequest): void {
  if (method !== 'elicitation/create' || params['mode'] === 'url') return
  const field = secretField(params['requestedSchema'], MAX_LEVELS)
  if (field !== null) {
    throw new TypeError(
      `a form must not ask for "${field}": what is typed into it passes through the client and its model; ask with mode "url", on a page of your own`,
    )
  }
}

/** MCP forms are flat. Nested schemas are searched too, up to this depth. */
const MAX_LEVELS = 8

function secretField(schema: unknown, levels: number): string | null {
  if (levels === 0 || !(isRecord(schema) || Array.isArray(schema))) return null
  const properties = Array.isArray(schema) ? undefined : schema['properties']
  for (const [name, field] of Object.entries(isRecord(properties) ? properties : {}))
    if (isSecretName(name) || isSecretField(field)) return name
  for (const part of Object.values(schema)) {
    const found = secretField(part, levels - 1)
    if (found !== null) return found
  }
  return null
}

/** Whether the title of a field or its schema means a secret. */
function isSecretField(field: unknown): boolean {
  if (!isRecord(field)) return false
  const { title, format, writeOnly } = field
  return (
    (typeof title === 'string' && isSecretName(title)) ||
    format === 'password' ||
    // A value that may be written but never read is a secret. JSON Schema Validation 2020-12, section 9.4.
    writeOnly === true
  )
}

function isSecretName(name: string): boolean {
  const words = name
    .normalize('NFKC')
    .replace(/(\p{Ll}|\d)(\p{Lu})/gu, '$1 $2')
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
  const whole = words.join('')
  return (
    words.some((word) => SECRET_WORDS.has(word) || SECRET_WORDS.has(word.replace(/s$/, ''))) ||
    SECRET_WORDS.has(whole) ||
    SECRET_NAMES.has(whole.replace(/s$/, '')) ||
    SECRET_PHRASES.some((phrase) => phrase.test(words.join(' ')))
  )
}
