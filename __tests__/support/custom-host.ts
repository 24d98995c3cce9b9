/** A host whose own app knows its callers by a session cookie, and a request without a key. */

import type { CustomAuthentication, CustomRequest } from 'allv-mcp'
import type { Answered, Ask } from './http.js'
import { type Scene, scenes } from './scene.js'
import type { WorldOptions } from './world.js'

export const MARIA = {
  id: 'session_maria',
  workspaceId: 'ws_acme',
  members: ['mem_maria'],
  scopes: ['memory:read'],
  expiresAt: null,
} as const
/** No key, no member header: what the app's own caller sends. */
export const bare = { key: null, member: null } as const
export const as = (cookie: string, ask: Ask = {}): Ask => ({
  ...bare,
  ...ask,
  headers: { cookie, ...ask.headers },
})

export interface Host extends Scene {
  /** By cookie: what the app says of it. A function is called. */
  readonly sessions: Map<string, unknown>
  readonly asked: CustomRequest[]
}

/** Call it once at the top of a test file. */
export function customHosts(): (
  over?: Partial<CustomAuthentication>,
  options?: WorldOptions,
) => Promise<Host> {
  const start = scenes()
  return async (over = {}, options = {}) => {
    const sessions = new Map<string, unknown>([['maria', MARIA]])
    const asked: CustomRequest[] = []
    const identify = async (request: CustomRequest) => {
      asked.push(request)
      const found = sessions.get(String(request.headers['cookie'] ?? request.headers['authorization']))
      return (typeof found === 'function' ? found() : (found ?? null)) as never
    }
    const scene = await start({ authenticate: { identify, ...over }, ...options })
    return { ...scene, sessions, asked }
  }
}

/** Status, code and challenge of an answer. */
export const said = ({ status, json, headers }: Answered) => [
  status,
  json.error?.data['code'],
  headers.get('www-authenticate'),
]
export const OK = [200, undefined, null]
