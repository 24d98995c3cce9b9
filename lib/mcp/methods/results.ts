/** Converts tools, resources and prompts to the types of MCP. */

import type { Ask } from '../../adapters/input-requests.js'
import type { MemoryEntry, MemoryEntryInfo, MemoryTemplate } from '../../adapters/memory.js'
import type { PromptArgument, PromptDefinition } from '../../adapters/prompts.js'
import type { ResourceInfo, ResourceTemplate } from '../../adapters/resources.js'
import type { ToolDefinition } from '../../adapters/tools.js'
import type { Brand } from '../../control-plane/runtime/brand.js'
import { listedInput, listedOutput } from './listed-schemas.js'
import { type MemorySpace, memoryTemplate, memoryUri } from './memory-uri.js'

/** A JSON object that is sent to a client. */
export type WireObject = Record<string, unknown>

/** The `_meta` key by which a server names itself. MCP 2026-07-28, basic, Per-response protocol fields. */
export const SERVER_INFO = 'io.modelcontextprotocol/serverInfo'

const DEFAULT_MIME_TYPE = 'text/plain'

/** A `Tool`. All four hints are sent; unset ones have the defaults of the specification. */
export function toWireTool(tool: ToolDefinition, name: string): WireObject {
  const { title, description, inputSchema, annotations } = tool
  const outputSchema = tool.outputSchema === undefined ? null : listedOutput(tool.outputSchema)
  return {
    name,
    ...(title === undefined ? {} : { title }),
    description,
    inputSchema: listedInput(inputSchema),
    ...(outputSchema === null ? {} : { outputSchema }),
    annotations: {
      ...(title === undefined ? {} : { title }),
      readOnlyHint: annotations?.readOnlyHint ?? false,
      destructiveHint: annotations?.destructiveHint ?? true,
      idempotentHint: annotations?.idempotentHint ?? false,
      openWorldHint: annotations?.openWorldHint ?? true,
    },
  }
}

/** The `Resource` of a memory entry. */
export function toWireResource(space: MemorySpace, entry: MemoryEntryInfo): WireObject {
  const { key, title, description, mimeType, updatedAt } = entry
  return {
    uri: memoryUri(space, key),
    name: key,
    ...(title === undefined ? {} : { title }),
    ...(description === undefined ? {} : { description }),
    mimeType: mimeType ?? DEFAULT_MIME_TYPE,
    annotations: { lastModified: updatedAt.toISOString() },
  }
}

/** The `TextResourceContents` of a memory entry. */
export function toWireContents(
  space: MemorySpace,
  { meta }: Pick<Brand, 'meta'>,
  { key, mimeType, text, revision }: MemoryEntry,
): WireObject {
  return {
    uri: memoryUri(space, key),
    mimeType: mimeType ?? DEFAULT_MIME_TYPE,
    text,
    _meta: { [meta.revision]: revision },
  }
}

/** The `ResourceTemplate` of a group of memory entries. */
export function toWireTemplate(space: MemorySpace, template: MemoryTemplate): WireObject {
  const { keyTemplate, mimeType = DEFAULT_MIME_TYPE, name, title, description } = template
  return withoutUndefined({
    uriTemplate: memoryTemplate(space, keyTemplate),
    name,
    title,
    description,
    mimeType,
  })
}

/** The `Resource` of a host resource. */
export function toWireHostResource(resource: ResourceInfo): WireObject {
  const { uri, name, title, description, mimeType, size, updatedAt } = resource
  const annotations = updatedAt === undefined ? undefined : { lastModified: updatedAt.toISOString() }
  return withoutUndefined({ uri, name, title, description, mimeType, size, annotations })
}

/** The `ResourceTemplate` of host resources. */
export function toWireHostTemplate(template: ResourceTemplate): WireObject {
  const { uriTemplate, name, title, description, mimeType } = template
  return withoutUndefined({ uriTemplate, name, title, description, mimeType })
}

/** A `Prompt`. Its scopes are not sent, since clients do not need them. */
export function toWirePrompt({ name, title, description, arguments: args }: PromptDefinition): WireObject {
  return withoutUndefined({ name, title, description, arguments: args?.map(toWireArgument) })
}

function toWireArgument({ name, title, description, required }: PromptArgument): WireObject {
  return withoutUndefined({ name, title, description, required })
}

/** Callers pass only members that MCP defines: strict clients drop a whole list for one unknown member. */
function withoutUndefined(object: WireObject): WireObject {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined))
}

/** An `input_required` result. MCP 2026-07-28, basic/patterns/mrtr. The 2025 era sends its requests while the call runs instead. */
export function toWireAsk({ inputRequests }: Ask, requestState: string): WireObject {
  return { resultType: 'input_required', inputRequests, requestState }
}
