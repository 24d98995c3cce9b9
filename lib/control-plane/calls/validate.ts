/**
 * Step 6: validates the arguments. They are read once, before anything else uses them: by the tool's own schema library where it has one,
 * otherwise by its JSON Schema. The step follows authorization, because errors describe the tool's schema.
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

const MAX_PROBLEMS = 10
/** The longest path or message, in UTF-16 units. Both may repeat names and values of the caller. */
const MAX_TEXT_LENGTH = 500

/** Validates the arguments. Throws INVALID_PARAMS when they are not an object, and INVALID_ARGUMENTS with the problems when they do not fit. */
export function validateArguments(runtime: Runtime, authorized: Authorized): Validated | Promise<Validated> {
  const given = authorized.input.arguments ?? {}
  if (!isJsonObject(given)) throw new AllvError('INVALID_PARAMS')
  const sent = copyJson(given)
  if (!isJsonObject(sent))
    throw refusal([{ path: whereNotJson(given), message: 'is no value that JSON can say' }])
  const reader = readerOf(authorized.tool.inputSchema)
  if (reader !== null) return readWithOwnSchema(runtime, authorized, reader, sent)
  const args = authorized.builtIn ? readBuiltIn(authorized, sent) : sent
  const problems = problemsOf(compileOrRefuse(runtime, authorized), args)
  return toValidated(authorized, problems.length > 0 ? { problems } : boundAsSent(args))
}

function readBuiltIn({ tool }: Authorized, given: JsonObject): JsonObject {
  const parsed = parseBuiltIn(tool.name, given)
  if ('arguments' in parsed) return parsed.arguments
  throw refusal(parsed.problems)
}

/** Reads with the tool's own schema. It returns problems for values that do not fit, so an error that it throws is a fault of the host. */
function readWithOwnSchema(
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
  // Most schemas answer synchronously.
  if (!('then' in reading)) return toValidated(authorized, reading)
  const late = reading
  return callAdapter(runtime, authorized.context.correlationId, () => late, 'TOOL_FAILED').then((read) =>
    toValidated(authorized, read),
  )
}

function toValidated(authorized: Authorized, reading: Reading): Validated {
  if ('problems' in reading) throw refusal(reading.problems)
  const { arguments: args, argumentsDigest } = reading
  const { admitted, context, input, tool, builtIn } = authorized
  return { admitted, context, input, tool, builtIn, arguments: args, argumentsDigest, bound: reading }
}

function refusal(problems: readonly ArgumentProblem[]): AllvError {
  const shown = problems.slice(0, MAX_PROBLEMS).map(({ path, message }) => ({
    path: cut(path, MAX_TEXT_LENGTH),
    message: cut(message, MAX_TEXT_LENGTH),
  }))
  return new AllvError('INVALID_ARGUMENTS', { details: { problems: shown } })
}

function compileOrRefuse(runtime: Runtime, { tool, context }: Authorized): SchemaCheck {
  try {
    return runtime.schemas.compile(tool.inputSchema)
  } catch (cause) {
    throw reportFailure(runtime, context.correlationId, 'TOOL_FAILED', cause)
  }
}

/** A value that cannot be compared, such as an object with a member named like one of `Object.prototype`, fits no schema. */
function problemsOf(check: SchemaCheck, sent: JsonObject): readonly ArgumentProblem[] {
  try {
    return check(sent)
  } catch {
    return [{ path: '', message: 'holds values that cannot be compared with the schema' }]
  }
}
