/** Reads the arguments of built-in tools: removes fillers, accepts the former name of `text`, and refuses text that a store cannot keep. */

import type { JsonObject, JsonValue } from '../../foundation/json/json.js'
import type { SchemaProblem } from '../../foundation/json-schema/schema-problems.js'
import { isStorableText } from '../../foundation/text/text.js'
import { READ_MEMORY, UPDATE_MEMORY } from '../access/built-in-definitions.js'
import { isMemoryKey } from '../content/memory-key.js'

/** The arguments, or what is wrong with them. */
export type ParsedArguments =
  | { readonly arguments: JsonObject }
  | { readonly problems: readonly SchemaProblem[] }

/**
 * Returns the arguments that the schema, the approval policy, the approver and the tool all see. Models fill optional arguments with `""` or
 * `null`, so both count as absent. But `""` as the text to store is a text.
 */
export function parseBuiltIn(name: string, given: JsonObject): ParsedArguments {
  const parsed = name === UPDATE_MEMORY.name ? readUpdate(given) : { arguments: withoutFillers(name, given) }
  if ('problems' in parsed) return parsed
  const problems = [
    ...unstorable(parsed.arguments),
    ...(name === UPDATE_MEMORY.name ? changeProblems(parsed.arguments) : []),
  ]
  return problems.length === 0 ? parsed : { problems }
}

/** Optional arguments for which an empty text means "absent". */
const FILLED: ReadonlyMap<string, readonly string[]> = new Map([
  [UPDATE_MEMORY.name, ['operation', 'expectedRevision']],
  [READ_MEMORY.name, ['key', 'cursor']],
])

function withoutFillers(name: string, given: JsonObject): JsonObject {
  const filled = FILLED.get(name) ?? []
  const isFiller = (key: string, value: JsonValue) => value === null || (value === '' && filled.includes(key))
  return Object.fromEntries(Object.entries(given).filter(([key, value]) => !isFiller(key, value)))
}

function readUpdate(given: JsonObject): ParsedArguments {
  const { key, operation = 'replace', text, value, ...rest } = withoutFillers(UPDATE_MEMORY.name, given)
  // An empty text is a filler beside the other name, and in a call that stores nothing.
  const isEmpty = (stored: JsonValue | undefined) => stored === undefined || stored === ''
  if (!isEmpty(text) && !isEmpty(value) && text !== value)
    return { problems: [{ path: '/value', message: 'differs from text; give only text' }] }
  const stored = isEmpty(text) ? (value ?? text) : text
  const absent = stored === undefined || (operation === 'delete' && stored === '')
  return {
    arguments: {
      ...(key === undefined ? {} : { key }),
      operation,
      ...(absent ? {} : { text: stored }),
      ...rest,
    },
  }
}

function unstorable(given: JsonObject): readonly SchemaProblem[] {
  return Object.entries(given).flatMap(([name, value]) =>
    typeof value !== 'string' || isStorableText(value)
      ? []
      : [
          {
            path: `/${name}`,
            message: 'must not hold NUL (U+0000) or half characters (unpaired surrogates); leave them out',
          },
        ],
  )
}

/** Checks the arguments of a memory change that a JSON Schema cannot express. */
function changeProblems(given: JsonObject): readonly SchemaProblem[] {
  const { key, operation, text } = given
  return [
    // A key of another type, or one that cannot be stored, is reported elsewhere.
    ...(typeof key !== 'string' || !isStorableText(key) || isMemoryKey(key)
      ? []
      : [
          {
            path: '/key',
            message:
              'cannot be used: 1 to 512 characters, no control characters, no backslash, no empty, "." or ".." segments',
          },
        ]),
    ...(operation !== 'delete' && text === undefined
      ? [{ path: '/text', message: 'is missing; replace and append need a text' }]
      : []),
  ]
}
