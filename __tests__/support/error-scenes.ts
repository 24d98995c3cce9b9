/** How each error code comes about, for the examples of docs/reference/errors.md: what a client, or a caller of the Agent API, gets. */

import { createAllvMcpRouter, defineTool, type ErrorCode } from 'allv-mcp'
import { z } from 'zod'
import { startOAuthWorld } from '../oauth/world.js'
import { CALL_SCENES } from './error-scenes-of-calls.js'
import { type Ask, type JsonRpc, listen, messagesIn, modern, open, post, raw, rpc } from './http.js'
import type { Scene } from './scene.js'
import type { WorldOptions } from './world.js'

export interface ErrorScene {
  readonly options?: WorldOptions
  /** The JSON-RPC message that the client gets. */
  readonly go: (scene: Scene) => Promise<JsonRpc>
}

const asks = (ask: Ask, options: WorldOptions = {}): ErrorScene => ({
  options,
  go: async ({ running }) => (await post(running, ask)).json,
})
const listening = () => modern('subscriptions/listen', { notifications: { toolsListChanged: true } })
const weekly: WorldOptions['adapt'] = () => ({
  prompts: {
    list: async () => [{ name: 'weekly' }],
    get: async () => ({ messages: [{ role: 'user', content: { type: 'text', text: 'x'.repeat(5000) } }] }),
  },
})

