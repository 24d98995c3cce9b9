import type { ToolDefinition } from 'allv-mcp'
import { decideNewest } from './support/decisions.js'
import { type Answered, type Ask, post, toolCall } from './support/http.js'
import { type Scene, scenes, until } from './support/scene.js'
import { KEYS, type World } from './support/world.js'

const start = scenes()
const DELETE: Ask = { body: toolCall('deals.delete', { dealId: 'd1' }) }

/** What the host has changed by the time the approval is there. */
interface Host {
  tools: (listed: readonly ToolDefinition[]) => readonly ToolDefinition[]
}

async function stage(approvalHoldMs: number): Promise<Scene & { readonly host: Host }> {
  const host: Host = { tools: (listed) => listed }
  const scene = await start({
    approvalHoldMs,
    adapt: ({ tools }) => ({
      tools: { call: tools.call, list: async (context) => host.tools(await tools.list(context)) },
    }),
  })
  return { ...scene, host }
}

const keyRecord = (world: World, over: object) => {
  const [record] = world.adapters.apiKeys.all().filter(({ id }) => id === 'key_acme')
  if (record !== undefined) world.adapters.apiKeys.add({ ...record, ...over })
}
const redefine = (host: Host, change: Partial<ToolDefinition>) => {
  host.tools = (listed) =>
    listed.map((tool) => (tool.name === 'deals.delete' ? { ...tool, ...change } : tool))
}

/** What changes, and the code of a refusal; `null` where the call asks anew. */
const changes: readonly [string, (scene: { world: World; host: Host }) => void, string][] = [
  ['the key is revoked', ({ world }) => world.adapters.apiKeys.revoke('key_acme'), 'UNAUTHENTICATED'],
  ['the key expires', ({ world }) => keyRecord(world, { expiresAt: new Date(0) }), 'UNAUTHENTICATED'],
  [
    'the key moves to another workspace',
    ({ world }) => keyRecord(world, { workspaceId: 'ws_globex' }),
    'UNAUTHENTICATED',
  ],
  [
    'the grant of the key is cut',
    ({ world }) => keyRecord(world, { members: ['mem_omar', 'mem_ada'] }),
    'MEMBER_NOT_ALLOWED',
  ],
  [
    'the member is deactivated',
    ({ world }) => world.adapters.members.setActive('ws_acme', 'mem_maria', false),
    'MEMBER_NOT_ALLOWED',
  ],
  [
    'the workspace is switched off',
    ({ world }) => world.adapters.features.set('mcp_server_v1', 'ws_acme', false),
    'FEATURE_DISABLED',
  ],
  [
    'the tool is gone',
    ({ host }) => {
      host.tools = (listed) => listed.filter(({ name }) => name !== 'deals.delete')
    },
    'TOOL_NOT_FOUND',
  ],
  ['the tool needs a scope', ({ host }) => redefine(host, { scopes: ['deals:write'] }), 'TOOL_NOT_FOUND'],
]

/** A definition whose meaning changed: approved was the old one. */
const redefinitions: readonly [string, Partial<ToolDefinition>][] = [
  ['another description', { description: 'Needs an operator. Refunds too.' }],
  [
    'another input schema',
    { inputSchema: { type: 'object', properties: { dealId: { type: 'string' }, all: { type: 'boolean' } } } },
  ],
  ['an output schema', { outputSchema: { type: 'object' } }],
  ['other hints', { annotations: { destructiveHint: false } }],
]

const codeOf = ({ json }: Answered) => json.error?.data['code'] ?? json.result?._meta?.['ai.allv/code']

