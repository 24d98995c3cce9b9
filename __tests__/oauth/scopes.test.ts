import { defineTool, type PromptsAdapter } from 'allv-mcp'
import { z } from 'zod'
import { type OAuthWorld, startOAuthWorld } from './world.js'

/** What the scopes of tokens grant, and how a client learns what to ask for. */

const tool = (name: string, scopes: readonly string[]) =>
  defineTool({ name, description: name, input: z.object({}), scopes, run: () => `ran ${name}` })
const tools = [
  tool('crm.list', ['deals:read']),
  tool('crm.edit', ['deals:write']),
  tool('crm.both', ['deals:write', 'memory:write']),
  tool('crm.admin', ['admin:all']),
]

let host: OAuthWorld
beforeAll(async () => {
  host = await startOAuthWorld({}, { tools })
})
afterAll(() => host.close())

const metadata = () => `${host.origin}/.well-known/oauth-protected-resource/api/workspaces/ws_acme/mcp/oauth`
const as = async (claims: Readonly<Record<string, unknown>>) => `Bearer ${await host.tokenFor(claims)}`
const namesOf = (answer: Awaited<ReturnType<OAuthWorld['post']>>) =>
  ((answer.json.result?.['tools'] ?? []) as { name: string }[]).map(({ name }) => name)
const call = async (claims: Readonly<Record<string, unknown>>, name: string) =>
  host.post(await as(claims), { method: 'tools/call', params: { name, arguments: {} } })

it.each([
  [{ scope: 'crm.read' }, 'crm_list', 200],
  [{ scope: 'crm.write' }, 'crm_list', 200],
  [{ scope: 'crm.write' }, 'crm_edit', 200],
  [{ scope: 'crm.read' }, 'crm_edit', 403],
  [{ scope: 'crm.write' }, 'crm_both', 403],
  [{ scope: 'crm.write memory.write' }, 'crm_both', 200],
  [{ scope: null, scp: 'crm.read crm.write' }, 'crm_edit', 200],
  [{ scope: null, scp: ['crm.read', 'crm.write'] }, 'crm_edit', 200],
  [{ scope: null }, 'crm_list', 403],
  [{ scope: '' }, 'crm_list', 403],
  [{ scope: 7 }, 'crm_list', 403],
  [{ scope: '*' }, 'crm_list', 403],
  [{ scope: 'crm.* deals:* deals:read' }, 'crm_list', 403],
  [{ scope: 'CRM.READ' }, 'crm_list', 403],
  [{ scope: 'toString __proto__ constructor' }, 'crm_list', 403],
])('with %j answers a call of %s with %d', async (claims, name, expected) => {
  const { status } = await call(claims, name)
  expect(status).toBe(expected)
})

it('asks for what is missing together with what is there, in the same words each time', async () => {
  const answers = [
    await call({ scope: 'crm.read' }, 'crm_both'),
    await call({ scope: 'crm.read' }, 'crm_both'),
  ]
  for (const { status, challenge, code, json } of answers) {
    expect([status, code]).toEqual([403, 'INSUFFICIENT_SCOPE'])
    expect(json.error?.data?.['requiredScopes']).toEqual(['crm.write', 'memory.write'])
    expect(challenge).toBe(
      `Bearer realm="allv", error="insufficient_scope", scope="crm.read crm.write memory.write", resource_metadata="${metadata()}", error_description="This tool needs a further permission"`,
    )
  }
  expect(host.world.adapters.audit.events.at(-1)).toMatchObject({
    type: 'request.refused',
    code: 'INSUFFICIENT_SCOPE',
    tool: 'crm_both',
    memberId: 'mem_maria',
  })
})

it('writes no scope of a token into a challenge that is not in the table', async () => {
  const { status, challenge } = await call({ scope: 'crm.read * evil", scope="all' }, 'crm_edit')
  expect([status, challenge]).toEqual([403, expect.stringContaining('scope="crm.read crm.write", resource')])
})

it('lists tools that only need a further scope, and hides those that no scope grants', async () => {
  const names = namesOf(await host.post(await as({ scope: 'crm.read' })))
  expect(names).toEqual(expect.arrayContaining(['crm_list', 'crm_edit', 'crm_both']))
  expect(names).not.toContain('crm_admin')
  const { json, status } = await call({ scope: 'crm.write' }, 'crm_admin')
  expect([status, json.error?.data?.['code']]).toEqual([200, 'TOOL_NOT_FOUND'])
})

