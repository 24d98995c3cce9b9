import { openCursor, sealCursor } from '../lib/control-plane/request/cursors.js'
import type { Admitted } from '../lib/control-plane/request/stages.js'
import { readOptions } from '../lib/control-plane/runtime/options.js'
import { createRuntime } from '../lib/control-plane/runtime/runtime.js'
import { decideNewest } from './support/decisions.js'
import { listen, post, type Running, rpc, toolCall } from './support/http.js'
import { createWorld, type World } from './support/world.js'

let world: World
let running: Running

beforeEach(async () => {
  world = createWorld({ pageSize: 2 })
  running = await listen(world)
})
afterEach(() => running.close())

const read = (uri: string) => rpc('resources/read', { uri })
const omar = { member: 'omar@acme.test' }

it('refuses a key of workspace A on workspace B', async () => {
  expect(
    (await post(running, { key: 'acme', workspaceId: 'ws_globex', member: 'lin@globex.test' })).status,
  ).toBe(401)
})

it('refuses a member of workspace B with a key of A', async () => {
  expect((await post(running, { member: 'lin@globex.test' })).json.error?.data['code']).toBe(
    'MEMBER_NOT_ALLOWED',
  )
  expect(
    (await post(running, { member: null, headers: { 'x-allv-user-id': 'mem_lin' } })).json.error?.data[
      'code'
    ],
  ).toBe('MEMBER_NOT_ALLOWED')
})

it('refuses a member of another workspace even if the members adapter gives one', async () => {
  const lying = createWorld({
    adapt: ({ members }) => ({
      members: {
        findById: members.findById,
        findByEmail: async () => members.findById({ workspaceId: 'ws_globex', memberId: 'mem_lin' }),
      },
    }),
  })
  const server = await listen(lying)
  expect((await post(server, { member: 'lin@globex.test' })).json.error?.data['code']).toBe(
    'MEMBER_NOT_ALLOWED',
  )
  await server.close()
})

it('refuses a member that is not in the grant of the key', async () => {
  expect((await post(running, { key: 'acmeListed', member: 'ada@acme.test' })).json.error?.data['code']).toBe(
    'MEMBER_NOT_ALLOWED',
  )
})

it('hides an approval from another member of the same workspace with the same key', async () => {
  await post(running, { body: toolCall('deals.delete', { dealId: 'd1' }) })
  const [approval] = world.adapters.approvals.list()
  const ask = (approvalId: string, as = {}) =>
    post(running, { ...as, body: toolCall('agent.get_approval', { approvalId }) })
  expect((await ask(approval?.id ?? '')).json.result.structuredContent.state).toBe('pending')
  const foreign = (await ask(approval?.id ?? '', omar)).json.result
  const unknown = (await ask('apr_unknown', omar)).json.result
  expect({ ...foreign, _meta: null }).toEqual({ ...unknown, _meta: null })
  expect(foreign.isError).toBe(true)
})

it('makes a separate approval for each member: no call runs under that of another member', async () => {
  const call = { body: toolCall('deals.delete', { dealId: 'd1' }) }
  await post(running, call)
  await decideNewest(world)
  await post(running, { ...call, ...omar })
  expect(world.executions).toEqual([])
  expect(world.adapters.approvals.list()).toHaveLength(2)
  await post(running, call)
  expect(world.executions.map(({ memberId }) => memberId)).toEqual(['mem_maria'])
})

it("does not join another member's run by its idempotency key", async () => {
  const call = { body: toolCall('deals.add', { a: 1, b: 2 }), headers: { 'idempotency-key': 'k1' } }
  await post(running, call)
  await post(running, { ...call, ...omar })
  expect(world.executions.map(({ memberId }) => memberId)).toEqual(['mem_maria', 'mem_omar'])
})

it('refuses a cursor of another member, workspace or list like a forged one', async () => {
  const { nextCursor: tools } = (await post(running, { body: rpc('tools/list') })).json.result
  expect(typeof tools).toBe('string')
  expect(
    (await post(running, { body: rpc('tools/list', { cursor: tools }) })).json.result.tools,
  ).toHaveLength(2)
  const forged = (await post(running, { body: rpc('tools/list', { cursor: `${tools.slice(0, -2)}xx` }) }))
    .text
  expect(forged).toContain('INVALID_CURSOR')
  expect((await post(running, { ...omar, body: rpc('tools/list', { cursor: tools }) })).text).toBe(forged)
  expect((await post(running, { body: rpc('resources/list', { cursor: tools }) })).text).toBe(forged)
  const globex = { key: 'globex', member: 'lin@globex.test', workspaceId: 'ws_globex' } as const
  expect((await post(running, { ...globex, body: rpc('tools/list', { cursor: tools }) })).text).toBe(forged)
})

