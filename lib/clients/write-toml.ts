/** Writes a configuration as TOML 1.0: objects within objects become tables, and what is below the third level becomes inline tables. */

import type { JsonObject, JsonValue } from '../foundation/json/json.js'

/** A table for each object of the second level, such as `[mcp_servers.sales]`. */
export function writeToml(document: JsonObject): string {
  const tables = Object.entries(document).flatMap(([group, members]) =>
    Object.entries(objectOf(members)).map(([name, values]) => {
      const lines = Object.entries(objectOf(values)).map(
        ([key, value]) => `${tomlKey(key)} = ${inline(value)}`,
      )
      return [`[${tomlKey(group)}.${tomlKey(name)}]`, ...lines].join('\n')
    }),
  )
  return `${tables.join('\n\n')}\n`
}

/** Bare where it may be. */
function tomlKey(key: string): string {
  return /^[A-Za-z0-9_-]+$/.test(key) ? key : JSON.stringify(key)
}

/** The escapes of JSON are those of basic strings. Control characters do not get here. */
function inline(value: JsonValue): string {
  if (Array.isArray(value)) return `[${value.map(inline).join(', ')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const members = Object.entries(value).map(([key, member]) => `${tomlKey(key)} = ${inline(member)}`)
  return `{ ${members.join(', ')} }`
}

function objectOf(value: JsonValue): JsonObject {
  if (typeof value === 'object' && value !== null && !isList(value)) return value
  throw new TypeError('the two outer levels of a TOML document must be objects')
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value)
}