it('lists for a key only what the key grants, as before', async () => {
  const url = `${host.origin}/api/workspaces/ws_acme/mcp`
  const names = namesOf(
    await host.post('Bearer sk_test_acme_reader', { url, headers: { 'x-allv-user-id': 'mem_maria' } }),
  )
  expect(names.filter((name) => name.startsWith('crm_'))).toEqual([])
})

it('asks for the scope of memory when an entry is read without it, and lists none', async () => {
  const uri = 'allv://workspaces/ws_acme/memory/tone'
  const list = await host.post(await as({ scope: 'crm.read' }), { method: 'resources/list' })
  expect(list.json.result?.['resources']).toEqual([])
  const read = await host.post(await as({ scope: 'crm.read' }), { method: 'resources/read', params: { uri } })
  expect([read.status, read.code]).toEqual([403, 'INSUFFICIENT_SCOPE'])
  expect(read.challenge).toContain('scope="crm.read memory.read"')
  expect(
    (await host.post(await as({ scope: 'memory.read' }), { method: 'resources/read', params: { uri } }))
      .status,
  ).toBe(200)
})

it('refuses one item of a batch in band', async () => {
  const response = await fetch(host.endpoint(), {
    method: 'POST',
    headers: {
      authorization: await as({ scope: 'crm.read' }),
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': '2025-03-26',
    },
    body: JSON.stringify(
      ['crm_list', 'crm_edit'].map((name, id) => ({
        jsonrpc: '2.0',
        id,
        method: 'tools/call',
        params: { name, arguments: {} },
      })),
    ),
  })
  const answers = (await response.json()) as { id: number; error?: { data: { code: string } } }[]
  expect([response.status, response.headers.get('www-authenticate')]).toEqual([200, null])
  expect(answers.find(({ id }) => id === 1)?.error?.data.code).toBe('INSUFFICIENT_SCOPE')
})

it('names the scopes in a tool result when the host wants no 403', async () => {
  const other = await startOAuthWorld({ insufficientScope: 'tool-error' }, { tools })
  try {
    const token = await other.tokenFor({ scope: 'crm.read' })
    const { status, challenge, json } = await other.post(`Bearer ${token}`, {
      method: 'tools/call',
      params: { name: 'crm_edit', arguments: {} },
    })
    expect([status, challenge]).toEqual([200, null])
    expect(json.result).toMatchObject({
      isError: true,
      content: [{ text: expect.stringContaining('crm.write') }],
      _meta: { 'ai.allv/code': 'INSUFFICIENT_SCOPE' },
    })
  } finally {
    await other.close()
  }
})

it('completes and gives a prompt only with its scopes, and asks for those that are missing', async () => {
  const asked: unknown[] = []
  const prompts: PromptsAdapter = {
    list: async () => [
      { name: 'edit', scopes: ['deals:write'] },
      { name: 'admin', scopes: ['admin:all'] },
    ],
    get: async () => ({ messages: [] }),
    complete: async (_context, query) => {
      asked.push(query)
      return { values: ['the secret deal'] }
    },
  }
  const other = await startOAuthWorld({}, { adapt: () => ({ prompts }) })
  try {
    const argument = { name: 'deal', value: 'the' }
    const both = async (scope: string, name: string) => {
      const authorization = `Bearer ${await other.tokenFor({ scope })}`
      const ref = { type: 'ref/prompt', name }
      return [
        await other.post(authorization, { method: 'completion/complete', params: { ref, argument } }),
        await other.post(authorization, { method: 'prompts/get', params: { name } }),
      ]
    }
    for (const { status, challenge, code } of await both('crm.read', 'edit')) {
      expect([status, code]).toEqual([403, 'INSUFFICIENT_SCOPE'])
      expect(challenge).toContain('scope="crm.read crm.write"')
    }
    for (const { code } of await both('crm.write', 'admin')) expect(code).toBe('PROMPT_NOT_FOUND')
    expect(asked).toEqual([])
    for (const { status, code } of await both('crm.write', 'edit'))
      expect([status, code]).toEqual([200, undefined])
    expect(asked).toHaveLength(1)
  } finally {
    await other.close()
  }
})
