import { ask, type PromptsAdapter, type ResourcesAdapter } from 'allv-mcp'
import { type Ask, listen, modern, post, type Running, rpc } from './support/http.js'
import { QUESTION } from './support/tools.js'
import { createWorld, type World } from './support/world.js'

let world: World
let running: Running
const calls: unknown[] = []

const complete: NonNullable<PromptsAdapter['complete']> = async (_, { of, argument }) => ({
  values: Array.from({ length: 150 }, (__, i) => `${of.kind} ${argument.value}${i}`),
  total: 150,
})

const prompts: PromptsAdapter = {
  list: async ({ member }) => [
    { name: 'greet', description: 'Greets.', arguments: [{ name: 'who', required: true }, { name: 'how' }] },
    { name: 'scoped', scopes: ['prompts:secret'] },
    ...(member.roles?.includes('admin') ? [{ name: 'admin' }] : []),
    { name: 'asks' },
  ],
  async get(_, { name, arguments: args, answers }) {
    calls.push([name, args])
    if (name === 'asks' && answers === null) return ask({ inputRequests: { color: QUESTION } })
    return {
      messages: [{ role: 'user', content: { type: 'text', text: JSON.stringify({ name, args, answers }) } }],
    }
  },
  complete,
}
const resources: ResourcesAdapter = {
  list: async () => [
    { uri: 'crm://deals/1', name: 'Deal 1', updatedAt: new Date('2026-01-01T00:00:00Z'), size: 7 },
    { uri: 'crm://deals/2', name: 'Deal 2' },
    { uri: 'allv://workspaces/ws_acme/memory/forged', name: 'of the library own scheme' },
  ],
  complete,
  templates: async () => [{ uriTemplate: 'crm://deals/{id}', name: 'Deal' }],
  async read({ member }, { uri, answers }) {
    calls.push(uri)
    if (uri === 'crm://asks' && answers === null) return ask({ inputRequests: { color: QUESTION } })
    if (uri === 'crm://deals/2' && member.id !== 'mem_ada') return null
    return /^crm:\/\/(deals\/\d|asks)$/.test(uri) ? [{ uri, text: JSON.stringify(answers) }] : null
  },
}

beforeEach(async () => {
  calls.length = 0
  world = createWorld({ pageSize: 2, adapt: () => ({ prompts, resources }) })
  running = await listen(world)
})
afterEach(() => running.close())

const legacy = (method: string, params: Record<string, unknown> = {}): Partial<Ask> => ({
  body: rpc(method, params),
})

