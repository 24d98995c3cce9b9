/** What is known of an HTTP request when it is refused: its ids, its body and the last stage that it reached. */

import type { Reached } from '../control-plane/request/stages.js'
import { newId } from '../foundation/crypto/api-key.js'
import { isRecord } from '../foundation/json/guards.js'
import { cleanName } from '../foundation/text/text.js'
import { versionOf } from './era-2025/versions.js'
import type { Head } from './http/headers.js'
import type { Route } from './http/route.js'
import { singleValue } from './http/single-value.js'

/** Filled while the request is served. */
export interface RequestIds {
  /** The last stage that the request reached. */
  reached: Reached
  /** The body as soon as it is read, so that a refusal can echo its id. */
  readonly parsed: { body?: unknown }
}

/** The ids of a request at its start, with a new correlation id. */
export function readRequestIds(head: Head, route: NonNullable<Route>): RequestIds {
  const received = {
    correlationId: newId('req'),
    face: 'mcp',
    era: versionOf(singleValue(head, 'mcp-protocol-version')),
    client: null,
    claimedWorkspaceId: route.kind === 'nowhere' ? '' : (route.workspaceId ?? ''),
  } as const
  return { reached: { received }, parsed: {} }
}

/** The operation of a refused request for the audit log: its JSON-RPC method if that can be read. */
export function nameOf({ reached, parsed: { body } }: RequestIds): string {
  if (reached.principal === undefined) return 'admit'
  if (Array.isArray(body)) return 'batch'
  const method = isRecord(body) ? body['method'] : undefined
  return typeof method === 'string' ? cleanName(method, 128) : 'request'
}