it('binds a cursor to its list and workspace, even where positions and member ids are the same', async () => {
  const plane = createRuntime(readOptions(world.options))
  const admitted = (workspaceId: string) =>
    ({ context: { workspaceId, member: { id: 'mem_same' } } }) as Admitted
  const cursor = await sealCursor(plane, admitted('ws_acme'), 'tools', 'tone')
  expect(await openCursor(plane, admitted('ws_acme'), 'tools', cursor)).toBe('tone')
  await expect(openCursor(plane, admitted('ws_acme'), 'memory', cursor)).rejects.toMatchObject({
    code: 'INVALID_CURSOR',
  })
  await expect(openCursor(plane, admitted('ws_globex'), 'tools', cursor)).rejects.toMatchObject({
    code: 'INVALID_CURSOR',
  })
})

it('answers a memory address of another workspace, or a malformed one, like one that does not exist', async () => {
  const uris = [
    'allv://workspaces/ws_globex/memory/tone',
    'allv://workspaces/ws_acme/memory/none',
    'allv://workspaces/ws_acme/memory/../memory/tone',
    'allv://workspaces/ws_acme/memory/..%2Ftone',
    'allv://workspaces/ws_acme/memory/%2574one',
    'allv://workspaces/ws_acme/memory/tone/',
    'allv://workspaces/ws_acme/memory/tone?x=1',
    'allv://workspaces/ws_acme/memory/tone#x',
    'allv://workspaces/ws_acme/memory/tone%00',
    'allv://workspaces/ws_acme/memory/notes/a%20b',
    'allv://workspaces/ws_acme/memory/%',
    'allv://workspaces/ws_acme/memory/',
    'allv://workspaces/WS_ACME/memory/tone',
    'ALLV://workspaces/ws_acme/memory/tone',
    'allv://user@workspaces/ws_acme/memory/tone',
    'allv:workspaces/ws_acme/memory/tone',
  ]
  const answers = new Set<string>()
  for (const uri of uris) {
    const { status, text } = await post(running, { body: read(uri) })
    expect(status).toBe(200)
    answers.add(text.replace(JSON.stringify(uri), '"URI"'))
  }
  expect(answers.size).toBe(1)
  expect([...answers][0]).toContain('MEMORY_NOT_FOUND')
  for (const uri of ['file:///etc/passwd', 'https://169.254.169.254/latest/meta-data'])
    expect((await post(running, { body: read(uri) })).json.error?.data).toMatchObject({
      code: 'RESOURCE_NOT_FOUND',
      uri,
    })
  const found = await post(running, { body: read('allv://workspaces/ws_acme/memory/notes%2Fa%20b') })
  expect(found.json.result.contents[0].text).toBe('spaced')
})

it('answers a tool that the member may not see, or that the key has no scope for, like one that does not exist', async () => {
  const call = (name: string, as = {}) => post(running, { ...as, body: toolCall(name) })
  const unknown = (await call('no.such')).text
  expect(unknown).toContain('TOOL_NOT_FOUND')
  expect((await call('admin.only')).text).toBe(unknown)
  expect((await call('scoped')).text).toBe(unknown)
  expect((await call('agent.update_memory', { key: 'acmeReader' })).text).toBe(unknown)
  expect((await call('admin.only', { member: 'ada@acme.test' })).json.result.content[0].text).toBe('secret')
  expect(world.executions.map(({ memberId }) => memberId)).toEqual(['mem_ada'])
})

it('lists no memory, and reads none, without the scope', async () => {
  const bare = { key: 'acmeNoScopes' } as const
  expect((await post(running, { ...bare, body: rpc('resources/list') })).json.result.resources).toEqual([])
  expect(
    (await post(running, { ...bare, body: read('allv://workspaces/ws_acme/memory/tone') })).json.error?.data[
      'code'
    ],
  ).toBe('MEMORY_NOT_FOUND')
  const names = (await post(running, { ...bare, body: rpc('tools/list') })).text
  expect(names).not.toMatch(/agent_(read|update)_memory/)
})

it('takes identity from the credential and the header only, never from arguments, _meta or clientInfo', async () => {
  const forged = { memberId: 'mem_ada', workspaceId: 'ws_globex', 'x-allv-user-id': 'mem_ada' }
  await post(running, {
    body: toolCall('deals.add', { a: 1, b: 1, ...forged }, { _meta: forged, ...forged }),
  })
  expect(world.executions).toEqual([
    expect.objectContaining({ memberId: 'mem_maria', workspaceId: 'ws_acme' }),
  ])
})

it('shows no approval that the store confused with another', async () => {
  const mixed = createWorld({
    approvalHoldMs: 0,
    adapt: ({ approvals }) => ({
      approvals: { ...approvals, get: async () => approvals.list()[0] ?? null },
    }),
  })
  const server = await listen(mixed)
  await post(server, { body: toolCall('deals.delete', { dealId: 'd1' }) })
  const { json } = await post(server, { body: toolCall('agent.get_approval', { approvalId: 'apr_another' }) })
  expect([json.result.isError, json.result.structuredContent]).toEqual([true, undefined])
  await server.close()
})
