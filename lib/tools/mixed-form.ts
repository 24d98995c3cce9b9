/** Shows a parsed value that is only partly JSON: uses the value where it is JSON, and the arguments as sent elsewhere. */

import { isJsonObject } from '../foundation/json/guards.js'
import type { JsonObject, JsonValue } from '../foundation/json/json.js'
import { copyJson, isPlainObject } from '../foundation/json/json-copy.js'

/** The result has the defaults of the schema, and no keys that the schema removed from objects. `null` if it is not an object. */
export function mixedForm(value: unknown, sent: JsonObject): JsonObject | null {
  const mixed = mixedIn(value, sent)
  return mixed !== undefined && isJsonObject(mixed) ? mixed : null
}

function mixedIn(value: unknown, sent: JsonValue | undefined): JsonValue | undefined {
  if (typeof value !== 'object' || value === null) return copyJson(value) ?? sent
  if (Array.isArray(value)) return mixedList(value, sent)
  if (!isPlainObject(value)) return sent
  const given = isJsonObject(sent) ? sent : {}
  const members: [string, JsonValue][] = []
  for (const [key, member] of Object.entries(value)) {
    const mixed = mixedIn(member, Object.hasOwn(given, key) ? given[key] : undefined)
    if (mixed !== undefined) members.push([key, mixed])
  }
  return Object.fromEntries(members)
}

/** Items are matched by index. */
function mixedList(list: readonly unknown[], sent: JsonValue | undefined): JsonValue | undefined {
  const given = Array.isArray(sent) && sent.length === list.length ? sent : []
  const items: JsonValue[] = []
  for (const [i, item] of list.entries()) {
    const mixed = mixedIn(item, given[i])
    if (mixed === undefined) return sent
    items.push(mixed)
  }
  return items
}
