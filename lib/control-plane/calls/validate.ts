/**
 * Step 6: what the arguments are, and whether they fit. They are read once, here, before anything looks at them: by the tool's own schema where it
 * brings one, else by its JSON Schema. Only authorized callers learn what a tool's schema wants.
 */

import { AllvError } from '../../foundation/errors/allv-error.js'
import {
  type ArgumentProblem,
  type ArgumentsReader,
  boundAsSent,
  type Reading,
  readerOf,
} from '../../foundation/json/arguments-reader.js'
import { isJsonObject } from '../../foundation/json/guards.js'
import type { JsonObject } from '../../foundation/json/json.js'
import { copyJson, whereNotJson } from '../../foundation/json/json-copy.js'
import type { SchemaCheck } from '../../foundation/json-schema/schema-validator.js'
import { cut } from '../../foundation/text/text.js'
import type { Authorized, Validated } from '../request/call-stages.js'
import { callAdapter, reportFailure } from '../runtime/adapter-call.js'
import type { Runtime } from '../runtime/runtime.js'
import { parseBuiltIn } from './built-in-arguments.js'

const MOST_PROBLEMS = 10
/** Callers choose names and values. UTF-16 units. */
const LONGEST = 500

export function validateArguments(runtime: Runtime, authorized: Authorized): Validated | Promise<Validated> {
  const given = authorized.input.arguments ?? {}
  if (!isJsonObject(given)) throw new AllvError('INVALID_PARAMS')
  const sent = copyJson(given)
  if (!isJsonObject(sent))
    throw refusal([{ path: whereNotJson(given), message: 'is no value that JSON can say' }])
  const reader = readerOf(authorized.tool.inputSchema)
  if (reader !== null) return readBy(runtime, authorized, reader, sent)
  const args = authorized.builtIn ? readBuiltIn(authorized, sent) : sent
  const problems = problemsOf(compileOrRefuse(runtime, authorized), args)
  return proved(authorized, problems.length > 0 ? { problems } : boundAsSent(args))
}

function readBuiltIn({ tool }: Authorized, given: JsonObject): JsonObject {
  const parsed = parseBuiltIn(tool.name, given)
  if ('arguments' in parsed) return parsed.arguments
  throw refusal(parsed.problems)
}

/** What a schema throws is a fault of the host: a value that does not fit is said, not thrown. */
function readBy(
  runtime: Runtime,
  authorized: Authorized,
  reader: ArgumentsReader,
  sent: JsonObject,
): Validated | Promise<Validated> {
  let reading: Reading | Promise<Reading>
  try {
    reading = reader.read(sent)
  } catch (cause) {
    throw reportFailure(runtime, authorized.context.correlationId, 'TOOL_FAILED', cause)
  }
  // Most schemas have answered by now.
  if (!('then' in reading)) return proved(authorized, reading)
  const late = reading
  return callAdapter(runtime, authorized.context.correlationId, () => late, 'TOOL_FAILED').then((read) =>
    proved(authorized, read),
  )
}

function proved(authorized: Authorized, reading: Reading): Validated {
  if ('problems' in reading) throw refusal(reading.problems)
  const { arguments: args, argumentsDigest } = reading
  const { admitted, context, input, tool, builtIn } = authorized
  return { admitted, context, input, tool, builtIn, arguments: args, argumentsDigest, bound: reading }
}

function refusal(problems: readonly ArgumentProblem[]): AllvError {
  const shown = problems
    .slice(0, MOST_PROBLEMS)
    .map(({ path, message }) => ({ path: cut(path, LONGEST), message: cut(message, LONGEST) }))
  return new AllvError('INVALID_ARGUMENTS', { details: { problems: shown } })
}

function compileOrRefuse(runtime: Runtime, { tool, context }: Authorized): SchemaCheck {
  try {
    return runtime.schemas.compile(tool.inputSchema)
  } catch (cause) {
    throw reportFailure(runtime, context.correlationId, 'TOOL_FAILED', cause)
  }
}

/** A value that cannot even be compared (members named like those of every object, say) fits no schema. */
function problemsOf(check: SchemaCheck, sent: JsonObject): readonly ArgumentProblem[] {
  try {
    return check(sent)
  } catch {
    return [{ path: '', message: 'holds values that cannot be compared with the schema' }]
  }
}
