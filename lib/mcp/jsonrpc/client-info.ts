/** What a client says of itself, made fit for logs, lists and stores. Nothing is decided by it. */

import type { ClientInfo } from '../../adapters/principal.js'
import { isRecord } from '../../foundation/json/guards.js'
import { cleanName } from '../../foundation/text/text.js'

const MAX_LENGTH = 100

/** Name, version and title of an `Implementation`, each cleaned and cut at 100 characters; `null` when there is no name or no version. */
export function readClientInfo(given: unknown): ClientInfo | null {
  if (!isRecord(given)) return null
  const { name, version, title } = given
  if (typeof name !== 'string' || typeof version !== 'string') return null
  return {
    name: cleanName(name, MAX_LENGTH),
    version: cleanName(version, MAX_LENGTH),
    ...(typeof title === 'string' ? { title: cleanName(title, MAX_LENGTH) } : {}),
  }
}
