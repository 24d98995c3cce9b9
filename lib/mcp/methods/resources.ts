/** The methods `resources/*`: list and read the workspace's memory, where the host has one, and the host's own resources. */

import { readMemory } from '../../control-plane/operations/memory.js'
import {
  listTemplates,
  MAX_ECHOED_URI_LENGTH,
  pageOfResources,
  resourceAt,
} from '../../control-plane/operations/resources.js'
import { isMemoryUri } from '../../control-plane/runtime/brand.js'
import { AllvError } from '../../foundation/errors/allv-error.js'
import { cursorParam, textParam } from '../jsonrpc/params.js'
import { memoryKeyOf, memorySpaceOf } from './memory-uri.js'
import type { MethodCall } from './method.js'
import {
  toWireAsk,
  toWireContents,
  toWireHostResource,
  toWireHostTemplate,
  toWireResource,
  toWireTemplate,
  type WireObject,
} from './results.js'

/** Runs `resources/list`. Memory entries come first. */
export async function resourcesList({ runtime, admitted, params }: MethodCall): Promise<WireObject> {
  const { memory, host, nextCursor } = await pageOfResources(runtime, admitted, cursorParam(params))
  const space = memorySpaceOf(runtime, admitted)
  const entries = memory.map((entry) => toWireResource(space, entry))
  const resources = [...entries, ...host.map(toWireHostResource)]
  return { resources, ...(nextCursor === null ? {} : { nextCursor }) }
}

/** The template of all entries of memory. */
const ANY_ENTRY = {
  keyTemplate: '{key}',
  name: 'memory',
  title: 'Memory entry',
  description: 'One entry of the workspace memory, by its key.',
}

/** Runs `resources/templates/list`. */
export async function templatesList({ runtime, admitted, params }: MethodCall): Promise<WireObject> {
  // All templates are on one page, so no cursor is valid.
  if (cursorParam(params) !== undefined) throw new AllvError('INVALID_CURSOR')
  const space = memorySpaceOf(runtime, admitted)
  const { memory, host } = await listTemplates(runtime, admitted)
  const ofMemory = memory === null ? [] : [ANY_ENTRY, ...memory]
  return {
    resourceTemplates: [
      ...ofMemory.map((template) => toWireTemplate(space, template)),
      ...host.map(toWireHostTemplate),
    ],
  }
}

/** Runs `resources/read`. */
export async function resourcesRead(call: MethodCall): Promise<WireObject> {
  const { runtime, admitted, params, inputChannel, retry } = call
  const uri = textParam(params, 'uri')
  const { brand } = runtime.config
  const echoed = uri.length > MAX_ECHOED_URI_LENGTH ? undefined : uri
  if (isMemoryUri(brand, uri)) {
    const space = memorySpaceOf(runtime, admitted)
    const entry = await readMemory(runtime, admitted, memoryKeyOf(uri, space), echoed)
    return { contents: [toWireContents(space, brand, entry)] }
  }
  const offered = await resourceAt(runtime, admitted, { uri, retry, ...inputChannel })
  return 'result' in offered ? { contents: offered.result } : toWireAsk(offered.ask, offered.requestState)
}