export const ERROR_SCENES: Readonly<Record<ErrorCode, ErrorScene>> = {
  ...CALL_SCENES,
  ORIGIN_NOT_ALLOWED: asks({ headers: { origin: 'https://evil.test' } }),
  ROUTE_NOT_FOUND: {
    go: async ({ running }) => {
      const answer = await fetch(`${running.endpoint()}/x`, { method: 'POST' })
      return JSON.parse(await answer.text())
    },
  },
  METHOD_NOT_ALLOWED: asks({ method: 'GET' }),
  UNAUTHENTICATED: asks({ key: null }),
  CREDENTIALS_AMBIGUOUS: asks({ headers: { authorization: 'Bearer sk_other' } }),
  MEMBER_AMBIGUOUS: asks({ headers: { 'x-allv-user-id': 'mem_omar' } }),
  MEMBER_REQUIRED: asks({ member: null }),
  MEMBER_NOT_ALLOWED: asks({ member: 'nobody@acme.test' }),
  INSUFFICIENT_SCOPE: {
    go: async () => {
      const tools = [
        defineTool({
          name: 'crm.edit',
          description: 'x',
          input: z.object({}),
          scopes: ['deals:write'],
          run: () => 'ran',
        }),
      ]
      const host = await startOAuthWorld({}, { tools })
      try {
        const token = await host.tokenFor({ scope: 'crm.read' })
        const call = { method: 'tools/call', params: { name: 'crm_edit', arguments: {} } }
        return (await host.post(`Bearer ${token}`, call)).json as JsonRpc
      } finally {
        await host.close()
      }
    },
  },
  FEATURE_DISABLED: {
    go: async ({ world, running }) => {
      world.adapters.features.set('mcp_server_v1', 'ws_acme', false)
      return (await post(running, {})).json
    },
  },
  RATE_LIMITED: {
    options: { rateLimit: { points: 1, seconds: 60 } },
    go: async ({ running }) => {
      await post(running, {})
      return (await post(running, {})).json
    },
  },
  SHUTTING_DOWN: {
    go: async ({ world }) => {
      const router = createAllvMcpRouter(world.options)
      const closing = await listen({ ...world, router: () => router })
      await router.close()
      const { json } = await post(closing, {})
      await closing.close()
      return json
    },
  },
  UNAVAILABLE: asks(
    {},
    { adapt: () => ({ apiKeys: { findByDigest: () => Promise.reject(new Error('down')) } }) },
  ),
  NOT_ACCEPTABLE: asks({ headers: { accept: 'image/png' } }),
  UNSUPPORTED_MEDIA_TYPE: asks({ headers: { 'content-type': 'text/plain' } }),
  BODY_TOO_LARGE: asks({ body: rpc('ping', { x: 'x'.repeat(5000) }) }, { bodyLimitBytes: 1000 }),
  REQUEST_TIMEOUT: {
    options: { bodyTimeoutMs: 50 },
    go: async ({ running }) => {
      const head = [
        'POST /api/workspaces/ws_acme/mcp HTTP/1.1',
        'host: localhost',
        'x-api-key: sk_test_acme',
        'x-allv-user-id: mem_maria',
        'content-type: application/json',
        'content-length: 100',
      ]
      const answer = await raw(running, `${head.join('\r\n')}\r\n\r\n{`)
      return JSON.parse(answer.split('\r\n\r\n')[1] ?? '')
    },
  },
  PARSE_ERROR: asks({ body: '{"jsonrpc": ' }),
  INVALID_REQUEST: asks({ body: { hello: 'world' } }),
  ID_TOO_LONG: asks({ body: rpc('ping', {}, 'x'.repeat(1100)) }),
  PROGRESS_TOKEN_TOO_LONG: asks({ body: rpc('ping', { _meta: { progressToken: 'x'.repeat(1100) } }) }),
  UNSUPPORTED_PROTOCOL_VERSION: asks({ headers: { 'mcp-protocol-version': '2024-01-01' } }),
  SESSION_NOT_FOUND: asks({ headers: { 'mcp-session-id': 'of-another-server' } }),
  HEADER_MISMATCH: asks({
    ...modern('tools/list'),
    headers: { ...modern('tools/list').headers, 'mcp-method': 'tools/call' },
  }),
  UNKNOWN_PROTOCOL_VERSION: asks({
    headers: { ...modern('tools/list').headers, 'mcp-protocol-version': '2027-01-01' },
    body: rpc('tools/list', {
      _meta: {
        'io.modelcontextprotocol/protocolVersion': '2027-01-01',
        'io.modelcontextprotocol/clientCapabilities': {},
      },
    }),
  }),
  ENVELOPE_INCOMPLETE: asks({ ...modern('tools/list'), body: rpc('tools/list') }),
  PROMPT_NOT_FOUND: asks({ body: rpc('prompts/get', { name: 'none' }) }, { adapt: weekly }),
  TOO_MANY_STREAMS: {
    options: { rateLimit: false },
    go: async ({ running }) => {
      const gone = new AbortController()
      const streams = Array.from({ length: 64 }, () => open(running, { ...listening(), signal: gone.signal }))
      await Promise.all(streams)
      const answer = await open(running, listening())
      const [message] = messagesIn(await answer.text(), 'application/json')
      gone.abort()
      return message ?? {}
    },
  },
  ANSWERS_TOO_LARGE: asks(
    {
      headers: { 'mcp-protocol-version': '2025-03-26' },
      body: [rpc('ping', {}, 1), rpc('tools/list', {}, 2)],
    },
    { maxUnsentBytes: 1000 },
  ),
  REQUEST_STATE_INVALID: asks(
    modern('tools/call', {
      name: 'asks',
      arguments: {},
      requestState: 'of another call',
      inputResponses: {},
    }),
  ),
  TASK_NOT_FOUND: asks(
    modern('tasks/get', { taskId: 'none' }, { extensions: { 'io.modelcontextprotocol/tasks': {} } }),
  ),
  METHOD_NOT_FOUND: asks({ body: rpc('logging/setLevel', { level: 'debug' }) }),
  INVALID_PARAMS: asks({ body: rpc('tools/call', {}) }),
  INVALID_CURSOR: asks({ body: rpc('tools/list', { cursor: 'x' }) }),
  TOOL_NOT_FOUND: asks({ body: rpc('tools/call', { name: 'none' }) }),
  MEMORY_NOT_FOUND: asks({ body: rpc('resources/read', { uri: 'allv://workspaces/ws_acme/memory/none' }) }),
  RESOURCE_NOT_FOUND: asks(
    { body: rpc('resources/read', { uri: 'crm://none' }) },
    { adapt: () => ({ resources: { list: async () => [], read: async () => null } }) },
  ),
  ANSWER_TOO_LARGE: asks(
    { body: rpc('prompts/get', { name: 'weekly' }) },
    { adapt: weekly, toolOutputLimitBytes: 1000 },
  ),
  INTERNAL: asks(
    { body: rpc('prompts/get', { name: 'weekly' }) },
    { adapt: () => ({ prompts: { list: async () => [{ name: 'weekly' }], get: async () => 5 as never } }) },
  ),
}

/** Ids and times differ from run to run. */
export function stable(text: string): string {
  return text
    .replaceAll(/\b(run|apr|req)_[\w-]{22}/g, '$1_…')
    .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, '2026-11-27T12:00:00.000Z')
}
