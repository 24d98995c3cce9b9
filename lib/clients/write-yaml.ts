/** Writes a configuration as YAML: block mappings, and double-quoted strings with the escapes of JSON. */

import type { JsonObject, JsonValue } from '../foundation/json/json.js'

/** With an indent of two spaces, and a line break at the end. */
export function writeYaml(document: JsonObject): string {
  return `${mapping(document, '').join('\n')}\n`
}

function mapping(object: JsonObject, indent: string): readonly string[] {
  return Object.entries(object).flatMap(([key, value]) => {
    const start = `${indent}${yamlKey(key)}:`
    if (isMapping(value)) return [start, ...mapping(value, `${indent}  `)]
    if (isListOfMappings(value)) return [start, ...value.flatMap((item) => listItem(item, `${indent}  `))]
    return [`${start} ${JSON.stringify(value)}`]
  })
}

/** A dash in place of the last two spaces of the first line. */
function listItem(item: JsonObject, indent: string): readonly string[] {
  const [first = '', ...others] = mapping(item, `${indent}  `)
  return [`${indent}- ${first.slice(indent.length + 2)}`, ...others]
}

/** Plain where no reader of YAML 1.1 or 1.2 takes it for anything but a string. */
function yamlKey(key: string): string {
  return /^[a-z][a-z0-9_-]{2,}$/i.test(key) && !/^(?:yes|true|false|null|off)$/i.test(key)
    ? key
    : JSON.stringify(key)
}

function isListOfMappings(value: JsonValue): value is readonly JsonObject[] {
  return Array.isArray(value) && value.length > 0 && value.every(isMapping)
}

function isMapping(value: JsonValue): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length > 0
}
