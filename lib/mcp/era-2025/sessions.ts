/**
 * Makes and opens the sessions of the 2025 era. The session id is the encrypted state: negotiated version and client capabilities. Any node
 * can open it, nothing is stored, and it is no credential. MCP 2025-11-25, basic/transports, Session Management.
 */

import type { InitializeRequest } from '@modelcontextprotocol/sdk/types.js'
import type { ClientInfo } from '../../adapters/principal.js'
import { ownerFields } from '../../control-plane/access/caller-key.js'
import type { ClientCapabilities } from '../../control-plane/input/capabilities.js'
import type { Admitted } from '../../control-plane/request/stages.js'
import type { Runtime } from '../../control-plane/runtime/runtime.js'
import { digestText } from '../../foundation/crypto/digest.js'
import { AllvError } from '../../foundation/errors/allv-error.js'
import { isRecord } from '../../foundation/json/guards.js'
import { readClientInfo } from '../jsonrpc/client-info.js'

/** The state in a session id. */
export interface Session {
  /** A digest of the session id, for places where the id must not appear. */
  readonly name: string
  /** The negotiated protocol version. */
  readonly version: string
  /** The client capabilities that this server uses. */
  readonly capabilities: ClientCapabilities
  /** What `initialize` said of the client; `null` if it was invalid. */
  readonly client: ClientInfo | null
}

const SESSION_TTL_SECONDS = 7 * 24 * 60 * 60

/** A new session id; `null` without the host's `secret`, since then another node, or this one after a restart, could not open it. */
export async function mintSession(
  runtime: Runtime,
  { context }: Admitted,
  { params }: InitializeRequest,
  version: string,
): Promise<string | null> {
  if (runtime.config.secrets.length === 0) return null
  const client = readClientInfo(params.clientInfo)
  const capabilities = JSON.stringify(relevant(params.capabilities))
  const state = { ...ownerFields(context), version, capabilities, client: JSON.stringify(client) }
  return runtime.sealer.seal('session', state, SESSION_TTL_SECONDS)
}

/**
 * The session of an id; `null` without the host's `secret`. Throws SESSION_NOT_FOUND for a forged, expired or foreign id; the client then
 * initializes again.
 */
export async function openSession(
  runtime: Runtime,
  { context }: Admitted,
  id: string,
): Promise<Session | null> {
  if (runtime.config.secrets.length === 0) return null
  const state = await runtime.sealer.open('session', id)
  const own =
    state !== null && Object.entries(ownerFields(context)).every(([name, value]) => state[name] === value)
  if (!own) throw new AllvError('SESSION_NOT_FOUND')
  return {
    name: digestText(id),
    version: state['version'] ?? '',
    capabilities: JSON.parse(state['capabilities'] ?? '{}'),
    client: readClientInfo(JSON.parse(state['client'] ?? 'null')),
  }
}

/** Only the capabilities that this server uses, since a header limits the length of the id. */
function relevant(capabilities: ClientCapabilities): ClientCapabilities {
  const { elicitation, sampling, roots } = capabilities
  const modes = isRecord(elicitation)
    ? { ...flag(elicitation, 'form'), ...flag(elicitation, 'url') }
    : undefined
  return {
    ...(modes === undefined ? {} : { elicitation: modes }),
    ...(isRecord(sampling) ? { sampling: {} } : {}),
    ...(isRecord(roots) ? { roots: {} } : {}),
  }
}

function flag(modes: Readonly<Record<string, unknown>>, mode: string): Readonly<Record<string, object>> {
  return isRecord(modes[mode]) ? { [mode]: {} } : {}
}
