import { createAllvAgentApi } from 'allv-mcp'
import { createWorld, KEYS } from './support/world.js'

/** An agent is made once and used for a long time: each of its operations passes admission again. */

const operations: readonly [string, (agent: Agent) => Promise<unknown>][] = [
  ['listTools', (agent) => agent.listTools()],
  ['callTool', (agent) => agent.callTool('deals.add', { a: 1, b: 2 })],
  ['listMemory', (agent) => agent.listMemory()],
  ['readMemory', (agent) => agent.readMemory('tone')],
  ['getApproval', (agent) => agent.getApproval('apr_1')],
  ['waitForApproval', (agent) => agent.waitForApproval('apr_1')],
]
type Agent = Awaited<ReturnType<ReturnType<typeof createAllvAgentApi>['withApiKey']>>

describe.each(operations)('%s', (_, operate) => {
  it('is refused after the key was revoked', async () => {
    const world = createWorld()
    const agent = await createAllvAgentApi(world.options).withApiKey({
      workspaceId: 'ws_acme',
      apiKey: KEYS.acme,
      member: { id: 'mem_maria' },
    })
    await operate(agent).catch((error: unknown) => error)
    world.adapters.apiKeys.revoke('key_acme')
    await expect(operate(agent)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
  })

  it('is refused after the member was deactivated, also if the host vouches', async () => {
    const world = createWorld()
    const agent = await createAllvAgentApi(world.options).asMember({
      workspaceId: 'ws_acme',
      memberId: 'mem_maria',
      via: 'inbox',
    })
    await operate(agent).catch((error: unknown) => error)
    const maria = await world.adapters.members.findById({ workspaceId: 'ws_acme', memberId: 'mem_maria' })
    if (maria === null) throw new Error('maria is a member')
    world.adapters.members.add({ ...maria, active: false })
    await expect(operate(agent)).rejects.toMatchObject({ code: 'MEMBER_NOT_ALLOWED' })
  })
})
