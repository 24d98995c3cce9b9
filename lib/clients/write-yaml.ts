/** Writes a configuration as YAML: block mappings, and double-quoted strings with the escapes of JSON. */

import type { JsonObject, JsonValue } from '../foundation/json/json.js'

/** With an indent of two spaces, and a line break at the end. */
export function writeYaml(document: JsonObject): string {
  return `${mapping(document, '').join('\n')}\n`
}

function mapping(object: JsonObject, indent: string): readonly string[] {
  return Object.entries(object).flatMap(([key, value]) => {
    const start = `${indent}${yamlKey(key)}:`
    if (!isMapping(value)) return [`${start} ${JSON.stringify(value)}`]
    return [start, ...mapping(value, `${indent}  `)]
  })
}

/** Plain where no reader of YAML 1.1 or 1.2 takes it for anything but a string. */
function yamlKey(key: string): string {
  return /^[a-z][a-z0-9_-]{2,}$/i.test(key) && !/^(?:yes|true|false|null|off)$/i.test(key)
    ? key
    : JSON.stringify(key)
}

function isMapping(value: JsonValue): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length > 0
}
