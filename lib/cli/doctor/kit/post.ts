/** Sends JSON-RPC requests as a client does, with the key and the member. */

import type { Exchange, Sent } from '../probe/exchange.js'
import type { Context } from './context.js'
import { type RpcRequest, rpcRequest } from './rpc-request.js'
import { memberHeader } from './server.js'

/** The stateless era. */
export const VERSION_2026 = '2026-07-28'

/** The versions with `initialize`, the newest first. */
export const VERSIONS_2025 = ['2025-11-25', '2025-06-18', '2025-03-26', '2024-11-05'] as const

/** How a request says who it is. Default: the key as `Authorization: Bearer`, with the member; without a key nobody. */
type Credential = 'nobody' | 'bearer' | 'x-api-key'

/** A JSON-RPC request of a client. */
export interface Posting extends RpcRequest {
  readonly as?: Credential
}

/** The request as it is sent. */
export async function toSent(context: Context, { as = 'bearer', headers, ...rest }: Posting): Promise<Sent> {
  return rpcRequest(context, { ...rest, headers: { ...(await identity(context, as)), ...headers } })
}

/** Throws a ProbeFailure without an answer. */
export async function post(context: Context, posting: Posting): Promise<Exchange> {
  return context.ask(await toSent(context, posting))
}

/** `initialize`, as the first request of a client of the 2025 era. */
export function initialize(version: string = VERSIONS_2025[0]): Posting {
  const clientInfo = { name: 'allv-mcp-doctor', version: '1' }
  return { method: 'initialize', params: { protocolVersion: version, capabilities: {}, clientInfo } }
}

/** The same request in the stateless era: with its envelope, and the headers that mirror it. */
export function modern({ method, params = {}, headers = {}, ...rest }: Posting): Posting {
  const { name } = params
  return {
    ...rest,
    method,
    params: {
      ...params,
      _meta: {
        'io.modelcontextprotocol/protocolVersion': VERSION_2026,
        'io.modelcontextprotocol/clientCapabilities': {},
        'io.modelcontextprotocol/clientInfo': { name: 'allv-mcp-doctor', version: '1' },
      },
    },
    headers: {
      'MCP-Protocol-Version': VERSION_2026,
      'Mcp-Method': method,
      ...(typeof name === 'string' ? { 'Mcp-Name': name } : {}),
      ...headers,
    },
  }
}

async function identity(context: Context, as: Credential): Promise<Readonly<Record<string, string>>> {
  const { key, member } = context.target
  if (as === 'nobody' || key === null) return {}
  const credential = as === 'bearer' ? { Authorization: `Bearer ${key}` } : { 'x-api-key': key }
  if (member === null) return credential
  // A header holds bytes, and clients send UTF-8.
  return { ...credential, [await memberHeader(context)]: Buffer.from(member).toString('latin1') }
}
