import { createAllvAgentApi, digestApiKey } from 'allv-mcp'
import { createInMemoryMembers } from 'allv-mcp/testing'
import { type Ask, open, post, type Running, rpc, toolCall } from './support/http.js'
import { type Scene, scenes, until } from './support/scene.js'

/** Hosts number members and keys within a workspace: `mem_1` and `key_1` of two workspaces are not the same. */

const start = scenes()
const SECRETS = { ws_acme: 'sk_test_one_of_acme', ws_globex: 'sk_test_one_of_globex' } as const
type Workspace = keyof typeof SECRETS
const KEY = {
  id: 'key_1',
  name: 'one',
  scopes: ['*'],
  members: 'any',
  createdAt: new Date('2026-01-01T00:00:00Z'),
  expiresAt: null,
  revokedAt: null,
} as const

function twins(): Promise<Scene> {
  const workspaces = Object.keys(SECRETS) as Workspace[]
  return start({
    approvalHoldMs: 0,
    adapt: () => ({
      apiKeys: {
        async findByDigest({ digest }) {
          const workspaceId = workspaces.find((id) => digestApiKey(SECRETS[id]) === digest)
          return workspaceId === undefined ? null : { ...KEY, workspaceId }
        },
      },
      members: createInMemoryMembers(
        workspaces.map((workspaceId) => ({
          id: 'mem_1',
          workspaceId,
          email: 'one@both.test',
          active: true,
        })),
      ),
    }),
  })
}

const as = (workspaceId: Workspace, ask: Omit<Ask, 'key' | 'member' | 'workspaceId'>): Ask => ({
  ...ask,
  workspaceId,
  key: null,
  member: null,
  headers: { 'x-api-key': SECRETS[workspaceId], 'x-allv-user-id': 'mem_1', ...ask.headers },
})

async function sessionIn(running: Running, workspaceId: Workspace) {
  const params = {
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo: { name: 'test', version: '1' },
  }
  const { headers } = await post(running, as(workspaceId, { body: rpc('initialize', params) }))
  return { 'mcp-session-id': headers.get('mcp-session-id') ?? '', 'mcp-protocol-version': '2025-11-25' }
}

it('hides an approval of the member with the same id, through the tool and in process', async () => {
  const { world, running } = await twins()
  await post(running, as('ws_acme', { body: toolCall('deals.delete', { dealId: 'd1' }) }))
  const approvalId = world.adapters.approvals.list()[0]?.id ?? ''
  const ask = (workspaceId: Workspace, id: string) =>
    post(running, as(workspaceId, { body: toolCall('agent.get_approval', { approvalId: id }) }))
  expect((await ask('ws_acme', approvalId)).json.result.structuredContent.state).toBe('pending')
  const [foreign, unknown] = [await ask('ws_globex', approvalId), await ask('ws_globex', 'apr_unknown')]
  expect(foreign.json.result.content).toEqual(unknown.json.result.content)
  const api = createAllvAgentApi(world.options)
  const twin = await api.withApiKey({
    workspaceId: 'ws_globex',
    apiKey: SECRETS.ws_globex,
    member: { id: 'mem_1' },
  })
  expect(await twin.getApproval(approvalId)).toBeNull()
})

it('does not accept the session of the member with the same id', async () => {
  const { running } = await twins()
  const headers = await sessionIn(running, 'ws_acme')
  expect((await post(running, as('ws_acme', { headers, body: rpc('tools/list') }))).status).toBe(200)
  const foreign = await post(running, as('ws_globex', { headers, body: rpc('tools/list') }))
  expect([foreign.status, foreign.json.error?.data['code']]).toEqual([404, 'SESSION_NOT_FOUND'])
})

it('does not cancel the call of the member with the same id when it cancels its own', async () => {
  const { world, running } = await twins()
  const call = as('ws_acme', { body: toolCall('slow', { ms: 200 }) })
  const mine = open(running, call)
  await until(() => world.adapters.runs.all().length === 1)
  const cancelled = { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 7 } }
  expect((await post(running, as('ws_globex', { body: cancelled }))).status).toBe(202)
  expect(await (await mine).text()).toContain('slow and done')
})

it('does not find the task, run or idempotency key of the member with the same id', async () => {
  const { world, running } = await twins()
  const keyed = (workspaceId: Workspace) =>
    post(
      running,
      as(workspaceId, {
        headers: { 'idempotency-key': 'k1' },
        body: toolCall('deals.add', { a: 1, b: 2 }),
      }),
    )
  await keyed('ws_acme')
  await keyed('ws_globex')
  expect(world.executions.map(({ workspaceId }) => workspaceId)).toEqual(['ws_acme', 'ws_globex'])
})
