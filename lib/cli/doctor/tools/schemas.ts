/** Whether the input schemas of tools are of a form that all clients and model providers take. */

import { isRecord } from '../../../foundation/json/guards.js'
import { defineCheck } from '../kit/check.js'
import { fail, pass } from '../kit/verdict.js'
import { type ListedTool, toolsOf } from './listed-tools.js'
import { some } from './names.js'

const AT_ROOT = ['anyOf', 'oneOf', 'allOf', 'not', 'enum', '$ref'] as const
/** Levels. A deeper schema is refused by the providers in any case. */
const MOST_DEPTH = 50

/** tools.schemas */
export const schemas = defineCheck({
  id: 'tools.schemas',
  title: 'the input schemas of tools work in every client',
  needs: ['tools.list'],
  probe: async (context) => (await toolsOf(context)).flatMap(problemOf),
  verdict(problems) {
    if (problems.length === 0) return pass('each is an object with plain properties at its root')
    return fail({
      seen: some(problems),
      expected: 'type object at the root, without alternatives there, and every $ref within the schema',
      cure: 'Describe the arguments as one object with optional properties. Several providers refuse a whole request for one such schema, so that the other tools are lost too.',
    })
  },
})

function problemOf({ name, inputSchema }: ListedTool): readonly string[] {
  if (!isRecord(inputSchema) || inputSchema['type'] !== 'object')
    return [`${name} has no type object at its root`]
  const found = AT_ROOT.find((keyword) => inputSchema[keyword] !== undefined)
  if (found !== undefined) return [`${name} has ${found} at its root`]
  const ref = foreignRef(inputSchema, 0)
  return ref === null ? [] : [`${name} refers to ${ref}`]
}

/** A `$ref` to another document; `null` if there is none. */
function foreignRef(schema: unknown, depth: number): string | null {
  if (depth > MOST_DEPTH || typeof schema !== 'object' || schema === null) return null
  for (const [keyword, value] of Object.entries(schema)) {
    if (keyword === '$ref' && typeof value === 'string' && !value.startsWith('#')) return value
    const found = foreignRef(value, depth + 1)
    if (found !== null) return found
  }
  return null
}
