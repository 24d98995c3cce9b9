/** Reads and cleans `clientInfo`, for logs, lists and stores. No decision depends on it. */

import type { ClientInfo } from '../../adapters/principal.js'
import { isRecord } from '../../foundation/json/guards.js'
import { cleanName } from '../../foundation/text/text.js'

const MAX_LENGTH = 100

/** Name, version and title of an `Implementation`, each cleaned and at most 100 UTF-16 units; `null` without a name or a version. */
export function readClientInfo(clientInfo: unknown): ClientInfo | null {
  if (!isRecord(clientInfo)) return null
  const { name, version, title } = clientInfo
  if (typeof name !== 'string' || typeof version !== 'string') return null
  return {
    name: cleanName(name, MAX_LENGTH),
    version: cleanName(version, MAX_LENGTH),
    ...(typeof title === 'string' ? { title: cleanName(title, MAX_LENGTH) } : {}),
  }
}
