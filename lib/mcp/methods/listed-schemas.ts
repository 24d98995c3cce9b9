/** Schemas as clients are shown them: what model providers and strict clients would refuse is said in another way. Checks use the whole. */

import { LRUCache } from 'lru-cache'
import { digestText } from '../../foundation/crypto/digest.js'
import type { JsonObject } from '../../foundation/json/json.js'
import { isUnicodePattern, withoutPatterns } from '../../foundation/json-schema/patterns.js'
import { clientsCanCompile } from '../../foundation/json-schema/schema-validator.js'
import { isObject, schemasIn } from '../../foundation/json-schema/schema-walk.js'
import { flatRoot } from './flat-root.js'

const REMEMBERED = { max: 500 }

type Listing = (schema: JsonObject) => JsonObject | null

/** Model providers take arguments only with an object at the root that names its properties. */
export const listedInput = remembered((schema) => flatRoot(schema))

/**
 * The SDK of the 2025 era compiles every output schema of a list, with the flag `u`, and loses the whole list over one that it cannot.
 * `null`: this schema cannot be said in a way that clients can use, so it is not published.
 */
export const listedOutput = remembered((schema) => {
  const typed = schema['type'] === 'object' ? schema : { ...schema, type: 'object' }
  const listed = withoutPatterns(typed, isUnicodePattern)
  const lost = JSON.stringify(listed) !== JSON.stringify(typed)
  // Where less is asked of a part, a condition on the whole may ask for more.
  if (lost && schemasIn(schema).some(isCondition)) return null
  return clientsCanCompile(listed) ? (lost ? listed : typed) : null
})

function isCondition(schema: JsonObject): boolean {
  return ['not', 'if', 'oneOf', 'contains'].some((keyword) => schema[keyword] !== undefined)
}

/** Once for each frozen schema, which is taken to be frozen all through, and for each content of the others. */
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
