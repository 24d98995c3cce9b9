/** Rewrites a schema so that Ajv reads it as the specification does. Hosts and clients never see this form. */

import type { JsonObject, JsonValue } from '../json/json.js'
import { isObject, mapSchema } from './schema-walk.js'

const PROTO = '__proto__'

/**
 * A copy for Ajv. It lacks the annotations that Ajv would read as its own keywords, and it checks a property named `__proto__`, which Ajv
 * skips.
 */
export function forValidator(schema: JsonObject): JsonObject {
  return mapSchema(schema, (node) => withCheckedProto(withoutForeignKeywords(node)))
}

/** `nullable` is from OpenAPI, `id` is from draft-04, and `$async` makes a check asynchronous in Ajv. In 2020-12 all three are annotations. */
function withoutForeignKeywords(node: JsonObject): JsonObject {
  const typed = node['type'] !== undefined && !hasNull(node['type'])
  const foreign = ([key, value]: readonly [string, JsonValue]) =>
    key === '$async' || key === 'id' || (key === 'nullable' && (!typed || typeof value !== 'boolean'))
  const entries = Object.entries(node)
  return entries.some(foreign) ? Object.fromEntries(entries.filter((entry) => !foreign(entry))) : node
}

function hasNull(type: JsonValue | undefined): boolean {
  return type === 'null' || (Array.isArray(type) && type.includes('null'))
}

function withCheckedProto(node: JsonObject): JsonObject {
  const { properties, patternProperties, allOf } = node
  const property = ownProto(properties)
  const needed = [node['dependentRequired'], node['dependentSchemas'], node['dependencies']]
    .map(ownProto)
    .filter((part) => part !== undefined)
  if (property === undefined && needed.length === 0) return node
  const patterns =
    property === undefined
      ? {}
      : {
          patternProperties: {
            ...(isObject(patternProperties) ? patternProperties : {}),
            [`^${PROTO}$`]: property,
          },
        }
  const conditions = needed.map((part) => ({
    anyOf: [{ not: { required: [PROTO] } }, Array.isArray(part) ? { required: part } : part],
  }))
  return { ...node, ...patterns, allOf: [...(Array.isArray(allOf) ? allOf : [{}]), ...conditions] }
}

function ownProto(part: JsonValue | undefined): JsonValue | undefined {
  return isObject(part) ? Object.entries(part).find(([name]) => name === PROTO)?.[1] : undefined
}
