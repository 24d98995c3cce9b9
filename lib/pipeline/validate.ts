/** Step 6: whether the arguments fit the tool's schema. Only authorized callers learn what a tool's schema wants. */

import type { JsonObject } from '../adapters/json.js'
import { digestJson } from '../digest.js'
import { AllvError } from '../errors.js'
import { isJsonObject } from '../json-guards.js'
import { reportFailure } from './adapter-call.js'
import { parseBuiltIn } from './built-in-arguments.js'
import type { Authorized, Validated } from './context.js'
import type { Plane } from './plane.js'
import { toValidated } from './proofs.js'
import type { SchemaCheck, SchemaProblem } from './schema-cache.js'
import { UNKEEPABLE } from './schema-problems.js'

export function validateArguments(plane: Plane, authorized: Authorized): Validated {
  const given = authorized.input.arguments ?? {}
  if (!isJsonObject(given)) throw new AllvError('INVALID_PARAMS')
  const args = authorized.builtIn ? readBuiltIn(authorized, given) : given
  assertNone(compileOrRefuse(plane, authorized)(args))
  return toValidated(authorized, { arguments: args, argumentsDigest: digestOrRefuse(args) })
}

function readBuiltIn({ tool }: Authorized, given: JsonObject): JsonObject {
  const parsed = parseBuiltIn(tool.name, given)
  if ('arguments' in parsed) return parsed.arguments
  throw invalid(parsed.problems)
}

/** What JSON cannot carry, such as a number beyond the largest one, could neither be shown, kept nor told from another. */
function digestOrRefuse(args: JsonObject): string {
  try {
    return digestJson(args)
  } catch {
    throw invalid([UNKEEPABLE])
  }
}

function assertNone(problems: readonly SchemaProblem[]): void {
  if (problems.length > 0) throw invalid(problems)
}

function invalid(problems: readonly SchemaProblem[]): AllvError {
  return new AllvError('INVALID_ARGUMENTS', {
    details: { problems: problems.map(({ path, message }) => ({ path, message })) },
  })
}

function compileOrRefuse(plane: Plane, { tool, correlationId }: Authorized): SchemaCheck {
  try {
    return plane.schemas.compile(tool.inputSchema)
  } catch (cause) {
    throw reportFailure(plane, correlationId, 'TOOL_FAILED', cause)
  }
}
