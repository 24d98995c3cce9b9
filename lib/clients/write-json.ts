/** Writes a configuration as JSON. */

import type { JsonObject } from '../foundation/json/json.js'

/** With an indent of two spaces, and a line break at the end. */
export function writeJson(document: JsonObject): string {
  return `${JSON.stringify(document, null, 2)}\n`
}
