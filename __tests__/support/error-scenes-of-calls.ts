/** How the error codes of a tool call come about, for the examples of docs/reference/errors.md. */

import { createAllvAgentApi, defineTool, type Run } from 'allv-mcp'
import type { ErrorScene } from './error-scenes.js'
import { type JsonRpc, post, rpc, toolCall } from './http.js'
import { type Scene, until } from './scene.js'
import type { WorldOptions } from './world.js'

const calls = (body: object, options: WorldOptions = {}, headers = {}): ErrorScene => ({
  options,
  go: async ({ running }) => (await post(running, { body, headers })).json,
})
const KEYED = { 'idempotency-key': 'k1' }
const DELETE = toolCall('deals.delete', { dealId: 'deal_1' })
const big = defineTool({
  name: 'big',
  description: 'Says much.',
  input: { type: 'object' },
  run: () => 'x'.repeat(5000),
})

/** What a caller of the Agent API gets, as a result of `callTool` or as the error. */
async function byAgent({ world }: Scene, tool: string, options: object): Promise<JsonRpc> {
  const api = createAllvAgentApi(world.options)
  const maria = await api.asMember({ workspaceId: 'ws_acme', memberId: 'mem_maria', via: 'inbox' })
  const result = await maria
    .callTool(tool, { ms: 1000 }, options)
    .catch(({ code, message }) => ({ code, message }))
  const { status, code, message } = result as { status?: string; code: string; message: string }
  return { result: { ...(status === undefined ? {} : { status }), code, message } }
}

/** The run of this key was begun by a process that is busy, or was killed. */
const begunBefore =
  (status: 'running' | 'unknown'): NonNullable<WorldOptions['adapt']> =>
  ({ runs }) => {
    const nothing = { approvalId: null, endedAt: null, errorCode: null, outcome: null, checkpoint: null }
    let run: Run | null = null
    return {
      runs: {
        ...runs,
        async begin(start) {
          run = { ...start, ...nothing, status }
          return { started: false, run }
        },
        get: async () => run,
      },
    }
  }

export const CALL_SCENES = {
  RUN_LOG_UNAVAILABLE: calls(toolCall('deals.add', { a: 1, b: 2 }), {
    adapt: ({ runs }) => ({ runs: { ...runs, begin: () => Promise.reject(new Error('down')) } }),
  }),
  URL_ELICITATION_REQUIRED: {
    options: {
      adapt: ({ approvals }) => ({
        approvals: { ...approvals, url: async () => 'https://app.acme.test/approvals/17' },
      }),
    },
    go: async ({ running }) => {
      const params = {
        protocolVersion: '2025-11-25',
        capabilities: { elicitation: { url: {} } },
        clientInfo: { name: 'client', version: '1' },
      }
      const { headers } = await post(running, { body: rpc('initialize', params) })
      const session = {
        'mcp-session-id': headers.get('mcp-session-id') ?? '',
        'mcp-protocol-version': '2025-11-25',
      }
      return (await post(running, { headers: session, body: DELETE })).json
    },
  },
  CLIENT_CAPABILITY_REQUIRED: calls(toolCall('asks')),
  INPUT_NOT_GIVEN: { go: (scene) => byAgent(scene, 'asks', { onInput: async () => null }) },
  INVALID_ARGUMENTS: calls(toolCall('deals.add', { a: 'x' })),
  IDEMPOTENCY_CONFLICT: {
    go: async ({ running }) => {
      await post(running, { headers: KEYED, body: toolCall('deals.add', { a: 1, b: 2 }) })
      return (await post(running, { headers: KEYED, body: toolCall('deals.add', { a: 1, b: 3 }) })).json
    },
  },
  IDEMPOTENCY_UNSUPPORTED: calls(
    toolCall('deals.add', { a: 1, b: 2 }),
    { adapt: () => ({ runs: null as never }) },
    KEYED,
  ),
  APPROVAL_PENDING: calls(DELETE),
  TOO_MANY_PENDING_APPROVALS: {
    options: { maxPendingApprovals: 1 },
    go: async ({ running }) => {
      await post(running, { body: DELETE })
      return (await post(running, { body: toolCall('deals.delete', { dealId: 'deal_2' }) })).json
    },
  },
  APPROVAL_DENIED: calls(toolCall('deals.forbidden')),
  APPROVAL_EXPIRED: calls(DELETE, { approvalHoldMs: 20_000, approvalTtlMs: 60 }),
  OUTCOME_UNKNOWN: calls(toolCall('deals.add', { a: 1, b: 2 }), { adapt: begunBefore('unknown') }, KEYED),
  RUN_IN_PROGRESS: calls(
    toolCall('deals.add', { a: 1, b: 2 }),
    { adapt: begunBefore('running'), toolTimeoutMs: 60, approvalHoldMs: 0 },
    KEYED,
  ),
  TOOL_FAILED: calls(toolCall('throws')),
  TOOL_OUTPUT_TOO_LARGE: calls(toolCall('big'), { tools: [big], toolOutputLimitBytes: 1000 }),
  TOOL_TIMED_OUT: calls(toolCall('deaf')),
  CANCELLED: {
    go: async (scene) => {
      const cancel = new AbortController()
      const call = byAgent(scene, 'slow', { signal: cancel.signal })
      await until(() => scene.world.adapters.runs.all().length === 1)
      cancel.abort()
      return call
    },
  },
} as const satisfies Readonly<Record<string, ErrorScene>>