describe('a call that waits while its approval is given', () => {
  const waitThen = async (scene: Scene & { readonly host: Host }, change: () => void) => {
    const waiting = post(scene.running, DELETE)
    await until(() => scene.world.adapters.approvals.waiting() === 1)
    change()
    await decideNewest(scene.world)
    return waiting
  }

  it.each(changes)('does not run when %s', async (_, change, code) => {
    const scene = await stage(20_000)
    const answer = await waitThen(scene, () => change(scene))
    expect(codeOf(answer)).toBe(code)
    expect(scene.world.executions).toEqual([])
    expect(scene.world.adapters.approvals.list().map(({ state }) => state)).toEqual(['approved'])
    expect(scene.world.adapters.runs.all()).toEqual([
      expect.objectContaining({ status: 'failed', errorCode: code }),
    ])
  })

  it.each(redefinitions)('does not run when the tool got %s', async (_, change) => {
    const scene = await stage(20_000)
    const answer = await waitThen(scene, () => redefine(scene.host, change))
    expect(codeOf(answer)).toBe('APPROVAL_EXPIRED')
    expect(scene.world.executions).toEqual([])
    expect(scene.world.adapters.approvals.list().map(({ state }) => state)).toEqual(['approved'])
    expect(scene.world.adapters.runs.all()).toEqual([
      expect.objectContaining({ status: 'failed', errorCode: 'APPROVAL_EXPIRED' }),
    ])
  })

  it('runs when nothing has changed', async () => {
    const scene = await stage(20_000)
    expect((await waitThen(scene, () => {})).json.result.content[0].text).toBe('deleted d1')
    expect(scene.world.executions).toHaveLength(1)
  })
})

describe('a call that is repeated after its approval was given', () => {
  it.each(changes)('does not run when %s', async (_, change, code) => {
    const scene = await stage(0)
    await post(scene.running, DELETE)
    await decideNewest(scene.world)
    change(scene)
    expect(codeOf(await post(scene.running, DELETE))).toBe(code)
    expect(scene.world.executions).toEqual([])
    expect(scene.world.adapters.approvals.list().map(({ state }) => state)).toEqual(['approved'])
  })

  it.each(redefinitions)('asks for a new approval when the tool got %s', async (_, change) => {
    const scene = await stage(0)
    await post(scene.running, DELETE)
    await decideNewest(scene.world)
    redefine(scene.host, change)
    expect(codeOf(await post(scene.running, DELETE))).toBe('APPROVAL_PENDING')
    expect(scene.world.executions).toEqual([])
    expect(scene.world.adapters.approvals.list().map(({ state }) => state)).toEqual(['pending', 'approved'])
  })

  it('runs when the permission is back: a refused attempt did not use the approval', async () => {
    const { world, running } = await stage(0)
    await post(running, DELETE)
    await decideNewest(world)
    world.adapters.members.setActive('ws_acme', 'mem_maria', false)
    expect((await post(running, DELETE)).status).toBe(400)
    world.adapters.members.setActive('ws_acme', 'mem_maria', true)
    expect((await post(running, DELETE)).json.result.content[0].text).toBe('deleted d1')
    expect(world.executions).toHaveLength(1)
  })

  it('may come with another key of the same member; no call of another member gets it', async () => {
    const { world, running } = await stage(0)
    await post(running, DELETE)
    await decideNewest(world)
    for (const as of [{ member: 'omar@acme.test' }, { member: 'ada@acme.test', key: 'acmeListed' }] as const)
      await post(running, { ...DELETE, ...as })
    expect(world.executions).toEqual([])
    const [record] = world.adapters.apiKeys.all().filter(({ id }) => id === 'key_acmeBound')
    expect(record?.members).toEqual(['mem_maria'])
    const bound = await post(running, { ...DELETE, key: 'acmeBound', member: null })
    expect(bound.json.result.content[0].text).toBe('deleted d1')
    expect(world.executions.map(({ memberId }) => memberId)).toEqual(['mem_maria'])
  })
})

it('hides the outcome of an approved call from other members and from keys without the scope', async () => {
  const { world, running } = await stage(0)
  await post(running, DELETE)
  await decideNewest(world)
  await post(running, DELETE)
  const foreign = await post(running, { ...DELETE, member: 'omar@acme.test' })
  expect(codeOf(foreign)).toBe('APPROVAL_PENDING')
  expect(foreign.text).not.toContain('deleted d1')
  world.adapters.apiKeys.revoke('key_acme')
  const gone = await post(running, DELETE)
  expect([gone.status, gone.text.includes('deleted'), gone.text.includes(KEYS.acme)]).toEqual([
    401,
    false,
    false,
  ])
})
