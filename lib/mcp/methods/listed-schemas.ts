/** Adapts tool schemas for lists, since model providers and strict clients refuse some valid schemas. Calls are checked against the original. */

import { LRUCache } from 'lru-cache'
import { digestText } from '../../foundation/crypto/digest.js'
import type { JsonObject } from '../../foundation/json/json.js'
import { isUnicodePattern, withoutPatterns } from '../../foundation/json-schema/patterns.js'
import { clientsCanCompile } from '../../foundation/json-schema/schema-validator.js'
import { isObject, schemasIn } from '../../foundation/json-schema/schema-walk.js'
import { flatRoot } from './flat-root.js'

const REMEMBERED = { max: 500 }

type Listing = (schema: JsonObject) => JsonObject | null

/** The input schema in lists. Model providers need an object with properties at the root. */
export const listedInput = remembered((schema) => flatRoot(schema))

/**
 * The output schema in lists; `null` if there is no form that clients can use, and then it is not listed. The SDK of the 2025 era compiles
 * every output schema of a list, patterns with the flag `u`, and drops the whole list if one fails.
 */
export const listedOutput = remembered((schema) => {
  const typed = schema['type'] === 'object' ? schema : { ...schema, type: 'object' }
  const listed = withoutPatterns(typed, isUnicodePattern)
  const lost = JSON.stringify(listed) !== JSON.stringify(typed)
  // A part with fewer conditions can make `not`, `if` and similar keywords stricter for the whole.
  if (lost && schemasIn(schema).some(isCondition)) return null
  return clientsCanCompile(listed) ? (lost ? listed : typed) : null
})

function isCondition(schema: JsonObject): boolean {
  return ['not', 'if', 'oneOf', 'contains'].some((keyword) => schema[keyword] !== undefined)
}

/** Caches frozen schemas by identity, since they are taken to be frozen all through, and others by content. */
function remembered(list: Listing): Listing {
  const frozen = new WeakMap<JsonObject, JsonObject | null>()
  const others = new LRUCache<string, { readonly listed: JsonObject | null }>(REMEMBERED)
  return (schema) => {
    if (!isObject(schema)) return schema
    const known = frozen.get(schema)
    if (known !== undefined) return known
    if (Object.isFrozen(schema)) {
      const listed = list(schema)
      frozen.set(schema, listed)
      return listed
    }
    const digest = digestText(JSON.stringify(schema))
    const other = others.get(digest) ?? { listed: list(schema) }
    others.set(digest, other)
    return other.listed
  }
}
