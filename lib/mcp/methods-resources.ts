/** `resources/*`: the workspace's memory, then the host's own resources. Reading only. */

import { AllvError } from '../errors.js'
import { openCursor } from '../pipeline/cursors.js'
import { resourceAt } from '../pipeline/offerings.js'
import { listMemory, listMemoryTemplates, readMemory } from '../pipeline/operations.js'
import { listResources, listResourceTemplates } from '../pipeline/resources.js'
import { isMemoryUri, memoryKeyOf } from './memory-uri.js'
import type { MethodCall } from './methods.js'
import { pageOf } from './pages.js'
import { cursorParam, textParam } from './params.js'
import {
  toWireAsk,
  toWireContents,
  toWireHostResource,
  toWireResource,
  toWireTemplate,
  type WireObject,
} from './results.js'

/** RFC 9110, section 4.1: what every recipient of a URI should take. A longer one is not repeated. */
const MAX_ECHOED = 8000

/** Memory pages as its adapter pages; what the host lists besides follows on pages of its own. */
export async function resourcesList(call: MethodCall): Promise<WireObject> {
  const { plane, admitted, params } = call
  const cursor = cursorParam(params)
  if (cursor !== undefined && (await isHostCursor(call, cursor))) return hostPage(call, cursor)
  const { workspaceId } = admitted.context
  const { entries, nextCursor } = await listMemory(plane, admitted, cursor)
  const resources = entries.map((entry) => toWireResource(workspaceId, entry))
  if (nextCursor !== null) return { resources, nextCursor }
  const rest = await hostPage(call, undefined)
  return { ...rest, resources: [...resources, ...rest.resources] }
}

async function isHostCursor({ plane, admitted }: MethodCall, cursor: string): Promise<boolean> {
  return openCursor(plane, admitted, 'resources', cursor).then(
    () => true,
    () => false,
  )
}

async function hostPage(
  { plane, admitted }: MethodCall,
  cursor: string | undefined,
): Promise<WireObject & { resources: WireObject[] }> {
  const items = await listResources(plane, admitted)
  const page = await pageOf(plane, admitted, { list: 'resources', cursor, items, nameOf: ({ uri }) => uri })
  return {
    resources: page.items.map(toWireHostResource),
    ...(page.nextCursor === null ? {} : { nextCursor: page.nextCursor }),
  }
}

export async function templatesList({ plane, admitted, params }: MethodCall): Promise<WireObject> {
  // All templates fit on one page, so no cursor of ours is valid here.
  if (cursorParam(params) !== undefined) throw new AllvError('INVALID_CURSOR')
  const { workspaceId } = admitted.context
  const memory = await listMemoryTemplates(plane, admitted)
  const any = {
    keyTemplate: '{key}',
    name: 'memory',
    title: 'Memory entry',
    description: 'One entry of the workspace memory, by its key.',
  }
  const host = await listResourceTemplates(plane, admitted)
  return {
    resourceTemplates: [
      ...[any, ...memory].map((template) => toWireTemplate(workspaceId, template)),
      ...host,
    ],
  }
}

export async function resourcesRead(call: MethodCall): Promise<WireObject> {
  const { plane, admitted, params, questioner, retry } = call
  const uri = textParam(params, 'uri')
  const { workspaceId } = admitted.context
  try {
    if (isMemoryUri(uri)) {
      const entry = await readMemory(plane, admitted, memoryKeyOf(uri, workspaceId))
      return { contents: [toWireContents(workspaceId, entry)] }
    }
    const offered = await resourceAt(plane, admitted, { uri, retry, ...questioner })
    return 'result' in offered ? { contents: offered.result } : toWireAsk(offered.ask, offered.requestState)
  } catch (error) {
    throw error instanceof AllvError && error.code === 'MEMORY_NOT_FOUND'
      ? new AllvError('MEMORY_NOT_FOUND', uri.length > MAX_ECHOED ? {} : { details: { uri } })
      : error
  }
}