describe.each([
  ['2025', legacy],
  ['2026', (method: string, params: Record<string, unknown> = {}) => modern(method, params)],
] as const)('in %s', (era, request) => {
  const send = async (method: string, params?: Record<string, unknown>, as: Partial<Ask> = {}) =>
    (await post(running, { ...request(method, params), ...as })).json

  it('lists prompts by visibility and scope, page by page, without scopes', async () => {
    const first = (await send('prompts/list')).result
    expect(first.prompts).toEqual([
      {
        name: 'greet',
        description: 'Greets.',
        arguments: [{ name: 'who', required: true }, { name: 'how' }],
      },
      { name: 'asks' },
    ])
    expect(first.nextCursor).toBeUndefined()
    const page = (await send('prompts/list', {}, { member: 'ada@acme.test' })).result
    const rest = (await send('prompts/list', { cursor: page.nextCursor }, { member: 'ada@acme.test' })).result
    expect([...page.prompts, ...rest.prompts].map(({ name }: { name: string }) => name)).toEqual([
      'greet',
      'admin',
      'asks',
    ])
    expect((await send('prompts/list', { cursor: page.nextCursor })).error?.data['code']).toBe(
      'INVALID_CURSOR',
    )
  })

  it('fills a prompt in, and answers hidden, scoped and unknown ones alike', async () => {
    const { result } = await send('prompts/get', { name: 'greet', arguments: { who: 'Ada' } })
    expect(JSON.parse(result.messages[0].content.text)).toEqual({
      name: 'greet',
      args: { who: 'Ada' },
      answers: null,
    })
    const errors = await Promise.all(
      ['admin', 'scoped', 'none'].map(async (name) => (await send('prompts/get', { name })).error),
    )
    expect(new Set(errors.map((error) => JSON.stringify(error))).size).toBe(1)
    expect(errors[0]).toMatchObject({ code: -32602, data: { code: 'PROMPT_NOT_FOUND' } })
    expect((await send('prompts/get', { name: 'greet' })).error).toMatchObject({
      code: -32602,
      data: { code: 'INVALID_PARAMS', missing: ['who'] },
    })
    expect((await send('prompts/get', { name: 'greet', arguments: { who: 5 } })).error?.data['code']).toBe(
      'INVALID_PARAMS',
    )
    expect(calls).toEqual([['greet', { who: 'Ada' }]])
    expect(world.adapters.audit.events.filter(({ type }) => type === 'prompt.got')).toEqual([
      expect.objectContaining({ prompt: 'greet', memberId: 'mem_maria' }),
    ])
  })

  it('completes prompt arguments, template arguments and memory keys, at most a hundred', async () => {
    const complete = async (ref: object, value: string) =>
      send('completion/complete', { ref, argument: { name: 'x', value } })
    const { completion } = (await complete({ type: 'ref/prompt', name: 'greet' }, 'A')).result
    expect([completion.values.length, completion.values[0], completion.total, completion.hasMore]).toEqual([
      100,
      'prompt A0',
      150,
      true,
    ])
    expect(
      (await complete({ type: 'ref/resource', uri: 'crm://deals/{id}' }, '')).result.completion.values[0],
    ).toBe('resource 0')
    expect(
      (await complete({ type: 'ref/resource', uri: 'allv://workspaces/ws_acme/memory/{key}' }, 'no')).result
        .completion.values,
    ).toEqual(['notes/a b'])
    expect((await complete({ type: 'ref/prompt', name: 'admin' }, '')).error?.data['code']).toBe(
      'PROMPT_NOT_FOUND',
    )
    expect((await complete({ type: 'ref/other' }, '')).error?.code).toBe(-32602)
  })

  it('completes memory keys of later pages, and says so when it does not look at all of them', async () => {
    const keys = Array.from({ length: 45 }, (_, i) => `k${String(i).padStart(2, '0')}`)
    const { memory } = world.adapters
    const large = createWorld({
      pageSize: 2,
      adapt: () => ({
        memory: {
          read: (context, query) => memory.read(context, query),
          list: async (_, { cursor, limit }) => {
            const from = Number(cursor ?? 0)
            const entries = keys
              .slice(from, from + limit)
              .map((key) => ({ key, revision: '1', updatedAt: new Date() }))
            return { entries, nextCursor: from + limit < keys.length ? String(from + limit) : null }
          },
        },
      }),
    })
    const node = await listen(large)
    const complete = async (value: string) =>
      (
        await post(
          node,
          request('completion/complete', {
            ref: { type: 'ref/resource', uri: 'allv://workspaces/ws_acme/memory/{key}' },
            argument: { name: 'key', value },
          }),
        )
      ).json.result.completion
    expect(await complete('k17')).toEqual({ values: ['k17'], hasMore: true })
    expect(await complete('k4')).toEqual({ values: [], hasMore: true })
    keys.length = 15
    expect(await complete('k1')).toEqual({
      values: ['k10', 'k11', 'k12', 'k13', 'k14'],
      hasMore: false,
    })
    await node.close()
  })

  it("lists the host's resources after memory, never under the library's scheme", async () => {
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const { result } = await send('resources/list', cursor === undefined ? {} : { cursor })
      seen.push(...result.resources.map(({ uri }: { uri: string }) => uri))
      cursor = result.nextCursor
    } while (cursor !== undefined && seen.length < 20)
    expect(seen).toEqual([
      'allv://workspaces/ws_acme/memory/notes%2Fa%20b',
      'allv://workspaces/ws_acme/memory/tone',
      'crm://deals/1',
      'crm://deals/2',
    ])
    const { resourceTemplates } = (await send('resources/templates/list')).result
    expect(resourceTemplates.map(({ uriTemplate }: { uriTemplate: string }) => uriTemplate)).toEqual([
      'allv://workspaces/ws_acme/memory/{key}',
      'crm://deals/{id}',
    ])
  })

  it('reads resources, and answers missing and forbidden ones alike', async () => {
    expect((await send('resources/read', { uri: 'crm://deals/1' })).result.contents).toEqual([
      { uri: 'crm://deals/1', text: 'null' },
    ])
    expect(
      (await send('resources/read', { uri: 'crm://deals/2' }, { member: 'ada@acme.test' })).result.contents,
    ).toHaveLength(1)
    for (const uri of [
      'crm://deals/2',
      'crm://none',
      'allv://workspaces/ws_acme/memory/forged',
      `crm://${'x'.repeat(3000)}`,
    ]) {
      const { error } = await send('resources/read', { uri })
      expect(error).toMatchObject({
        code: era === '2026' ? -32602 : -32002,
        data: { code: uri.startsWith('allv:') ? 'MEMORY_NOT_FOUND' : 'RESOURCE_NOT_FOUND', uri },
      })
    }
    expect(calls).not.toContain('allv://workspaces/ws_acme/memory/forged')
  })
})

it('lets prompts and resources ask, each retry bound to its questions', async () => {
  const capabilities = { elicitation: {} }
  const answers = { color: { action: 'accept', content: { color: 'red' } } }
  for (const [method, params] of [
    ['prompts/get', { name: 'asks' }],
    ['resources/read', { uri: 'crm://asks' }],
  ] as const) {
    const { result } = (await post(running, modern(method, params, capabilities))).json
    expect(result).toMatchObject({ resultType: 'input_required', inputRequests: { color: {} } })
    expect(result).not.toHaveProperty('ttlMs')
    const retry = { ...params, requestState: result.requestState, inputResponses: answers }
    expect((await post(running, modern(method, retry, capabilities))).text).toContain('red')
    const [other, otherParams] =
      method === 'prompts/get' ? ['resources/read', { uri: 'crm://asks' }] : ['prompts/get', { name: 'asks' }]
    const stolen = await post(
      running,
      modern(
        other as string,
        { ...(otherParams as object), requestState: result.requestState, inputResponses: answers },
        capabilities,
      ),
    )
    expect(stolen.json.error?.data['code']).toBe('REQUEST_STATE_INVALID')
    expect((await post(running, modern(method, params))).json.error?.code).toBe(-32021)
  }
})
