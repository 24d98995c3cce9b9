/** Step 6: whether the arguments fit the tool's schema. Only authorized callers learn what a tool's schema wants. */

import { digestJson } from '../digest.js'
import { AllvError } from '../errors.js'
import { isJsonObject } from '../json-guards.js'
import { reportFailure } from './adapter-call.js'
import type { Authorized, Validated } from './context.js'
import type { Plane } from './plane.js'
import { toValidated } from './proofs.js'
import type { SchemaCheck } from './schema-cache.js'

export function validateArguments(plane: Plane, authorized: Authorized): Validated {
  const given = authorized.input.arguments ?? {}
  if (!isJsonObject(given)) throw new AllvError('INVALID_PARAMS')
  const problems = compileOrRefuse(plane, authorized)(given)
  if (problems.length > 0) {
    throw new AllvError('INVALID_ARGUMENTS', {
      details: { problems: problems.map(({ path, message }) => ({ path, message })) },
    })
  }
  return toValidated(authorized, { arguments: given, argumentsDigest: digestJson(given) })
}

function compileOrRefuse(plane: Plane, { tool, correlationId }: Authorized): SchemaCheck {
  try {
    return plane.schemas.compile(tool.inputSchema)
  } catch (cause) {
    throw reportFailure(plane, correlationId, 'TOOL_FAILED', cause)
  }
}
