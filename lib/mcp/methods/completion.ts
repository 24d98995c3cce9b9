/** The method `completion/complete`: completes prompt arguments, memory keys, and arguments of the host's resource templates. */

import type { Completion } from '../../adapters/prompts.js'
import { completeMemoryKey, complete as completeOffering } from '../../control-plane/operations/completion.js'
import { isMemoryUri } from '../../control-plane/runtime/brand.js'
import { AllvError } from '../../foundation/errors/allv-error.js'
import { isRecord } from '../../foundation/json/guards.js'
import { type Params, textParam, textsParam } from '../jsonrpc/params.js'
import { isOfWorkspace, memorySpaceOf } from './memory-uri.js'
import type { MethodCall } from './method.js'
import type { WireObject } from './results.js'

/** The most values of one result. MCP 2025-11-25, server/utilities/completion, Data Types. */
const MAX_VALUES = 100

/** Runs `completion/complete`. */
export async function complete({ runtime, admitted, params }: MethodCall): Promise<WireObject> {
  const { ref, argument, context } = params
  if (!isRecord(ref) || !isRecord(argument) || typeof argument['value'] !== 'string')
    throw new AllvError('INVALID_PARAMS')
  const name = textParam(argument, 'name')
  const { value } = argument
  const filled = isRecord(context) ? textsParam(context, 'arguments') : {}
  const of = subjectOf(ref)
  if (of.kind === 'resource' && isMemoryUri(runtime.config.brand, of.uriTemplate)) {
    // The memory of another workspace has no completions, like an unknown template.
    const space = memorySpaceOf(runtime, admitted)
    if (!isOfWorkspace(of.uriTemplate, space)) return toWire({ values: [] })
    const keys = await completeMemoryKey(runtime, admitted, value, MAX_VALUES)
    return toWire(keys, keys.unfinished)
  }
  return toWire(
    await completeOffering(runtime, admitted, { of, argument: { name, value }, arguments: filled }),
  )
}

function subjectOf(
  ref: Params,
): { kind: 'prompt'; name: string } | { kind: 'resource'; uriTemplate: string } {
  switch (ref['type']) {
    case 'ref/prompt':
      return { kind: 'prompt', name: textParam(ref, 'name') }
    case 'ref/resource':
      return { kind: 'resource', uriTemplate: textParam(ref, 'uri') }
    default:
      throw new AllvError('INVALID_PARAMS')
  }
}

function toWire({ values, total }: Completion, unfinished = false): WireObject {
  return {
    completion: {
      values: values.slice(0, MAX_VALUES),
      ...(total === undefined ? {} : { total }),
      hasMore: unfinished || values.length > MAX_VALUES || (total ?? 0) > values.length,
    },
  }
}
