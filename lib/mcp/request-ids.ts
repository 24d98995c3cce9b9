/** How far an HTTP request came, for the record of its refusal. */

import type { Reached } from '../control-plane/request/stages.js'
import { newId } from '../foundation/crypto/api-key.js'
import { isRecord } from '../foundation/json/guards.js'
import { cleanName } from '../foundation/text/text.js'
import { versionOf } from './era-2025/serve.js'
import type { Head } from './http/headers.js'
import type { Route } from './http/route.js'
import { singleValue } from './http/single-value.js'

export interface RequestIds {
  /** How far the request came. */
  reached: Reached
  /** Filled when the body has been read, so that a refusal can echo its id. */
  readonly parsed: { body?: unknown }
}

export function readRequestIds(head: Head, route: NonNullable<Route>): RequestIds {
  const received = {
    correlationId: newId('req'),
    face: 'mcp',
    era: versionOf(singleValue(head, 'mcp-protocol-version')),
    client: null,
    claimedWorkspaceId: route.kind === 'nowhere' ? '' : route.workspaceId,
  } as const
  return { reached: { received }, parsed: {} }
}

/** What a refused request wanted to do, as far as that could be read. */
export function nameOf({ reached, parsed: { body } }: RequestIds): string {
  if (reached.principal === undefined) return 'admit'
  if (Array.isArray(body)) return 'batch'
  const method = isRecord(body) ? body['method'] : undefined
  return typeof method === 'string' ? cleanName(method, 128) : 'request'
}
