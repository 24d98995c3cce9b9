/** The table that binds MCP methods to operations. An era adds its envelope; what a method does is said here once. */

import type { ToolProgress } from '../adapters/tools.js'
import { AllvError } from '../errors.js'
import type { Admitted } from '../pipeline/context.js'
import { openCursor, sealCursor } from '../pipeline/cursors.js'
import { isIdempotencyKey } from '../pipeline/idempotency-key.js'
import { callTool, listMemory, listMemoryTemplates, listTools, readMemory } from '../pipeline/operations.js'
import type { Plane } from '../pipeline/plane.js'
import { memoryKeyOf } from './memory-uri.js'
import {
  toWireCallResult,
  toWireContents,
  toWireResource,
  toWireTemplate,
  toWireTool,
  type WireObject,
} from './results.js'
import { findTool, listedNames } from './tool-names.js'

export interface MethodCall {
  readonly plane: Plane
  readonly admitted: Admitted
  readonly params: Readonly<Record<string, unknown>>
  readonly signal: AbortSignal
  readonly progress: (update: ToolProgress) => void
  /** From the `Idempotency-Key` header; `_meta` may hold one too. */
  readonly idempotencyKey: string | undefined
}

export type Method = (call: MethodCall) => Promise<WireObject>

export const IDEMPOTENCY_META = 'ai.allv/idempotencyKey'

export const METHODS: ReadonlyMap<string, Method> = new Map([
  ['tools/list', toolsList],
  ['tools/call', toolsCall],
  ['resources/list', resourcesList],
  ['resources/templates/list', templatesList],
  ['resources/read', resourcesRead],
])

/** What `initialize` and `server/discover` declare. */
export const CAPABILITIES = Object.freeze({ tools: {}, resources: {} })

async function toolsList({ plane, admitted, params }: MethodCall): Promise<WireObject> {
  const after = await openCursor(plane, admitted, 'tools', cursorOf(params))
  const tools = await listTools(plane, admitted)
  const names = listedNames(tools, plane.config.toolNames)
  const from = after === null ? 0 : tools.findIndex(({ name }) => name === after) + 1
  if (after !== null && from === 0) throw new AllvError('INVALID_CURSOR')
  const page = tools.slice(from, from + plane.config.pageSize)
  const last = page.at(-1)
  const more = last !== undefined && from + page.length < tools.length
  return {
    tools: page.map((tool) => toWireTool(tool, names.get(tool.name) ?? tool.name)),
    ...(more ? { nextCursor: await sealCursor(plane, admitted, 'tools', last.name) } : {}),
  }
}

async function toolsCall(call: MethodCall): Promise<WireObject> {
  const { plane, admitted, params, signal, progress } = call
  const { name, arguments: args } = params
  if (typeof name !== 'string' || name === '') throw new AllvError('INVALID_PARAMS')
  const idempotencyKey = readIdempotencyKey(call)
  const outcome = await callTool(plane, admitted, {
    name,
    find: (tools) => findTool(tools, name),
    arguments: args,
    idempotencyKey,
    signal,
    progress,
  })
  return toWireCallResult(outcome, admitted.correlationId)
}

async function resourcesList({ plane, admitted, params }: MethodCall): Promise<WireObject> {
  const { entries, nextCursor } = await listMemory(plane, admitted, cursorOf(params))
  const { workspaceId } = admitted.context
  return {
    resources: entries.map((entry) => toWireResource(workspaceId, entry)),
    ...(nextCursor === null ? {} : { nextCursor }),
  }
}

async function templatesList({ plane, admitted, params }: MethodCall): Promise<WireObject> {
  // All templates fit on one page, so no cursor of ours is valid here.
  if (cursorOf(params) !== undefined) throw new AllvError('INVALID_CURSOR')
  const { workspaceId } = admitted.context
  const templates = await listMemoryTemplates(plane, admitted)
  const any = {
    keyTemplate: '{key}',
    name: 'memory',
    title: 'Memory entry',
    description: 'One entry of the workspace memory, by its key.',
  }
  return { resourceTemplates: [any, ...templates].map((template) => toWireTemplate(workspaceId, template)) }
}

async function resourcesRead({ plane, admitted, params }: MethodCall): Promise<WireObject> {
  const { uri } = params
  if (typeof uri !== 'string') throw new AllvError('INVALID_PARAMS')
  const { workspaceId } = admitted.context
  const entry = await readMemory(plane, admitted, memoryKeyOf(uri, workspaceId))
  return { contents: [toWireContents(workspaceId, entry)] }
}

function cursorOf({ cursor }: Readonly<Record<string, unknown>>): string | undefined {
  if (cursor !== undefined && typeof cursor !== 'string') throw new AllvError('INVALID_PARAMS')
  return cursor
}

/** Visible ASCII, at most 255 characters; where header and `_meta` both have one, they agree. */
function readIdempotencyKey({ params, idempotencyKey: header }: MethodCall): string | null {
  const { _meta: meta } = params
  const inMeta = isRecord(meta) ? meta[IDEMPOTENCY_META] : undefined
  const key = inMeta ?? header
  if (key === undefined) return null
  if (!isIdempotencyKey(key) || (header !== undefined && header !== key)) {
    throw new AllvError('INVALID_PARAMS')
  }
  return key
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}
