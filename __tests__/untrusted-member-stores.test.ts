import { createAllvAgentApi } from 'allv-mcp'
import { post } from './support/http.js'
import { scenes } from './support/scene.js'
import { createWorld, KEYS } from './support/world.js'

/** A members store that matches by prefix, case or anything else gives no caller the identity of another member. */

const start = scenes()
const loose = () =>
  createWorld({
    adapt: ({ members }) => ({
      members: {
        findById: ({ workspaceId }) => members.findById({ workspaceId, memberId: 'mem_omar' }),
        findByEmail: ({ workspaceId }) => members.findByEmail({ workspaceId, email: 'omar@acme.test' }),
      },
    }),
  })

it.each([
  ['an id', { 'x-allv-user-id': 'mem_maria' }],
  ['the beginning of an id', { 'x-allv-user-id': 'mem_' }],
  ['an id in other letters', { 'x-allv-user-id': 'MEM_OMAR' }],
  ['an address', { 'x-allv-user-email': 'maria@acme.test' }],
  ['a longer address', { 'x-allv-user-email': 'omar@acme.test.example' }],
  ['an id and an address', { 'x-allv-user-id': 'mem_omar', 'x-allv-user-email': 'maria@acme.test' }],
])('refuses %s for which the adapter gives another member', async (_, headers) => {
  const { running } = await start(loose())
  const { status, json } = await post(running, { member: null, headers })
  expect([status, json.error?.data['code']]).toEqual([400, 'MEMBER_NOT_ALLOWED'])
})

it('accepts the named member, and their address in upper or lower case', async () => {
  const { running } = await start(loose())
  const statuses = []
  for (const headers of [{ 'x-allv-user-id': 'mem_omar' }, { 'x-allv-user-email': 'OMAR@acme.test' }])
    statuses.push((await post(running, { member: null, headers: headers as Record<string, string> })).status)
  expect(statuses).toEqual([200, 200])
})

it('is not trusted in process either', async () => {
  const api = createAllvAgentApi(loose().options)
  const as = (member: { id: string } | { email: string }) =>
    api.withApiKey({ workspaceId: 'ws_acme', apiKey: KEYS.acme, member })
  await expect(as({ id: 'mem_maria' })).rejects.toMatchObject({ code: 'MEMBER_NOT_ALLOWED' })
  await expect(as({ email: 'maria@acme.test' })).rejects.toMatchObject({ code: 'MEMBER_NOT_ALLOWED' })
})
